"""The fields of a fact as a reader wants them: titles for codes, names for ids, links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import FactRow
from liuchi.engines.points import queries as points
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.errors import LiuchiError
from liuchi.playbooks.fact_words import code_title, field_title
from liuchi.surfaces.components.forms import say
from liuchi.surfaces.components.templatetags import liuchi as written

# Kind of record: its page, and the verb that opens it.
RECORD_PAGES = {
    "points.claim": ("desk-claim", "points.claim.read"),
    "points.redemption": ("desk-redemption", "points.account.read"),
    "person": ("desk-person", "directory.person.read"),
    "household": ("desk-household", "directory.household.read"),
}
_LINKED = frozenset({"person", "household"})
_CODED = frozenset({"rule", "goods"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what it is called, what it says, its page; ``code`` where it stays a code."""

    title: str
    text: str
    url: str
    code: bool


def fields_of(actor: Actor, fact: FactRow) -> tuple[Field, ...]:
    """Return the fields of a fact with titles, those nobody has named last.

    Names of people and households are read with the actor's own right, as on their pages.
    """
    rows = [_field(actor, fact, name, value) for name, value in sorted(fact.data.items())]
    return tuple(sorted(rows, key=lambda row: row.code))


def record_url(actor: Actor, kind: str, record_id: object) -> str:
    """Return the page of a record, or nothing where there is none this post may open."""
    name, verb = RECORD_PAGES.get(kind, ("", ""))
    if not name or record_id is None or not actor.may(verb).allowed:
        return ""
    return reverse(name, args=[record_id])


def _field(actor: Actor, fact: FactRow, name: str, value: object) -> Field:
    title = say(field_title(name))
    url = record_url(actor, name, value) if name in _LINKED else ""
    text = _said(actor, fact, name, value)
    if text is not None:
        return Field(title, text, url, code=False)
    said = code_title(name, str(value))
    plain = written.plain(value)
    if said.zh != str(value):
        return Field(title, say(said), url, code=False)
    return Field(title, plain, url, code=not isinstance(value, int) and value is not None)


def _said(actor: Actor, fact: FactRow, name: str, value: object) -> str | None:
    """Return the name behind an id or code, or None where it has none this post may read."""
    if value is None or value == "":
        return None
    if name in _CODED:
        return _title_of_code(actor, fact, name, str(value))
    try:
        look_up = _NAMED.get(name)
        if look_up is not None:
            return look_up(actor, UUID(str(value)))
        return written.day(date.fromisoformat(str(value))) if _is_day(value) else None
    except (LiuchiError, ValueError):
        return None


def _is_day(value: object) -> bool:
    return isinstance(value, str) and len(value) == len("2022-05-26") and value[4] == "-"


_NAMED: dict[str, Callable[[Actor, UUID], str]] = {
    **dict.fromkeys(
        ("area", "area_before", "home_area", "parent", "parent_before", "village"),
        lambda _actor, area_id: directory.area(area_id).name,
    ),
    **dict.fromkeys(("shop", "to_shop"), lambda _actor, shop_id: points.shop_row(shop_id).name),
    "person": lambda actor, person_id: directory.person(actor, person_id).name,
    "household": lambda actor, household_id: directory.household(actor, household_id).row.label,
}


def _title_of_code(actor: Actor, fact: FactRow, name: str, code: str) -> str | None:
    """Return the title of a deed as its rules say it, or of goods as the shop does."""
    titles: dict[str, str] = {}
    try:
        if name == "goods":
            shop_id = UUID(str(fact.data.get("shop")))
            shelf = points.goods(actor, shop_id, discontinued=True)
            titles = {row.code: row.title for row in shelf}
        else:
            day = fact.at.astimezone(SHANGHAI).date()
            books = (
                (journal.playbook_version(fact.playbook_version),)
                if fact.playbook_version
                else journal.playbooks_in_force(fact.area_id, day)
            )
            titles = {row.code: row.title for book in books for row in points.rules(book)}
    except (LiuchiError, ValueError):
        return None
    return titles.get(code)
