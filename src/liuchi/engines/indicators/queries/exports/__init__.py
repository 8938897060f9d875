"""Figures over sealed exports of one installation or of a whole province, with no database.

The definitions are those the exports carry, the counts are compiled by the same rules as a
live figure, and every export is checked before anything is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from liuchi.engines.indicators.enums import By
from liuchi.engines.indicators.queries.asked import breakdowns
from liuchi.engines.indicators.queries.exports.definitions import (
    Places,
    Shared,
    kinds_of,
    shared,
)
from liuchi.engines.indicators.queries.exports.engines import (
    CORRECTIONS,
    EVERY,
    Engine,
    Table,
)
from liuchi.engines.indicators.queries.exports.sources import Installation, installations
from liuchi.engines.indicators.queries.questions import BY_STRETCH, STRETCH_OF
from liuchi.engines.indicators.rules import figures, words
from liuchi.engines.indicators.rules.compiling import (
    AREA_RELATION,
    PLAYBOOK_RELATION,
    TIME_RELATION,
    Shape,
    statement,
    view_name,
)
from liuchi.engines.indicators.rules.federation import FederationSpec, Report, reports
from liuchi.engines.indicators.rules.rolling import asks_when
from liuchi.engines.indicators.rules.standing import added_up
from liuchi.engines.indicators.rules.terms import Term
from liuchi.engines.journal.rules.parquet.tables import columns
from liuchi.kernel.errors import Invalid, NotFound
from liuchi.kernel.periods import Per, Span
from liuchi.kernel.sentences import Sentence

__all__ = ["Counted", "Row", "Wanted", "count", "installations"]

WHOLE = "*"
_STRETCHES = {By.MONTH: Per.MONTH, By.QUARTER: Per.QUARTER, By.YEAR: Per.YEAR}
_TIMES = {
    "figure_since": "DATE",
    "figure_before": "DATE",
    "figure_day": "DATE",
    "figure_end": "TIMESTAMPTZ",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: as of a day, of a span or ever, in all or below one place, by what.

    ``by`` is empty, ``area``, ``month``, ``quarter``, ``year`` or a dimension of the definition.
    ``codes`` empty: everything in force that can be listed so.
    """

    as_of: date
    codes: tuple[str, ...] = ()
    by: str = ""
    area: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``key`` is what it is listed by: a place's code, a span's, a value."""

    code: str
    title: str
    key: str
    label: str
    value: Decimal | None
    text: str
    unit: str


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures, how each installation stands, and who meant something else by a code."""

    rows: tuple[Row, ...]
    reports: tuple[Report, ...]
    others: Mapping[str, tuple[str, ...]]


def count(
    engine: Engine,
    found: Sequence[Installation],
    wanted: Wanted,
    expected: FederationSpec | None = None,
) -> Counted:
    """Count over exports that were checked (:func:`installations`)."""
    asking = _Asking(found, wanted)
    asking.relate(engine)
    rows = [row for each, values in asking.values(engine) for row in asking.dressed(each, values)]
    told = reports({each.name: each.handed for each in found}, expected, asking.days.as_of_end)
    others = {each.spec.code: each.others for each in asking.chosen if each.others}
    return Counted(tuple(rows), told, others)


