"""A fault put right by the village, and struck off or given back by another person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from liuchi.engines.disclosures import facts, rules
from liuchi.engines.disclosures.actions.checking import locked, told
from liuchi.engines.disclosures.actions.preparing import who
from liuchi.engines.disclosures.enums import Fault
from liuchi.engines.disclosures.models import Checked
from liuchi.engines.disclosures.queries.checks import out_instead
from liuchi.engines.disclosures.rules import FaultNow
from liuchi.engines.disclosures.scope import CHECK, WRITE, digest
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor


def mend_fault(*, actor: Actor, key: str, checked_id: UUID, words: str) -> None:
    """Say how a fault was put right. A correction that is out by now is noted with it."""
    actor.may(WRITE).or_refuse()
    with _held_once("mend_fault", actor, key, checked_id, words) as held:
        if held is None:
            return
        rules.may_mend(now_of(held)).or_refuse()
        _mended(held, who(actor), words, actor)


def propose_strike_off(*, actor: Actor, checked_id: UUID, by_id: UUID, words: str) -> bool:
    """Note that the matter of a fault was settled by ``by_id``; called by the flow that reads so.

    Returns whether it was noted: not where the village has said so itself.
    """
    actor.may(CHECK).or_refuse()
    with acting_as(actor):
        held = locked(checked_id)
        if not rules.may_mend(now_of(held)).allowed:
            return False
        _mended(held, by_id, words, actor)
    return True


def return_mending(*, actor: Actor, key: str, checked_id: UUID, words: str) -> None:
    """Give a fault back to the village: what was done does not put it right."""
    actor.may(CHECK).or_refuse()
    with _held_once("return_mending", actor, key, checked_id, words) as held:
        if held is None:
            return
        rules.may_answer_mending(now_of(held), actor.id).or_refuse()
        Checked.objects.filter(pk=checked_id).update(
            mended_by_id=None,
            mended_at=None,
            mended_words="",
            mended_posting_id=None,
            returned=held.returned + 1,
            returned_words=words.strip(),
        )
        told(facts.FAULT_RETURNED, held, Fault(held.fault), actor)


def strike_off(*, actor: Actor, key: str, checked_id: UUID, words: str) -> None:
    """Strike a fault off: whoever supervises has seen that another person put it right."""
    actor.may(CHECK).or_refuse()
    with _held_once("strike_off", actor, key, checked_id, words) as held:
        if held is None:
            return
        rules.may_answer_mending(now_of(held), actor.id).or_refuse()
        Checked.objects.filter(pk=checked_id).update(
            rectified_by_id=who(actor), rectified_at=clock.now(), rectified_words=words.strip()
        )
        told(facts.FAULT_RECTIFIED, held, Fault(held.fault), actor)


def now_of(held: Checked) -> FaultNow:
    """Return where a fault stands, for the rules."""
    return FaultNow(
        held.fault,
        held.mended_by_id,
        held.mended_at is not None,
        held.rectified_at is not None,
    )


def _mended(held: Checked, by_id: UUID | None, words: str, actor: Actor) -> None:
    corrected = out_instead([held]).get(held.pk)
    Checked.objects.filter(pk=held.pk).update(
        mended_by_id=by_id,
        mended_at=clock.now(),
        mended_words=words.strip(),
        mended_posting_id=corrected,
    )
    told(facts.FAULT_MENDED, held, Fault(held.fault), actor)


@contextmanager
def _held_once(
    verb: str, actor: Actor, key: str, checked_id: UUID, words: str
) -> Iterator[Checked | None]:
    """Hold a fault for one answer with its words; None where it was given with this key."""
    rules.reason_given(words).or_refuse()
    with acting_as(actor):
        held = locked(checked_id)
        body = {"checked": checked_id, "words": digest(words)}
        done = journal.once(f"disclosures.{verb}:{actor.id}", key, body, checked_id) is not None
        yield None if done else held
