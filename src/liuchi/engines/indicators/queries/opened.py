"""The figures everybody may read: whole tables of places and ended spans, small cells held back.

Counted by the keeper of the figures, for no actor: what is printed is the same for everybody.
Figures that may be parts of one another are held back together: see ``queries.apart``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from itertools import chain
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators.queries.apart import told_apart
from liuchi.engines.indicators.queries.asked import Asked, ask, concerns, defined
from liuchi.engines.indicators.queries.questions import Question, with_people
from liuchi.engines.indicators.queries.running import values
from liuchi.engines.indicators.rules import words
from liuchi.engines.indicators.rules.checks import PUBLIC_FIGURES
from liuchi.engines.indicators.rules.compiling import Shape
from liuchi.engines.indicators.rules.opening import (
    about_how_many,
    ended,
    families,
    other_stretches,
    stretch_of,
    threshold,
    wholes,
)
from liuchi.engines.indicators.rules.suppressing import held_back
from liuchi.engines.indicators.rules.terms import Term, terms
from liuchi.engines.indicators.rules.words import Definition
from liuchi.engines.indicators.scope import KEEPER, READ
from liuchi.engines.indicators.spec import IndicatorSpec, PublicFigureSpec, PublicFiguresSpec
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.errors import NotFound
from liuchi.kernel.periods import Span
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry

MINUTES_KEPT = 5
"""A public table is counted anew after this long, however many people open it."""
_HOUR_MINUTES = 60


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """A figure everybody may read. Cells below ``fewer_than`` are held back; 0: none is."""

    code: str
    title: str
    name: Sentence
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


@dataclass(frozen=True, slots=True)
class NotOpened:
    """A figure that a playbook makes public and that is not, and why."""

    name: Sentence
    reason: Sentence


@dataclass(frozen=True, slots=True)
class _Open:
    """A figure as a playbook makes it public, and the counts it is made of.

    ``beside`` is the title of the one it cannot be public beside; empty where it is public.
    """

    applied: AppliedPlaybook
    spec: IndicatorSpec
    public: PublicFigureSpec
    terms: tuple[Term, ...]
    beside: str = ""

    @property
    def kinds(self) -> frozenset[tuple[str, tuple[str, str] | None]]:
        """The kinds of facts it goes by, and whose."""
        entering = [each.family.enters for each in self.terms if each.family is not None]
        kinds = {(each.kind, each.owned) for each in self.terms}
        return frozenset(kinds | {(each.kind, each.owned) for each in chain(*entering)})

    @property
    def stretch(self) -> Hashable:
        """What it is told by."""
        return stretch_of(self.public, is_stock=any(each.family for each in self.terms))

    @property
    def fewer_than(self) -> int:
        """Below how many a cell is held back."""
        return threshold(self.public, self.terms, registry.fact_kinds())


def public_figures(area_id: UUID) -> tuple[PublicFigure, ...]:
    """Return what is public at a place: of methods that hold there or below."""
    return tuple(_figure(each) for each in _at(directory.area(area_id)) if not each.beside)


def opens_figures(area_id: UUID) -> bool:
    """Whether any figure is public at a place; asks nothing of the journal."""
    area = directory.area(area_id)
    return any(
        journal.section(applied, PUBLIC_FIGURES, PublicFiguresSpec)
        and concerns(applied, area.scope_code)
        for applied in journal.playbooks_in_force(None, clock.today())
    )


def not_opened(area_id: UUID) -> tuple[NotOpened, ...]:
    """Return what would be public at a place, were it not for what is public there already."""
    why = "和“{title}”数的是同一类记录，两个都公开，相减就能推出小数。"
    why_en = "It goes by the same kind of record as '{title}': one less the other would tell."
    return tuple(
        NotOpened(each.spec.name, Sentence(why, why_en, {"title": each.beside}))
        for each in _at(directory.area(area_id))
        if each.beside
    )


def public_table(code: str, area_id: UUID) -> PublicTable:
    """Return a public figure of a place and its parts; NotFound where it is not public there."""
    area, now = directory.area(area_id), clock.now()
    for each in _at(area):
        if each.spec.code == code and not each.beside:
            bucket = (now.hour * _HOUR_MINUTES + now.minute) // MINUTES_KEPT
            whole = _tables(each.applied.id, clock.today(), bucket)[code]
            below = set(directory.subtree_ids(area_id))
            return replace(whole, rows=tuple(row for row in whole.rows if row.area.id in below))
    raise NotFound("figure")


def _at(area: AreaRow) -> list[_Open]:
    with acting_as(KEEPER):
        return [each for each in _opened() if concerns(each.applied, area.scope_code)]


def _opened() -> Iterator[_Open]:
    """Yield what playbooks make public; of two that tell of each other's parts only the first."""
    kept: list[_Open] = []
    for applied in journal.playbooks_in_force(None, clock.today()):
        section = journal.section(applied, PUBLIC_FIGURES, PublicFiguresSpec)
        found = [_open(applied, each) for each in (section.root if section else ())]
        titles = {each.spec.code: each.spec.title for each in found}
        clashing = other_stretches((one.spec.code, one.stretch, one.kinds) for one in found)
        for one in found:
            other = next((each for each in kept if _tells_of(each, one)), None)
            beside = titles.get(clashing.get(one.spec.code, ""), other.spec.title if other else "")
            if not beside:
                kept.append(one)
            yield replace(one, beside=beside)


