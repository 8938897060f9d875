"""Who may see which rows of points, beside row-level security."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from liuchi.engines.journal.scope import sees_inner
from liuchi.kernel.actors import Actor
from liuchi.kernel.calendar import WorkCalendar, in_force
from liuchi.kernel.errors import Refused
from liuchi.kernel.keyring import KeyRing
from liuchi.kernel.paging import cursor_unusable, id_after
from liuchi.kernel.sentences import Sentence

VILLAGE_CODE_LENGTH = 12
PAGE_MAX = 1_000
"""Rows of a page at most: a sheet is read in pages of this size, screens in shorter ones."""


def key_ring() -> KeyRing:
    """Return the installation's ring, under which objections are sealed."""
    ring: KeyRing = settings.LIUCHI_KEY_RING
    return ring


def calendar() -> WorkCalendar:
    """Return the calendar that notices and answers run by, as it is known now."""
    return in_force()


def require_any(actor: Actor, *verbs: str) -> None:
    """Refuse unless the actor's role includes one of the verbs."""
    answers = [actor.may(verb) for verb in verbs]
    if not any(answer.allowed for answer in answers):
        answers[0].or_refuse()


def sees_internal(actor: Actor, person_id: UUID | None = None) -> bool:
    """Whether the actor works with internal currencies, or is the one a purse belongs to."""
    return sees_inner(actor) or (person_id is not None and actor.person_id == person_id)


def village_of(actor: Actor) -> UUID | None:
    """Return the village the actor's post is for: equality serves lists better than a range."""
    if len(actor.scope_code) == VILLAGE_CODE_LENGTH and not actor.own_rows_only:
        return actor.area_id
    return None


def is_above_villages(actor: Actor) -> bool:
    """Whether the actor's post is for a town or higher: it reviews what has come up."""
    return len(actor.scope_code) < VILLAGE_CODE_LENGTH


def is_of_one_village(actor: Actor) -> bool:
    """Whether all the actor sees lies in one village: its name need not stand in lists."""
    return village_of(actor) is not None or actor.own_rows_only


def serves(shop_scope: str, actor: Actor) -> bool:
    """Whether a shop is in the actor's area, or the actor's grid or village is in the shop's."""
    return actor.covers(shop_scope) or actor.scope_code.startswith(shop_scope)


def require_own_area(shop_scope: str, actor: Actor) -> None:
    """Refuse work at a shop outside the actor's area."""
    if not actor.covers(shop_scope):
        raise Refused(
            "other_shop",
            Sentence(
                "这家超市不在您的辖区，请由它的管理员办理。",
                "This shop is outside your area; its own keeper must do this.",
            ),
        )


def page_size(limit: int) -> int:
    """Return a page size between 1 and the largest allowed."""
    return max(1, min(limit, PAGE_MAX))


def uuid_cursor(after: str | UUID | None) -> UUID | None:
    """Read a cursor back; Invalid("cursor_unusable") for anything but an id."""
    return after if after is None or isinstance(after, UUID) else id_after(after)


def number_cursor(after: str | int | None) -> int | None:
    """Read a cursor back; Invalid("cursor_unusable") for anything but a number."""
    try:
        return None if after is None else int(after)
    except ValueError as error:
        raise cursor_unusable() from error
