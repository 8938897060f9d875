"""All writes of notices. None is journaled: a notice follows from a fact and is none."""

from liuchi.engines.notices.actions.binding import bind_wechat, rewrap_contacts, unbind_wechat
from liuchi.engines.notices.actions.codes import send_code
from liuchi.engines.notices.actions.own import choose, hold_contact, read, read_all
from liuchi.engines.notices.actions.telling import clear_recipient, forget_recipient, notify, settle
from liuchi.engines.notices.actions.testing import send_test
from liuchi.engines.notices.rules import Notice

__all__ = [
    "Notice",
    "bind_wechat",
    "choose",
    "clear_recipient",
    "forget_recipient",
    "hold_contact",
    "notify",
    "read",
    "read_all",
    "rewrap_contacts",
    "send_code",
    "send_test",
    "settle",
    "unbind_wechat",
]
