"""The figures everybody may read: whole tables of places and ended spans, small cells held back.

Counted by the keeper of the figures, for no actor: what is printed is the same for everybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators.queries.asked import Asked, ask, concerns, defined
from liuchi.engines.indicators.queries.questions import Question
from liuchi.engines.indicators.queries.running import values
from liuchi.engines.indicators.rules import words
from liuchi.engines.indicators.rules.checks import PUBLIC_FIGURES
from liuchi.engines.indicators.rules.compiling import Shape
from liuchi.engines.indicators.rules.opening import companions, ended, fewest, threshold, wholes
from liuchi.engines.indicators.rules.suppressing import held_back
from liuchi.engines.indicators.rules.terms import terms
from liuchi.engines.indicators.rules.words import Definition
from liuchi.engines.indicators.scope import KEEPER, READ
from liuchi.engines.indicators.spec import IndicatorSpec, PublicFigureSpec, PublicFiguresSpec
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.errors import NotFound
from liuchi.kernel.periods import Span
from liuchi.playbooks import registry

MINUTES_KEPT = 5
"""A public table is counted anew after this long, however many people open it."""
_HOUR_MINUTES = 60
_OWN = "own"
_Node = tuple[UUID, str]
"""A place with all below it, or (``own``) what belongs to none of its parts."""


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """A figure everybody may read. Cells below ``fewer_than`` are held back; 0: none is."""

    code: str
    title: str
    unit: str
    words: Definition
    public: PublicFigureSpec
    playbook_title: str
    fewer_than: int


@dataclass(frozen=True, slots=True)
class PublicRow:
    """A place, its cells by span: None where one is held back. ``own``: of none of its parts."""

    area: AreaRow
    own: bool
    cells: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class PublicTable:
    """One figure by place and span, as of a day."""

    figure: PublicFigure
    spans: tuple[Span, ...]
    rows: tuple[PublicRow, ...]
    as_of: date

    @property
    def holds_back(self) -> bool:
        """Whether any cell is held back."""
        return any(cell is None for row in self.rows for cell in row.cells)


def public_figures(area_id: UUID) -> tuple[PublicFigure, ...]:
    """Return what is public at a place: of methods that hold there or below."""
    area = directory.area(area_id)
    with acting_as(KEEPER):
        return tuple(_figure(*each) for each in _public(area))


def public_table(code: str, area_id: UUID) -> PublicTable:
    """Return a public figure of a place and its parts; NotFound where it is not public there."""
    area, now = directory.area(area_id), clock.now()
    found = next((each for each in _public(area) if each[2].indicator == code), None)
    if found is None:
        raise NotFound("figure")
    bucket = (now.hour * _HOUR_MINUTES + now.minute) // MINUTES_KEPT
    whole = _table(found[0].id, code, clock.today(), bucket)
    below = set(directory.subtree_ids(area_id))
    return replace(whole, rows=tuple(row for row in whole.rows if row.area.id in below))


def _public(area: AreaRow) -> Iterator[tuple[AppliedPlaybook, IndicatorSpec, PublicFigureSpec]]:
    today = clock.today()
    for applied in journal.playbooks_in_force(None, today):
        section = journal.section(applied, PUBLIC_FIGURES, PublicFiguresSpec)
        if section is None or not concerns(applied, area.scope_code):
            continue
        for public in section.root:
            yield applied, _spec(public.indicator, applied), public


def _spec(code: str, applied: AppliedPlaybook) -> IndicatorSpec:
    nearest = directory.area(applied.places[0]) if applied.places else None
    return defined(KEEPER, code, clock.today(), nearest)[0][1]


def _figure(
    applied: AppliedPlaybook, spec: IndicatorSpec, public: PublicFigureSpec
) -> PublicFigure:
    kinds = registry.fact_kinds()
    return PublicFigure(
        spec.code,
        spec.title,
        spec.unit_shown,
        words.definition(spec, kinds),
        public,
        str(applied.compiled.get("title", applied.code)),
        threshold(public, terms(spec, kinds), kinds),
    )


@lru_cache(maxsize=64)
def _table(applied_id: UUID, code: str, today: date, _bucket: int) -> PublicTable:
    applied = next(each for each in journal.applied_playbooks() if each.id == applied_id)
    section = journal.section(applied, PUBLIC_FIGURES, PublicFiguresSpec)
    public = next(each for each in section.root if each.indicator == code) if section else None
    if public is None:
        raise NotFound("figure")
    with acting_as(KEEPER):
        figure = _figure(applied, _spec(code, applied), public)
        spans = ended(public, today)
        asked = [ask(KEEPER, READ, code, each, span=None, as_of=None) for each in _wholes(applied)]
        parts = {(each.area.id, ""): _parts(each) for each in asked}
        cells = _counted(asked, spans)
    columns = [
        _column({node: told for (node, at), told in cells.items() if at == span}, parts, figure)
        for span in spans
    ]
    nodes = dict.fromkeys(node for whole, below in parts.items() for node in (whole, *below))
    areas = directory.areas([area for area, _ in nodes])
    rows = [
        PublicRow(areas[area], own == _OWN, tuple(column[area, own] for column in columns))
        for area, own in nodes
    ]
    nothing = words.text_of(asked[0].nothing, asked[0].spec.decimals_shown)
    told = (row for row in rows if not row.own or set(row.cells) - {nothing, words.EMPTY})
    return PublicTable(figure, spans, tuple(told), today)


def _wholes(applied: AppliedPlaybook) -> Sequence[UUID]:
    parents: dict[UUID, UUID | None] = {}
    waiting: list[UUID | None] = list(applied.places)
    for place in waiting:
        if place is not None and place not in parents:
            parents[place] = directory.area(place).parent_id
            waiting.append(parents[place])
    return wholes(applied.places, parents)


def _parts(asked: Asked) -> tuple[_Node, ...]:
    below = tuple((child.id, "") for child in asked.children())
    return (*below, (asked.area.id, _OWN)) if below else ()


def _counted(
    asked: Sequence[Asked], spans: Sequence[Span]
) -> Mapping[tuple[_Node, Span], tuple[Asked, list[Decimal | None]]]:
    """Return the figure of each cell, then how many it is about, as the companions count."""
    questions: list[Question] = []
    for whole in asked:
        children = whole.children()
        for variant in _variants(whole):
            for span in spans:
                one = variant.during(span)
                below, nodes = partial(one.grouped, children), tuple(each.id for each in children)
                questions += [
                    Question(one, Shape.TOTAL, one.whole, (one.area.id,)),
                    Question(one, Shape.BY_AREA, below, nodes),
                ]
    cells: dict[tuple[_Node, Span], tuple[Asked, list[Decimal | None]]] = {}
    for question, found in zip(questions, values(questions), strict=True):
        one = question.asked
        if one.span is None:
            continue
        told = {(one.area.id, ""): found.get(None)}
        if question.shape is Shape.BY_AREA:
            told = {(node, ""): found.get(node, one.nothing) for node in question.nodes}
            told |= {(one.area.id, _OWN): found.get(one.area.id, one.nothing)}
        for node, value in told.items():
            cells.setdefault((node, one.span), (one, []))[1].append(value)
    return cells


def _variants(asked: Asked) -> Iterator[Asked]:
    yield asked
    counting = asked.spec.model_copy(update={"measure": "count"})
    for pair in companions(asked.terms, registry.fact_kinds()):
        for each in pair:
            yield replace(asked, spec=counting, terms=(each,))


def _column(
    cells: Mapping[_Node, tuple[Asked, list[Decimal | None]]],
    parts: Mapping[_Node, Sequence[_Node]],
    figure: PublicFigure,
) -> dict[_Node, str | None]:
    people = {node: _people(told[1:]) for node, (_, told) in cells.items()}
    hidden = held_back(parts, people, figure.fewer_than)
    return {
        node: None if node in hidden else words.text_of(told[0], asked.spec.decimals_shown)
        for node, (asked, told) in cells.items()
    }


def _people(told: Sequence[Decimal | None]) -> int:
    counts = [int(each or 0) for each in told]
    return fewest(zip(counts[::2], counts[1::2], strict=True))
