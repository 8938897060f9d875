"""The links and patrols in force at a place, and those a link began with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.visits.enums import Duty, Way
from liuchi.engines.visits.spec import LinkSpec, LinksSpec, NormSpec, PatrolSpec, PatrolsSpec
from liuchi.playbooks import section_of

_SPECS: dict[UUID, tuple[LinksSpec, PatrolsSpec]] = {}
_SPECS_KEPT_MAX = 64


@dataclass(frozen=True, slots=True)
class LinkBook:
    """A link a playbook in force has."""

    version_id: UUID
    playbook: str
    spec: LinkSpec


@dataclass(frozen=True, slots=True)
class PatrolBook:
    """A patrol a playbook in force has."""

    version_id: UUID
    playbook: str
    spec: PatrolSpec


def link_books(area_id: UUID, on: date) -> tuple[LinkBook, ...]:
    """Return the links of the playbooks in force at a place or above it, the nearest first."""
    return tuple(
        LinkBook(applied.id, applied.code, spec)
        for applied in _in_force(area_id, on)
        for spec in _links(applied).root
    )


def patrol_books(area_id: UUID, on: date) -> tuple[PatrolBook, ...]:
    """Return the patrols of the playbooks in force at a place or above it, the nearest first."""
    return tuple(
        PatrolBook(applied.id, applied.code, spec)
        for applied in _in_force(area_id, on)
        for spec in _patrols(applied).root
    )


def spec_of(version_id: UUID, duty: Duty, code: str) -> LinkSpec | PatrolSpec | None:
    """Return the link or patrol of the version a link began with.

    A version never changes, so what was read once is kept.
    """
    if version_id not in _SPECS:
        if len(_SPECS) >= _SPECS_KEPT_MAX:
            _SPECS.clear()
        applied = journal.playbook_version(version_id)
        _SPECS[version_id] = _links(applied), _patrols(applied)
    links, patrols = _SPECS[version_id]
    return links.find(code) if duty is Duty.LINK else patrols.find(code)


def norm_of(spec: LinkSpec | PatrolSpec | None) -> NormSpec:
    """Return a link's or patrol's norm; once a month where the version has none of that code."""
    return NormSpec(times=1) if spec is None else spec.norm


def ways_of(spec: LinkSpec | PatrolSpec | None) -> tuple[Way, ...]:
    """Return how a link may be kept."""
    return spec.ways if isinstance(spec, LinkSpec) else (Way.PATROL,)


def _in_force(area_id: UUID, on: date) -> tuple[AppliedPlaybook, ...]:
    found: dict[str, AppliedPlaybook] = {}
    at: UUID | None = area_id
    while at is not None:
        for applied in journal.playbooks_in_force(at, on):
            found.setdefault(applied.code, applied)
        at = directory.area(at).parent_id
    return tuple(found.values())


def _links(applied: AppliedPlaybook) -> LinksSpec:
    return LinksSpec.model_validate(_held(applied, "links"))


def _patrols(applied: AppliedPlaybook) -> PatrolsSpec:
    return PatrolsSpec.model_validate(_held(applied, "patrols"))


def _held(applied: AppliedPlaybook, section: str) -> Any:
    return section_of(applied.compiled, section) or ()
