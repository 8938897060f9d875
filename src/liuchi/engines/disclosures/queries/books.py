"""The items in force at a place, those a posting began with, and which apply to a village."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures.models import Applicability
from liuchi.engines.disclosures.rules import applies_on
from liuchi.engines.disclosures.spec import CommitteeSpec, DisclosuresSpec, ItemSpec
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.kernel.errors import Invalid
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Book:
    """A playbook in force that has items. ``places`` are the names it was written for."""

    version_id: UUID
    playbook: str
    title: str
    in_force_from: date
    spec: DisclosuresSpec
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as it stands for a village. ``reason`` is why it does not apply, if so."""

    version_id: UUID
    playbook: str
    spec: ItemSpec
    group_title: str
    applies: bool
    reason: str
    since: date | None


@dataclass(frozen=True, slots=True)
class ApplicabilityRow:
    """One entry of the history of whether an item applies."""

    applies: bool
    reason: str
    since: date


def spec_of(applied: AppliedPlaybook) -> DisclosuresSpec | None:
    """Return an applied playbook's disclosures section, None where it has none."""
    return journal.section(applied, "disclosures", DisclosuresSpec)


def item_as_applied(version_id: UUID, code: str) -> ItemSpec:
    """Return an item of the version a posting began under."""
    item = journal.section_as_applied(version_id, "disclosures", DisclosuresSpec).item(code)
    if item is None:
        msg = f"the playbook version {version_id} has no item {code}"
        raise ValueError(msg)
    return item


def books_at(area_id: UUID, on: date) -> tuple[Book, ...]:
    """Return the playbooks with disclosures in force at a place or above it, the nearest first."""
    return tuple(
        Book(
            applied.id,
            applied.code,
            _title(applied),
            applied.in_force_from,
            spec,
            tuple(applied.compiled.get("places") or ()),
        )
        for applied in directory.methods_at(area_id, on)
        if (spec := spec_of(applied)) is not None
    )


def committee_at(area_id: UUID, on: date) -> tuple[Book, CommitteeSpec]:
    """Return the playbook that says how a committee is made up here; Invalid for none.

    One written for this very place comes before one that holds here among others.
    """
    here = directory.area(area_id).name
    found = [book for book in books_at(area_id, on) if book.spec.committee is not None]
    for book in sorted(found, key=lambda book: here not in book.places):
        if book.spec.committee is not None:
            return book, book.spec.committee
    raise Invalid(
        "no_committee",
        Sentence("这里的工作法没有监督委员会。", "No method in force here has a committee."),
    )


def items_of(area_id: UUID, on: date) -> tuple[ItemRow, ...]:
    """Return all items in force at a village on a day, also those that don't apply to it."""
    return rows_of_items(area_id, on, applicability([area_id]).get(area_id, {}))


def rows_of_items(
    area_id: UUID, on: date, history: Mapping[tuple[str, str], tuple[ApplicabilityRow, ...]]
) -> tuple[ItemRow, ...]:
    """Return the items in force at a village, by what was ever set of it."""
    found = []
    for book in books_at(area_id, on):
        titles = {each.code: each.title for each in book.spec.groups}
        for item in book.spec.items:
            told = history.get((book.playbook, item.code), ())
            applies = applies_on([(each.since, each.applies) for each in told], on)
            last = next((each for each in reversed(told) if each.since <= on), None)
            found.append(
                ItemRow(
                    book.version_id,
                    book.playbook,
                    item,
                    titles.get(item.group, ""),
                    applies,
                    "" if last is None else last.reason,
                    None if last is None else last.since,
                )
            )
    return tuple(found)


def item_row(area_id: UUID, playbook: str, code: str, on: date) -> ItemRow:
    """Return one item in force at a village; Invalid where there is none."""
    for row in items_of(area_id, on):
        if (row.playbook, row.spec.code) == (playbook, code):
            return row
    raise Invalid(
        "item_unknown",
        Sentence("这里的工作法没有这一项。", "No playbook in force here has this."),
    )


def applicability(
    area_ids: Collection[UUID],
) -> Mapping[UUID, Mapping[tuple[str, str], tuple[ApplicabilityRow, ...]]]:
    """Return what was ever set of some villages, by playbook and item, the oldest first."""
    found: dict[UUID, dict[tuple[str, str], tuple[ApplicabilityRow, ...]]] = {}
    rows = Applicability.objects.filter(area_id__in=list(area_ids)).order_by("since", "id")
    for row in rows:
        held = found.setdefault(row.area_id, {})
        told = ApplicabilityRow(row.applies, row.reason, row.since)
        held[row.playbook, row.item_code] = (*held.get((row.playbook, row.item_code), ()), told)
    return found


def _title(applied: AppliedPlaybook) -> str:
    return str(applied.compiled.get("title", applied.code))
