"""Somebody to tell. No scene is needed: a recipient is an id."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from engines.notices.provider import Provider, running
from liuchi.engines.notices import actions
from liuchi.engines.notices.actions import Notice
from liuchi.engines.notices.scope import sender
from liuchi.kernel.actors import Actor, Reach
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


def resident_actor(person_id: UUID | None = None) -> Actor:
    """Return a resident of one community, with an account of their own."""
    return Actor(
        new_id(),
        "resident",
        None,
        "340871001001",
        person_id=person_id or new_id(),
        grants={"points.claim.read": Reach.OWN},
    )


def staff_actor() -> Actor:
    """Return a secretary of the same community, who stands for no resident."""
    return Actor(
        new_id(), "secretary", None, "340871001001", grants={"points.claim.read": Reach.AREA}
    )


def notice(to: Actor, kind: str = "points.claim_approved", **said) -> Notice:
    """Return a notice to an actor: as the resident where it is one."""
    whom = (
        {"recipient_user_id": to.id}
        if to.person_id is None
        else {"recipient_person_id": to.person_id}
    )
    return Notice(
        kind=kind,
        subject_kind="claim",
        subject_id=said.pop("subject_id", None) or new_id(),
        sentence=said.pop("sentence", Sentence("申报通过了。", "Approved.")),
        cause_id=said.pop("cause_id", None) or new_id(),
        link=said.pop("link", "/me/claims/"),
        **whom,
        **said,
    )


@pytest.fixture
def tell(db: str, clock: object) -> Callable[..., int]:
    """Tell several notices at once, as the flow does."""

    def told(*notices: Notice) -> int:
        return actions.notify(notices, actor=sender())

    return told


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Somebody on the other side of a socket."""
    with running() as other_side:
        yield other_side