def _tells_of(one: _Open, other: _Open) -> bool:
    """Whether figures of two playbooks go by the same facts of the same places."""
    if one.applied.id == other.applied.id or not one.kinds & other.kinds:
        return False
    scopes = [each.scope_code for each in directory.areas(other.applied.places).values()]
    return any(concerns(one.applied, each) for each in scopes)


def _open(applied: AppliedPlaybook, public: PublicFigureSpec) -> _Open:
    nearest = directory.area(applied.places[0]) if applied.places else None
    spec = defined(KEEPER, public.indicator, clock.today(), nearest)[0][1]
    return _Open(applied, spec, public, terms(spec, registry.fact_kinds(), applied.compiled))


def _figure(each: _Open) -> PublicFigure:
    spec, applied = each.spec, each.applied
    return PublicFigure(
        spec.code,
        spec.title,
        spec.name,
        spec.unit_shown,
        words.definition(spec, registry.fact_kinds()),
        each.public,
        str(applied.compiled.get("title", applied.code)),
        each.fewer_than,
    )


@lru_cache(maxsize=32)
def _tables(applied_id: UUID, today: date, _bucket: int) -> Mapping[str, PublicTable]:
    """Return every public table of a playbook: what one holds back goes by the others."""
    with acting_as(KEEPER):
        opened = {
            each.spec.code: each
            for each in _opened()
            if each.applied.id == applied_id and not each.beside
        }
        found: dict[str, PublicTable] = {}
        for codes in families({code: each.kinds for code, each in opened.items()}):
            found |= _Family([opened[code] for code in codes], today).tables()
    return found


