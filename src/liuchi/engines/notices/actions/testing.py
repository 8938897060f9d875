"""A message to oneself, to see that a channel works."""

from __future__ import annotations

from liuchi.engines.journal.actions import once
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.notices import rules
from liuchi.engines.notices.actions.telling import notify
from liuchi.engines.notices.rules import Notice
from liuchi.engines.notices.scope import sender
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id

TEST_KIND = "notices.test"


def send_test(*, actor: Actor, key: str) -> None:
    """Send the actor a test by the channels chosen there, and into the inbox.

    Nobody else can be sent one. It keeps to quiet hours and the daily limit, as any other.
    """
    actor.may("notices.channel.test").or_refuse()
    test_id = new_id()
    with acting_as(actor):
        test_id = once(f"notices.send_test:{actor.id}", key, {}, test_id) or test_id
    notice = Notice(
        kind=TEST_KIND,
        subject_kind="test",
        subject_id=test_id,
        sentence=rules.kind(TEST_KIND).short,
        cause_id=test_id,
        recipient_user_id=actor.id,
    )
    notify([notice], actor=sender())
