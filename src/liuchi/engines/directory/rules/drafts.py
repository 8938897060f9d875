"""Drafts of rules: who may change, send and approve one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from liuchi.engines.directory.enums import DraftState
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse


@dataclass(frozen=True, slots=True)
class Drafting:
    """A draft and who would do something with it.

    ``is_newest``: nothing was applied since it was begun. ``covers_all``: the actor's area
    holds every place of the method.
    """

    state: DraftState
    drawn_by_id: UUID
    actor_id: UUID
    is_newest: bool = True
    covers_all: bool = True


def may_edit_draft(drafting: Drafting) -> Decision:
    """Decide whether somebody may change, send or drop a draft: its own author."""
    if drafting.drawn_by_id != drafting.actor_id:
        return refuse(
            "not_own_draft", "这是别人的草稿，只能看。", "Another person's draft can only be read."
        )
    return _in(drafting, DraftState.EDITING)


def may_take_back_draft(drafting: Drafting) -> Decision:
    """Decide whether the author may go on editing what was sent."""
    if drafting.drawn_by_id != drafting.actor_id:
        return refuse(
            "not_own_draft", "这是别人的草稿，只能看。", "Another person's draft can only be read."
        )
    return _in(drafting, DraftState.SENT)


def may_approve_draft(drafting: Drafting) -> Decision:
    """Decide whether somebody may make a draft the next version."""
    return first_refusal(may_return_draft(drafting), _newest(drafting))


def may_return_draft(drafting: Drafting) -> Decision:
    """Decide whether somebody may send a draft back."""
    return first_refusal(_in(drafting, DraftState.SENT), _another(drafting), _reach(drafting))


def _in(drafting: Drafting, wanted: DraftState) -> Decision:
    if drafting.state is wanted:
        return ALLOWED
    return refuse(
        "draft_moved_on",
        "这份草稿的进度已经变了，请刷新页面。",
        "This draft has moved on. Reload the page.",
    )


def _another(drafting: Drafting) -> Decision:
    if drafting.drawn_by_id != drafting.actor_id:
        return ALLOWED
    return refuse("own_draft", "要由起草人以外的人核准。", "Another than its author approves.")


def _reach(drafting: Drafting) -> Decision:
    if drafting.covers_all:
        return ALLOWED
    return refuse(
        "other_places_too",
        "这个办法别处也在用，要由上一级核准。",
        "Other places go by these rules too: the level above approves.",
    )


def _newest(drafting: Drafting) -> Decision:
    if drafting.is_newest:
        return ALLOWED
    return refuse(
        "based_on_an_older_version",
        "起草以后办法又改过，请重新起草。",
        "The rules have changed since. Begin a new draft.",
    )
