"""What engines tell playbooks about themselves: sections, fact kinds, measures.

``playbooks`` lies below the engines and cannot import them. Each engine
registers in its ``apps.py`` what may be written in a playbook (a section), what
it journals (fact kinds), what may be counted (measures) and how an example of
its rules is run. Everything here is plain Python and pydantic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.asks import Asks

Path = tuple[str | int, ...]
"""Where in the playbook: ``("points", "rules", 3, "award")``."""

_K = TypeVar("_K")
_V = TypeVar("_V")

_KIND = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")


class DimensionType(StrEnum):
    """What a declared dimension of a fact holds."""

    UUID = "uuid"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    AREA = "area"
    PERSON = "person"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class FactKind:
    """A kind of fact an engine journals.

    ``data`` is the pydantic shape of the fact's data; every dimension is one of
    its fields, so that counting and writing can't drift apart. ``amount`` says
    what the fact's amount is (``积分``), None where it has none. ``owned`` names a
    dimension and where a playbook says its own value of it: a fact that names no version
    of a playbook belongs to those that say the same.
    """

    kind: str
    title: Sentence
    data: type[BaseModel]
    dimensions: Mapping[str, DimensionType]
    amount: Sentence | None = None
    owned: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        """Refuse a malformed name and a dimension the data does not carry."""
        if not _KIND.fullmatch(self.kind):
            msg = f"a fact kind is '<engine>.<what_happened>', not {self.kind!r}"
            raise ValueError(msg)
        loose = sorted(set(self.dimensions) - set(self.data.model_fields))
        if loose:
            msg = f"{self.kind}: dimensions {loose} are not fields of {self.data.__name__}"
            raise ValueError(msg)
        if self.owned is not None and self.owned[0] not in self.dimensions:
            msg = f"{self.kind}: {self.owned[0]} is none of its dimensions"
            raise ValueError(msg)

    @property
    def engine(self) -> str:
        """The engine that writes this kind."""
        return self.kind.partition(".")[0]


class MeasureOp(StrEnum):
    """How facts are counted."""

    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    SUM = "sum"
    PERCENTILE = "percentile"
    STOCK = "stock"


AMOUNT = "amount"
"""The name under which a measure sums the fact's own amount."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that may be counted over a fact kind.

    ``over`` is a dimension of the kind, or ``amount``; None for a plain count.
    In a playbook: ``measure: count``, ``measure: {count_distinct: person}``,
    ``measure: {sum: amount}``.
    """

    fact_kind: str
    op: MeasureOp
    over: str | None = None
    title: Sentence | None = None

    def __post_init__(self) -> None:
        """A count counts facts; the two others need to know over what."""
        if (self.op is MeasureOp.COUNT) != (self.over is None):
            msg = f"{self.fact_kind}: {self.op.value} over {self.over!r} makes no sense"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong at one place: what it is and what to do about it."""

    path: Path
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Context:
    """The playbook a check looks at.

    ``raw`` is the tree as written, also of sections that failed validation, so
    that a lint can speak about a playbook that is not valid yet. ``sections``
    holds the validated models by section name.
    """

    raw: Mapping[str, object]
    sections: Mapping[str, BaseModel] = field(default_factory=dict)

    def rows(self, *names: str) -> Iterator[tuple[Path, Mapping[str, object]]]:
        """Yield the rows of a list as written, with their paths; none where there is no list."""
        held: object = self.raw
        for name in names:
            held = held.get(name) if isinstance(held, Mapping) else None
        for place, row in enumerate(held if isinstance(held, list | tuple) else ()):
            if isinstance(row, Mapping):
                yield (*names, place), row

    def section(self, name: str) -> BaseModel | None:
        """Return a validated section, or None where absent or invalid."""
        return self.sections.get(name)


def repeated_codes(context: Context, *names: str) -> Iterable[Finding]:
    """Find rows of a list that carry the code of an earlier one."""
    seen: set[str] = set()
    for path, row in context.rows(*names):
        code = str(row.get("code", path))
        if code in seen:
            yield Finding(
                (*path, "code"),
                Sentence(
                    "编码「{code}」用了两次。请给这一行换一个编码。",
                    "The code “{code}” is used twice. Give this row another.",
                    {"code": code},
                ),
            )
        seen.add(code)


Check = Callable[[Context], Iterable[Finding]]
"""Looks across the playbook for what one section's shape can't say."""


@dataclass(frozen=True, slots=True)
class Lint:
    """A rule of rights or burden that a playbook may not break.

    ``source`` is the law or document the rule comes from, as people cite it.
    """

    code: str
    title: Sentence
    source: str
    check: Check


