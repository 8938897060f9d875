"""The links and patrols in force at a place, and those a link began with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.visits.enums import Duty, Way
from liuchi.engines.visits.spec import LinkSpec, LinksSpec, NormSpec, PatrolSpec, PatrolsSpec


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
        for applied in directory.methods_at(area_id, on)
        for spec in _links(applied).root
    )


def patrol_books(area_id: UUID, on: date) -> tuple[PatrolBook, ...]:
    """Return the patrols of the playbooks in force at a place or above it, the nearest first."""
    return tuple(
        PatrolBook(applied.id, applied.code, spec)
        for applied in directory.methods_at(area_id, on)
        for spec in _patrols(applied).root
    )


def spec_of(version_id: UUID, duty: Duty, code: str) -> LinkSpec | PatrolSpec | None:
    """Return the link or patrol of the version a link began with."""
    applied = journal.playbook_version(version_id)
    return _links(applied).find(code) if duty is Duty.LINK else _patrols(applied).find(code)


def norm_of(spec: LinkSpec | PatrolSpec | None) -> NormSpec:
    """Return a link's or patrol's norm; once a month where the version has none of that code."""
    return NormSpec(times=1) if spec is None else spec.norm


def ways_of(spec: LinkSpec | PatrolSpec | None) -> tuple[Way, ...]:
    """Return how a link may be kept."""
    return spec.ways if isinstance(spec, LinkSpec) else (Way.PATROL,)


def _links(applied: AppliedPlaybook) -> LinksSpec:
    return journal.section(applied, "links", LinksSpec) or LinksSpec(())


def _patrols(applied: AppliedPlaybook) -> PatrolsSpec:
    return journal.section(applied, "patrols", PatrolsSpec) or PatrolsSpec(())