class _Family:
    """Public figures of one playbook that may be parts of one another, by the same stretch."""

    def __init__(self, opened: Sequence[_Open], today: date) -> None:
        self.opened, self.today = opened, today
        self.fewer_than = max(each.fewer_than for each in opened)
        self.spans = {each.spec.code: ended(each.public, today) for each in opened}
        self.wholes = [
            [ask(KEEPER, READ, each.spec.code, place, span=None, as_of=None) for each in opened]
            for place in _wholes(opened[0].applied)
        ]
        self.parts = {(row[0].area.id, False): _parts(row[0]) for row in self.wholes}

    def tables(self) -> dict[str, PublicTable]:
        every = sorted({span for spans in self.spans.values() for span in spans})
        cells = _counted([each for row in self.wholes for each in row], self.spans)
        apart = told_apart(self.wholes, every) if self.fewer_than else {}
        nobody = (0,) * max(map(len, apart.values()), default=0)
        hidden = {
            span: held_back(
                self.parts,
                {
                    node: (*self._people(cells, node, span), *apart.get((*node, span), nobody))
                    for node in self._nodes()
                },
                self.fewer_than,
            )
            for span in every
        }
        return {each.spec.code: self._table(each, cells, hidden) for each in self.opened}

    def _nodes(self) -> Iterable[_Node]:
        return dict.fromkeys(
            node for whole, below in self.parts.items() for node in (whole, *below)
        )

    def _people(self, cells: _Cells, node: _Node, span: Span) -> tuple[int, ...]:
        found: tuple[int, ...] = ()
        for code, spans in self.spans.items():
            if span in spans:
                found += about_how_many(cells[code, *node, span][1:])
        return found

    def _table(
        self, each: _Open, cells: _Cells, hidden: Mapping[Span, frozenset[_Node]]
    ) -> PublicTable:
        spans, decimals = self.spans[each.spec.code], each.spec.decimals_shown
        nodes = list(self._nodes())
        areas = directory.areas([area for area, _ in nodes])
        rows = [
            PublicRow(
                areas[node[0]],
                node[1],
                tuple(
                    None
                    if node in hidden[span]
                    else words.text_of(cells[each.spec.code, *node, span][0], decimals)
                    for span in spans
                ),
            )
            for node in nodes
        ]
        nothing = {words.text_of(Decimal(0), decimals), words.EMPTY}
        told = (row for row in rows if not row.own or set(row.cells) - nothing)
        return PublicTable(_figure(each), spans, tuple(told), self.today)


_Node = tuple[UUID, bool]
_Cells = Mapping[tuple[str, UUID, bool, Span], Sequence[Decimal | None]]


def _wholes(applied: AppliedPlaybook) -> Sequence[UUID]:
    parents: dict[UUID, UUID | None] = {}
    waiting: list[UUID | None] = list(applied.places)
    for place in waiting:
        if place is not None and place not in parents:
            parents[place] = directory.area(place).parent_id
            waiting.append(parents[place])
    return wholes(applied.places, parents)


def _parts(asked: Asked) -> tuple[_Node, ...]:
    below = tuple((child.id, False) for child in asked.children())
    return (*below, (asked.area.id, True)) if below else ()


def _counted(asked: Sequence[Asked], spans: Mapping[str, Sequence[Span]]) -> _Cells:
    """Return the figure of each cell, then how many it is about, as the companions count."""
    questions: list[Question] = []
    places: list[int] = []
    for whole in asked:
        children = whole.children()
        for place, variant in enumerate(with_people(whole)):
            for span in spans[whole.spec.code]:
                places += [place, place]
                one = variant.during(span)
                below, nodes = partial(one.grouped, children), tuple(each.id for each in children)
                questions += [
                    Question(one, Shape.TOTAL, one.whole, (one.area.id,)),
                    Question(one, Shape.BY_AREA, below, nodes),
                ]
    cells: dict[tuple[str, UUID, bool, Span], dict[int, Decimal | None]] = {}
    for place, question, found in zip(places, questions, values(questions), strict=True):
        one = question.asked
        if one.span is None:
            continue
        told = {(one.area.id, False): found.get(None)}
        if question.shape is Shape.BY_AREA:
            told = {(node, False): found.get(node, one.nothing) for node in question.nodes}
            told |= {(one.area.id, True): found.get(one.area.id, one.nothing)}
        for node, value in told.items():
            # A village may be a whole of its own and a part of its town: it is one cell.
            cells.setdefault((one.spec.code, *node, one.span), {})[place] = value
    return {cell: [told[place] for place in sorted(told)] for cell, told in cells.items()}