class Explain(Protocol):
    """Says a validated section in plain words, a paragraph or item per line."""

    def __call__(self, section: BaseModel, language: str) -> Sequence[str]:
        """Return the lines in ``zh-hans`` or ``en``."""
        ...


Upcaster = Callable[[Any], Any]
"""Turns a section's JSON form of one version into that of the next."""


class ColumnKind(StrEnum):
    """How a value of a playbook stands in a workbook."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    WORK_DAYS = "work_days"  # a duration in work days, written as their number
    WORDS = "words"  # several of ``words``


@dataclass(frozen=True, slots=True, eq=False)
class SheetColumn:
    """A column of a table: its heading, where its value stands in an item, its words."""

    title: Sentence
    path: tuple[str, ...]
    kind: ColumnKind = ColumnKind.TEXT
    words: Mapping[str, Sentence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class SheetTable:
    """A list of a playbook that people keep as a table; its items are told by ``code``.

    ``path`` leads to it from the top of the playbook. ``single``: one row, no list.
    """

    title: Sentence
    path: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    single: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a playbook that one engine understands.

    ``model`` is its pydantic shape (``extra="forbid"``). ``spec_version`` counts
    up when the shape changes; ``upcasters[n]`` turns a compiled section of
    version n into n + 1, so that versions in force keep loading. ``read_by`` takes the
    compiled section and returns the verb needed to see what such a method counts, if any.
    ``asks`` says of the validated section what it asks whom to write.
    """

    name: str
    model: type[BaseModel]
    title: Sentence
    lints: tuple[Lint, ...] = ()
    checks: tuple[Check, ...] = ()
    explain: Explain | None = None
    tables: tuple[SheetTable, ...] = ()
    spec_version: int = 1
    upcasters: Mapping[int, Upcaster] = field(default_factory=dict)
    read_by: Callable[[Mapping[str, Any]], str | None] = lambda _: None
    asks: Asks = lambda _: ()

    def __post_init__(self) -> None:
        """Every version below the present one must have its upcaster."""
        wanted = set(range(1, self.spec_version))
        if set(self.upcasters) != wanted:
            msg = f"section {self.name}: upcasters for {sorted(wanted)} are needed"
            raise ValueError(msg)

    def upcast(self, compiled: Any, spec_version: int) -> Any:
        """Bring a compiled section of an older version to the present shape."""
        for version in range(spec_version, self.spec_version):
            compiled = self.upcasters[version](compiled)
        return compiled


RunExample = Callable[[BaseModel, Mapping[str, object], Mapping[str, object]], Mapping[str, object]]
"""``run(section, given, when) -> outcome``; a refusal is ``{"refused": reason_code}``."""


