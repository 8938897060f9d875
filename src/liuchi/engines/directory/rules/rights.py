"""Who may see and do what, decided over plain values."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from liuchi.engines.directory.rules.checks import purpose_usable
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse


def within(actor: Actor, scope_code: str) -> Decision:
    """Decide whether a place lies in the actor's area."""
    if actor.covers(scope_code):
        return ALLOWED
    return refuse(
        "out_of_scope",
        "这个地方不在您的范围内。",
        "This place is outside your area.",
    )


def may_unmask(actor: Actor, purpose: str) -> Decision:
    """Decide whether a sensitive value may be shown in full for this purpose."""
    return first_refusal(actor.may("directory.person.unmask"), purpose_usable(purpose))


def may_appoint(actor: Actor, scope_code: str, role_grants: frozenset[str]) -> Decision:
    """Decide whether the actor may give somebody a post with these verbs for this place.

    Nobody gives away more than they hold: a secretary can't make an administrator.
    """
    beyond = role_grants - set(actor.grants)
    enough = (
        ALLOWED
        if not beyond or actor.may("directory.area.write").allowed
        else refuse(
            "beyond_own_rights",
            "您不能任命权限比自己大的岗位，请联系管理员。",
            "You cannot give a post more rights than your own. Ask the administrator.",
        )
    )
    return first_refusal(actor.may("accounts.post.write"), within(actor, scope_code), enough)


def is_below(actor: Actor, places: Iterable[tuple[str, bool]]) -> bool:
    """Say whether somebody's posts lie below the actor's, so that the actor answers for them.

    ``places`` are the scope codes of the posts (and of the home), each with whether that
    post may itself reset access there: two secretaries of one community are level, and the
    clerk above resets both. Above the administrator there is nobody.
    """
    places = tuple(places)
    administrator = actor.may("directory.area.write").allowed
    if not places:
        return administrator or not actor.scope_code
    return all(
        actor.covers(code) and (administrator or not resets or code != actor.scope_code)
        for code, resets in places
    )


def may_hand_over(
    actor: Actor, scope_code: str, *, leaver_is_self: bool, successor_is_leaver: bool
) -> Decision:
    """Decide whether the actor may hand a post for this place over to a successor."""
    own = (
        refuse(
            "own_post",
            "自己的岗位请由上级或管理员办理交接。",
            "Your own post is handed over by those above you or the administrator.",
        )
        if leaver_is_self
        else ALLOWED
    )
    same = (
        refuse(
            "successor_is_leaver",
            "接手的人不能是离岗的人。",
            "Whoever takes over must be somebody else.",
        )
        if successor_is_leaver
        else ALLOWED
    )
    return first_refusal(actor.may("accounts.post.write"), within(actor, scope_code), own, same)


def may_cancel_hand_over(*, is_done: bool) -> Decision:
    """Decide whether a hand-over may be taken back: until its day."""
    if not is_done:
        return ALLOWED
    return refuse(
        "hand_over_done", "交接已经办好，请重新任命。", "It is done. Appoint the person again."
    )


def may_read_access_log(actor: Actor, person_id: UUID) -> Decision:
    """Decide who reads whose values were shown to whom: the person, and who may unmask."""
    if actor.person_id == person_id:
        return ALLOWED
    return actor.may("directory.person.unmask")
