"""The types of cases in force at a place, and the section a case began with."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook


def spec_of(applied: AppliedPlaybook) -> CasesSpec | None:
    """Return an applied playbook's cases section, None where it has none."""
    return journal.section(applied, "cases", CasesSpec)


def spec_as_applied(version_id: UUID) -> CasesSpec:
    """Return the cases section of the version a case began under."""
    return journal.section_as_applied(version_id, "cases", CasesSpec)


def books_within(area_id: UUID | None, on: date) -> tuple[tuple[AppliedPlaybook, CasesSpec], ...]:
    """Return the playbooks with cases in force on a day at a place or anywhere below it.

    Those of the place itself first; None: everywhere.
    """
    found: dict[UUID, tuple[AppliedPlaybook, CasesSpec]] = {}
    if area_id is not None:
        found = {applied.id: (applied, spec) for applied, spec in books_at(area_id, on)}
    within = "" if area_id is None else directory.area(area_id).scope_code
    for applied in journal.playbooks_in_force(None, on):
        spec = spec_of(applied)
        places = directory.areas(applied.places).values()
        if spec is not None and any(place.scope_code.startswith(within) for place in places):
            found.setdefault(applied.id, (applied, spec))
    return tuple(found.values())


def types_at(area_id: UUID, on: date) -> CasesSpec | None:
    """Return what may be reported at a place, of all its methods; None where there is none.

    Settings are those of the nearest. For choosing from: what is reported goes by the method
    its type is of, and a code that two of them use is the nearest one's.
    """
    books = [spec for _, spec in books_at(area_id, on)]
    if len(books) < 2:  # noqa: PLR2004  nothing to put together
        return books[0] if books else None
    types = {each.code: each for spec in reversed(books) for each in spec.types}
    conditions = {each.code: each for spec in reversed(books) for each in spec.conditions}
    ordered = {each.code: None for spec in books for each in spec.types}
    return books[0].model_copy(
        update={
            "types": tuple(types[code] for code in ordered),
            "conditions": tuple(conditions.values()),
            "unsorted": next((spec.unsorted for spec in books if spec.unsorted), None),
        }
    )


def books_at(area_id: UUID, on: date) -> tuple[tuple[AppliedPlaybook, CasesSpec], ...]:
    """Return the playbooks with cases in force at a place on a day, with their sections.

    A town's method holds in its villages, a county's in its towns; the nearest comes first.
    """
    found: dict[str, tuple[AppliedPlaybook, CasesSpec]] = {}
    at: UUID | None = area_id
    while at is not None:
        for applied in journal.playbooks_in_force(at, on):
            spec = spec_of(applied)
            if spec is not None:
                found.setdefault(applied.code, (applied, spec))
        at = directory.area(at).parent_id
    return tuple(found.values())