@dataclass(frozen=True, slots=True)
class ExampleRunner:
    """Runs one kind of example against an engine's pure rules.

    ``name`` is what stands under ``when:``, ``points.award``; the part before the
    dot is the section handed to ``run``. The outcome must hold every key that
    the example's ``then:`` names, with an equal value.
    """

    name: str
    title: Sentence
    run: RunExample

    @property
    def section(self) -> str:
        """The section whose model ``run`` receives."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class FlowTarget:
    """Something a flow may start: ``points.claim``, with the arguments it takes."""

    name: str
    title: Sentence
    arguments: type[BaseModel]


@dataclass(frozen=True, slots=True)
class HouseSet:
    """Items of a section that the house keeps, so that no playbook writes them again.

    ``{house: cases.rates}`` in a list of ``section`` stands for ``items``; they become part of
    the playbook when it is read, and a version in force keeps them as they were.
    """

    name: str
    section: str
    title: Sentence
    items: tuple[Mapping[str, Any], ...]


class Registry:
    """All that engines registered. One per process; tests may use their own."""

    def __init__(self) -> None:
        """Begin empty."""
        self._sections: dict[str, Section] = {}
        self._fact_kinds: dict[str, FactKind] = {}
        self._measures: dict[tuple[str, MeasureOp, str | None], Measure] = {}
        self._runners: dict[str, ExampleRunner] = {}
        self._flow_targets: dict[str, FlowTarget] = {}
        self._house_sets: dict[str, HouseSet] = {}

    def add_section(self, section: Section) -> None:
        """Register a section; a second, different one of the name is an error."""
        _add(self._sections, section.name, section)

    def add_fact_kind(self, *kinds: FactKind) -> None:
        """Register fact kinds."""
        for kind in kinds:
            _add(self._fact_kinds, kind.kind, kind)

    def add_measures(self, *measures: Measure) -> None:
        """Register measures over kinds that are registered already."""
        for measure in measures:
            kind = self._fact_kinds.get(measure.fact_kind)
            if kind is None:
                msg = f"a measure over the unregistered fact kind {measure.fact_kind!r}"
                raise ValueError(msg)
            known = (None, *kind.dimensions, *((AMOUNT,) if kind.amount else ()))
            if measure.over not in known:
                msg = f"{kind.kind} has no dimension {measure.over!r}"
                raise ValueError(msg)
            _add(self._measures, (measure.fact_kind, measure.op, measure.over), measure)

    def add_example_runner(self, *runners: ExampleRunner) -> None:
        """Register how examples of a section's rules are run."""
        for runner in runners:
            _add(self._runners, runner.name, runner)

    def add_flow_target(self, *targets: FlowTarget) -> None:
        """Register what flows may start."""
        for target in targets:
            _add(self._flow_targets, target.name, target)

    def add_house_set(self, *sets: HouseSet) -> None:
        """Register items a playbook may name together."""
        for each in sets:
            _add(self._house_sets, each.name, each)

    @property
    def house_sets(self) -> Mapping[str, HouseSet]:
        """What a playbook may name as ``house``, by name."""
        return dict(self._house_sets)

    @property
    def flow_targets(self) -> Mapping[str, FlowTarget]:
        """What flows may start, by name."""
        return dict(self._flow_targets)

    @property
    def sections(self) -> Mapping[str, Section]:
        """Sections by name."""
        return dict(self._sections)

    @property
    def fact_kinds(self) -> Mapping[str, FactKind]:
        """Fact kinds by name."""
        return dict(self._fact_kinds)

    def fact_kind(self, kind: str) -> FactKind | None:
        """Return one fact kind, or None; asked for every fact, so nothing is copied."""
        return self._fact_kinds.get(kind)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All measures, in order of registration."""
        return tuple(self._measures.values())

    @property
    def example_runners(self) -> Mapping[str, ExampleRunner]:
        """Example runners by the name that stands under ``when:``."""
        return dict(self._runners)


def _add(held: dict[_K, _V], key: _K, value: _V) -> None:
    if held.setdefault(key, value) != value:
        msg = f"{key!r} is registered twice, differently"
        raise ValueError(msg)


_current = Registry()


def current() -> Registry:
    """Return the registry in use."""
    return _current


@contextmanager
def using(registry: Registry) -> Iterator[Registry]:
    """Run the block with another registry, for the whole process: for tests."""
    global _current  # noqa: PLW0603
    previous, _current = _current, registry
    try:
        yield registry
    finally:
        _current = previous


def register_section(section: Section) -> None:
    """Register a section in the process's registry."""
    _current.add_section(section)


def register_fact_kind(*kinds: FactKind) -> None:
    """Register fact kinds in the process's registry."""
    _current.add_fact_kind(*kinds)


def register_measures(*measures: Measure) -> None:
    """Register measures in the process's registry."""
    _current.add_measures(*measures)


def register_example_runner(*runners: ExampleRunner) -> None:
    """Register example runners in the process's registry."""
    _current.add_example_runner(*runners)


def register_flow_target(*targets: FlowTarget) -> None:
    """Register flow targets in the process's registry."""
    _current.add_flow_target(*targets)


def register_house_set(*sets: HouseSet) -> None:
    """Register items a playbook may name together, in the process's registry."""
    _current.add_house_set(*sets)


def house_sets() -> Mapping[str, HouseSet]:
    """Return what a playbook may name as ``house``, by name."""
    return _current.house_sets


def flow_targets() -> Mapping[str, FlowTarget]:
    """Return what flows may start, by name."""
    return _current.flow_targets


def sections() -> Mapping[str, Section]:
    """Return the registered sections by name."""
    return _current.sections


def read_by(compiled: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the verbs needed to see what an applied playbook counts; none for most."""
    asked = (each.read_by(compiled[name]) for name, each in sections().items() if name in compiled)
    return tuple(verb for verb in asked if verb is not None)


def fact_kinds() -> Mapping[str, FactKind]:
    """Return the registered fact kinds by name."""
    return _current.fact_kinds


def fact_kind(kind: str) -> FactKind | None:
    """Return one registered fact kind, or None."""
    return _current.fact_kind(kind)


def measures(fact_kind: str | None = None) -> tuple[Measure, ...]:
    """Return the measures, of one fact kind or of all."""
    return tuple(m for m in _current.measures if fact_kind in (None, m.fact_kind))


def example_runners() -> Mapping[str, ExampleRunner]:
    """Return the example runners by name."""
    return _current.example_runners