class _Asking:
    """One question to all exports: its definitions, places and days."""

    def __init__(self, found: Sequence[Installation], wanted: Wanted) -> None:
        self.found = found
        self.wanted = wanted
        self.days = figures.days(wanted.span, wanted.as_of, wanted.as_of)
        self.kinds = kinds_of(found)
        self.places = {each.name: Places(each, wanted.as_of) for each in found}
        if wanted.area and not any(p.find(wanted.area) for p in self.places.values()):
            raise NotFound("area")
        known = shared(found, self.kinds, wanted.as_of, self.places, wanted.area)
        self.chosen = self._chosen(known)
        self.shape = self._shape()
        self._sharing: list[tuple[Installation, ...]] = []
        self._relations: dict[tuple[str, tuple[Any, ...]], str] = {}

    def _shape(self) -> Shape:
        by = self.wanted.by
        if not by:
            return Shape.TOTAL
        if by == By.AREA.value:
            return Shape.BY_AREA
        stretch = next((per for each, per in _STRETCHES.items() if each.value == by), None)
        return Shape.BY_DIMENSION if stretch is None else BY_STRETCH[stretch]

    def _chosen(self, known: Mapping[str, Shared]) -> list[Shared]:
        by = self.wanted.by
        lacking = [code for code in self.wanted.codes if code not in known]
        chosen = [known[code] for code in self.wanted.codes or known if code in known]
        able = [
            each
            for each in chosen
            if not by
            or by in {each.value for each in breakdowns(each.spec)}
            or by in each.dimensions
        ]
        if self.wanted.codes:
            lacking += [each.spec.code for each in chosen if each not in able]
        if lacking or not able:
            raise Invalid(
                "no_such_figure",
                Sentence(
                    "没有这样的指标，或不能这样分列：{codes}",
                    "No such figure, or none that can be listed so: {codes}",
                    {"codes": ", ".join(lacking) or by},
                ),
            )
        return able

    def relate(self, engine: Engine) -> None:
        """Lend the engine the tables that are read, and the days.

        Corrections may be of any kind: all are read for them, by two columns. Where an
        installation means something else by a code, the others' facts are views of their own.
        """
        kinds = sorted({kind for each in self.chosen for kind in _kinds(each)})
        for kind in kinds:
            engine.view(self._table(kind, self.found))
        engine.correct(self._every())
        for each in self.chosen:
            sharing = tuple(held.installation for held in each.by)
            if sharing == tuple(self.found) or sharing in self._sharing:
                continue
            self._sharing.append(sharing)
            for kind in kinds:
                table = self._table(kind, sharing)
                engine.view(replace(table, name=f"{table.name}_{len(self._sharing)}"))
        days = self.days
        row = (days.since, days.before, days.as_of, days.as_of_end)
        engine.relate(TIME_RELATION, _TIMES, [row])

    def _own_views(self, each: Shared) -> str:
        """Return the views that stand for the whole ones where not everybody shares a code."""
        sharing = tuple(held.installation for held in each.by)
        if sharing not in self._sharing:
            return ""
        mark = self._sharing.index(sharing) + 1
        named = (view_name(kind) for kind in sorted(_kinds(each)))
        return "".join(f"{name} AS (SELECT * FROM {name}_{mark}), " for name in named)  # noqa: S608

    def _every(self) -> Table:
        """Every fact, as far as what it corrects."""
        files = tuple(
            (part.folder, tuple(file.path for file in part.manifest.files), frozenset(CORRECTIONS))
            for each in self.found
            for part in each.parts
        )
        return Table(EVERY, CORRECTIONS, files)

    def _table(self, kind: str, found: Sequence[Installation]) -> Table:
        named = {
            name: type_
            for name, type_ in columns(self.kinds[kind].dimensions).items()
            if name != "data"
        }
        files = tuple(
            (
                part.folder,
                tuple(file.path for file in part.manifest.files_of(kind)),
                frozenset(columns(part.manifest.kinds[kind].dimensions)),
            )
            for each in found
            for part in each.parts
            if part.manifest.files_of(kind)
        )
        return Table(view_name(kind), named, files)

    def values(self, engine: Engine) -> Iterator[tuple[Shared, dict[str, Decimal | None]]]:
        """Yield each definition with the value of each group."""
        counts = [(each, term) for each in self.chosen for term in each.terms]
        found: dict[int, dict[str, Decimal]] = {number: {} for number in range(len(counts))}
        selects = (
            self._select(engine, number, each, term) for number, (each, term) in enumerate(counts)
        )
        for some in _some(selects, engine.at_once):
            for number, key, value in engine.rows(" UNION ALL ".join(some)):
                told = "" if key is None else str(key)
                if value is not None:  # of nothing there is no percentile
                    found[int(str(number))][told] = Decimal(str(value)).normalize()
        number = 0
        for each in self.chosen:
            numbers = range(number, number + len(each.terms))
            number += len(each.terms)
            counted = (
                (term, self._standing(term, found[place]))
                for term, place in zip(each.terms, numbers, strict=True)
            )
            yield each, words.combined(each.spec, counted)

    def _standing(self, term: Term, found: dict[str, Decimal]) -> dict[str, Decimal]:
        """Return what is there at the end of each stretch, of a stock told by stretches."""
        per = STRETCH_OF.get(self.shape)
        if term.family is None or per is None:
            return found
        moved = {date.fromisoformat(key): value for key, value in found.items()}
        there = added_up(moved, per, self.days.last)
        return {day.isoformat(): value for day, value in there.items()}

    def _select(self, engine: Engine, number: int, each: Shared, term: Term) -> str:
        asked_at = self.days.as_of_end if asks_when(term) else None
        text = statement(term, self.shape, asked_at, self._dimension(), engine.dialect).text
        groups = tuple(sorted((str(a), b) for a, b in self._groups(each).items()))
        names = ("figure_place", "figure_group")
        areas = self._related(engine, AREA_RELATION, names, groups)
        versions = sorted({str(v) for held in each.by for v in held.versions})
        playbooks = self._related(
            engine, PLAYBOOK_RELATION, ("figure_version",), tuple((v,) for v in versions)
        )
        key = {
            Shape.TOTAL: "NULL",
            Shape.BY_AREA: "figure_group",
            Shape.BY_DIMENSION: "key",
        }.get(self.shape, "month")
        # The text is compiled from declared names (rules.compiling), relations are ours.
        return (
            f"SELECT {number} AS number, CAST({key} AS {engine.text_type}) AS told, "  # noqa: S608
            f"CAST(value AS DECIMAL(38, 6)) AS value FROM ("
            f"WITH {self._own_views(each)}{AREA_RELATION} AS (SELECT * FROM {areas}), "
            f"{PLAYBOOK_RELATION} AS (SELECT * FROM {playbooks}) "
            f"SELECT * FROM ({text}) AS inner_told) AS asked_{number}"
        )

    def _related(
        self,
        engine: Engine,
        name: str,
        names: Sequence[str],
        rows: tuple[tuple[str, ...], ...],
    ) -> str:
        known = self._relations.get((name, rows))
        if known is None:
            known = f"{name}_{len(self._relations)}"
            engine.relate(known, dict.fromkeys(names, "VARCHAR"), rows)
            self._relations[name, rows] = known
        return known

    def _dimension(self) -> str:
        return self.wanted.by if self.shape is Shape.BY_DIMENSION else ""

    def _groups(self, each: Shared) -> dict[UUID, str]:
        """Every place that counts, with the code it is counted under, of all who share it."""
        found: dict[UUID, str] = {}
        for held in each.by:
            places = self.places[held.installation.name]
            tops = self._tops(places)
            if self.shape is not Shape.BY_AREA:
                found |= dict.fromkeys(places.under(tops), WHOLE)
                continue
            named = [*tops, *(c for top in tops for c in places.children(top) if self.wanted.area)]
            found |= {place: places.code_of(group) for place, group in places.under(named).items()}
        return found

    def _tops(self, places: Places) -> tuple[UUID, ...]:
        if not self.wanted.area:
            return places.roots
        place = places.find(self.wanted.area)
        return () if place is None else (place,)

    def dressed(self, each: Shared, values: Mapping[str, Decimal | None]) -> Iterator[Row]:
        """Yield the rows of a definition, in order; what nothing counts in says so."""
        nothing = None if each.spec.is_none_of_nothing else Decimal(0)
        for key, label, held in self._keys(values):
            value = values.get(held, nothing)
            spec = each.spec
            text = words.text_of(value, spec.decimals_shown)
            yield Row(spec.code, spec.title, key, label, value, text, spec.unit_shown)

    def _keys(self, values: Mapping[str, object]) -> Iterable[tuple[str, str, str]]:
        """Return the key, its words, and what it is called among the values."""
        match self.shape:
            case Shape.TOTAL:
                return [("", "", "")]
            case Shape.BY_AREA:
                return self._area_keys(values)
            case Shape.BY_DIMENSION:
                return [(key, key or str(words.NOT_SAID), key) for key in sorted(values)]
            case _:
                per = _STRETCHES[By(self.wanted.by)]
                known = [Span(per, date.fromisoformat(key)) for key in sorted(values)]
                every = figures.spans(known[0], known[-1]) if known else ()
                return [(s.code, s.code, s.first.isoformat()) for s in every]

    def _area_keys(self, values: Mapping[str, object]) -> list[tuple[str, str, str]]:
        names: dict[str, str] = {}
        own: set[str] = set()
        for places in self.places.values():
            for top in self._tops(places):
                own.add(places.code_of(top))
                for place in (top, *(places.children(top) if self.wanted.area else ())):
                    names.setdefault(places.code_of(place), places.held[place].name)
        # A place's own facts, which belong to none below it, come last and where there are any.
        shown = [
            code for code in sorted(names)
            if not self.wanted.area or code not in own or code in values
        ]  # fmt: skip
        shown.sort(key=lambda code: bool(self.wanted.area) and code in own)
        return [(code, names[code], code) for code in shown]


def _kinds(each: Shared) -> set[str]:
    """Return the kinds of fact a definition reads."""
    others = {other.kind for term in each.terms for other in term.others}
    return others | {term.kind for term in each.terms}


def _some(selects: Iterable[str], many: int) -> Iterator[Sequence[str]]:
    held: list[str] = []
    for select in selects:
        held.append(select)
        if len(held) == many:
            yield held
            held = []
    if held:
        yield held
