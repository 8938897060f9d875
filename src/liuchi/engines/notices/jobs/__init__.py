"""Periodic work of notices: send what is due, forget what is old."""

from liuchi.engines.notices.actions.binding import rewrap_contacts as rotate_keys
from liuchi.engines.notices.jobs.adapters import Adapter, Console, Parcel, Receipt
from liuchi.engines.notices.jobs.forgetting import forget
from liuchi.engines.notices.jobs.sending import after_restore, deliver, recover

__all__ = [
    "Adapter",
    "Console",
    "Parcel",
    "Receipt",
    "after_restore",
    "deliver",
    "forget",
    "recover",
    "rotate_keys",
]
