"""Wrapping everything under the current key at once, instead of in the coming night."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from liuchi.engines.directory.facts import KEYS_REWRAP_ASKED, KeysData
from liuchi.engines.directory.queries.keys import ROTATE
from liuchi.engines.directory.scope import key_ring
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id

JOB = "rotate_keys"


def ask_rewrap(*, actor: Actor, key: str) -> None:
    """Have the worker wrap every key under the ring's current one; asked twice, done once."""
    actor.may(ROTATE).or_refuse()
    subject = new_id()
    with acting_as(actor):
        if once(f"directory.ask_rewrap:{actor.id}", key, {}, subject) is not None:
            return
        try:
            with transaction.atomic():
                app.configure_task(JOB, queueing_lock=JOB).defer()
        except AlreadyEnqueued:
            return
        record(
            KEYS_REWRAP_ASKED.kind,
            actor=actor,
            subject_kind="key_ring",
            subject_id=subject,
            area_id=actor.area_id,
            data=KeysData(current=key_ring().current),
        )
