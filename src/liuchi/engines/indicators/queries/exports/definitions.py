"""One definition for many installations: which of them count, and which say something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from pydantic import create_model

from liuchi.engines.directory.queries.area_history import AreaHeld
from liuchi.engines.indicators.queries.exports.sources import Installation, ids
from liuchi.engines.indicators.rules.terms import Term, terms
from liuchi.engines.indicators.spec import IndicatorSpec, IndicatorsSpec
from liuchi.engines.journal.queries import AppliedPlaybook, in_force_of
from liuchi.kernel.errors import Invalid
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry, section_of
from liuchi.playbooks.registry import DimensionType, FactKind

SECTION = "indicators"
PEOPLE = (DimensionType.PERSON, DimensionType.HOUSEHOLD, DimensionType.UUID, DimensionType.AREA)
"""What a figure is never listed by: residents are not ranked, and areas are asked for as such."""


@dataclass(frozen=True, slots=True)
class Defined:
    """A definition as one installation has it, with every version of its playbooks."""

    installation: Installation
    spec: IndicatorSpec
    terms: tuple[Term, ...]
    versions: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """A definition that some installations share, and those that mean something else by it."""

    spec: IndicatorSpec
    terms: tuple[Term, ...]
    by: tuple[Defined, ...]
    others: tuple[str, ...]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What it may be listed by: declared, known to all it counts, and no resident."""
        every = [dict(term.dimensions) for term in self.terms]
        return tuple(
            name
            for name in self.spec.by
            if all(name in known and known[name] not in PEOPLE for known in every)
        )


@dataclass(frozen=True)
class Places:
    """The places of one installation on a day."""

    installation: Installation
    on: date

    @cached_property
    def held(self) -> Mapping[UUID, AreaHeld]:
        """Every place by id."""
        return {area.id: area for area in self.installation.areas.areas}

    @cached_property
    def below(self) -> Mapping[UUID, Sequence[tuple[int, UUID]]]:
        """For each place, how far below it which others lie, itself first."""
        found: dict[UUID, list[tuple[int, UUID]]] = {}
        for link in self.installation.areas.closure:
            if link.since <= self.on and (link.until is None or link.until > self.on):
                found.setdefault(link.ancestor, []).append((link.depth, link.descendant))
        return {place: sorted(lower) for place, lower in found.items()}

    @cached_property
    def roots(self) -> tuple[UUID, ...]:
        """The places nothing lies above."""
        lower = {each for held in self.below.values() for depth, each in held if depth}
        return tuple(place for place in self.below if place not in lower)

    def children(self, place: UUID) -> tuple[UUID, ...]:
        """Return what lies directly below."""
        return tuple(each for depth, each in self.below.get(place, ()) if depth == 1)

    def code_of(self, place: UUID) -> str:
        """Return the code people know: the statistical one, else the managing one."""
        area = self.held[place]
        known = (c.code for c in area.codes if c.system == "statistical" and c.until is None)
        return next(known, area.scope_code)

    def find(self, code: str) -> UUID | None:
        """Return the place that has a code, or had it last."""
        for area in self.installation.areas.areas:
            if area.scope_code == code or code in {held.code for held in area.codes}:
                return area.id
        return None

    def under(self, places: Iterable[UUID]) -> dict[UUID, UUID]:
        """Return for every place at or below some the nearest of them."""
        nearest: dict[UUID, tuple[int, UUID]] = {}
        for place in places:
            for depth, lower in self.below.get(place, ()):
                if lower not in nearest or depth < nearest[lower][0]:
                    nearest[lower] = (depth, place)
        return {lower: place for lower, (_, place) in nearest.items()}


def kinds_of(found: Iterable[Installation]) -> dict[str, FactKind]:
    """Return every kind the exports declare; of one kind, all dimensions any of them has."""
    forms: dict[str, FactKind] = {}
    for form_name, form in (pair for each in found for pair in each.last.kinds.items()):
        before = forms.get(form_name)
        dimensions = dict(before.dimensions) if before is not None else {}
        for name, type_ in form.dimensions.items():
            if dimensions.setdefault(name, type_) is not type_:
                raise Invalid(
                    "kinds_differ",
                    Sentence(
                        "{kind} 的 {name} 在各单位类型不同，不能合并统计。",
                        "{name} of {kind} has two types: the exports cannot be counted together.",
                        {"kind": form_name, "name": name},
                    ),
                )
        title = Sentence(form.title_zh, form.title_en)
        model = create_model(
            "Exported",
            **dict.fromkeys(dimensions, (object, None)),  # type: ignore[call-overload]
        )
        forms[form_name] = FactKind(
            form_name,
            title,
            model,
            dimensions,
            amount=title if form.has_amount else None,
            owned=form.owned,
        )
    return forms


def shared(
    found: Sequence[Installation],
    kinds: Mapping[str, FactKind],
    on: date,
    places: Mapping[str, Places],
    area_code: str,
) -> dict[str, Shared]:
    """Return each definition in force on a day with the installations that share it.

    Where they differ, the one most have is counted; the others are named, never added in.
    """
    held: dict[str, list[list[Defined]]] = {}
    for installation in found:
        for defined in _defined(installation, kinds, on, places[installation.name], area_code):
            alike = held.setdefault(defined.spec.code, [])
            same = [g for g in alike if (g[0].spec, g[0].terms) == (defined.spec, defined.terms)]
            if same:
                same[0].append(defined)
            else:
                alike.append([defined])
    return {code: _most(alike) for code, alike in held.items()}


def _most(alike: Sequence[Sequence[Defined]]) -> Shared:
    chosen = max(alike, key=len)
    others = [each.installation.name for group in alike if group is not chosen for each in group]
    return Shared(chosen[0].spec, chosen[0].terms, tuple(chosen), tuple(sorted(others)))


def _defined(
    installation: Installation,
    kinds: Mapping[str, FactKind],
    on: date,
    places: Places,
    area_code: str,
) -> Iterator[Defined]:
    """Yield each code once: of several definitions that which concerns the area, and its like."""
    every: dict[str, list[tuple[AppliedPlaybook, IndicatorSpec]]] = {}
    for applied in in_force_of(installation.playbooks, None, on):
        if registry.read_by(applied.compiled):
            continue  # kept inside an organisation: not for whoever counts over all
        section: Any = section_of(applied.compiled, SECTION)
        for spec in section.root if isinstance(section, IndicatorsSpec) else ():
            every.setdefault(spec.code, []).append((applied, spec))
    area = places.find(area_code) if area_code else None
    for told in every.values():
        near = (each for each in told if area is None or _concerns(each[0], places, area))
        nearest = next(near, told[0])
        alike = {applied.code for applied, spec in told if spec == nearest[1]}
        versions = ids(installation.playbooks, alike)
        counted = terms(nearest[1], kinds, nearest[0].compiled)
        yield Defined(installation, nearest[1], counted, versions)


def _concerns(applied: AppliedPlaybook, places: Places, area: UUID) -> bool:
    scope = places.held[area].scope_code
    scopes = (places.held[each].scope_code for each in applied.places if each in places.held)
    return any(each.startswith(scope) or scope.startswith(each) for each in scopes)
