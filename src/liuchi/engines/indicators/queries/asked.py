"""One question, checked: what is counted, where, on which days, and by whom it is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators.enums import By
from liuchi.engines.indicators.queries.rows import Figure
from liuchi.engines.indicators.rules import figures, words
from liuchi.engines.indicators.rules.figures import Days
from liuchi.engines.indicators.rules.terms import Term, terms
from liuchi.engines.indicators.spec import IndicatorSpec, IndicatorsSpec, Ratio
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, Reach
from liuchi.kernel.decisions import Decision, refuse
from liuchi.kernel.errors import NotFound
from liuchi.kernel.predicates import Within
from liuchi.kernel.predicates.tree import All, Not, Predicate
from liuchi.kernel.predicates.tree import Any as AnyOf
from liuchi.playbooks import registry, section_of

SECTION = "indicators"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, checked: what, where and when."""

    spec: IndicatorSpec
    terms: tuple[Term, ...]
    area: AreaRow
    month: date | None
    days: Days

    @property
    def asked_at(self) -> datetime | None:
        """The instant ``within`` looks back from, where a condition says it."""
        return self.days.as_of_end if any(_looks_back(t.where) for t in self.terms) else None

    @property
    def nothing(self) -> Decimal | None:
        """The value of a group without facts: zero, and "—" for a ratio."""
        return None if isinstance(self.spec.measure, Ratio) else Decimal(0)

    def whole(self) -> dict[UUID, UUID]:
        """Every area of the subtree on the as-of day, counted under its root."""
        return directory.subtrees([self.area.id], on=self.days.as_of)

    def children(self) -> tuple[AreaRow, ...]:
        """The areas directly below on the as-of day."""
        return directory.children(self.area.id, on=self.days.as_of)

    def grouped(self, children: Sequence[AreaRow]) -> dict[UUID, UUID]:
        """Every area of the subtree, counted under the child it lies in, or by itself."""
        ids = [self.area.id, *(child.id for child in children)]
        return directory.subtrees(ids, on=self.days.as_of)

    def figure(self, value: Decimal | None, area: AreaRow, month: date | None) -> Figure:
        """Dress a value as a figure of an area and month."""
        spec, as_of = self.spec, self.days.as_of
        return Figure(
            spec.code,
            spec.title,
            value,
            words.text_of(value, spec.decimals_shown),
            spec.unit,
            area,
            month,
            as_of,
            words.address(spec.code, area.id, month, as_of),
            words.address(spec.code, area.id, month, as_of, facts=True),
        )


def ask(
    actor: Actor,
    verb: str,
    code: str,
    area_id: UUID,
    *,
    month: date | None,
    as_of: date | None,
) -> Asked:
    """Check a question. Refused without the verb, NotFound outside the actor's area."""
    may(actor, verb).or_refuse()
    area = directory.area(area_id)
    if not actor.covers(area.scope_code):
        raise NotFound("area")
    today = clock.today()
    spec = spec_of(code, as_of or today)
    first = month.replace(day=1) if month is not None else None
    return Asked(
        spec,
        terms(spec, registry.fact_kinds()),
        area,
        first,
        figures.days(month, as_of, today),
    )


def may(actor: Actor, verb: str) -> Decision:
    """Decide whether the actor may ask for figures of areas at all."""
    decision = actor.may(verb)
    if decision.allowed and actor.grants[verb] is not Reach.AREA:
        return refuse(
            "not_permitted",
            "统计数字按区域查看，您的岗位没有这项权限。",
            "Figures are about areas; your post does not include them.",
        )
    return decision


def breakdowns(spec: IndicatorSpec) -> tuple[By, ...]:
    """Return what an indicator may be broken down by; area always."""
    return (By.AREA, By.MONTH) if By.MONTH.value in spec.by else (By.AREA,)


def in_force(
    on: date, concerns: Callable[[AppliedPlaybook], bool] = lambda _: True
) -> list[tuple[str, IndicatorSpec]]:
    """Return playbook code and definition; of two with one code, the first playbook's."""
    found: dict[str, tuple[str, IndicatorSpec]] = {}
    for applied in filter(concerns, journal.playbooks_in_force(None, on)):
        section = section_of(applied.compiled, SECTION)
        for spec in section.root if isinstance(section, IndicatorsSpec) else ():
            found.setdefault(spec.code, (applied.code, spec))
    return list(found.values())


def spec_of(code: str, on: date) -> IndicatorSpec:
    """Return the definition of a code in force on a day, or NotFound."""
    found = next((spec for _, spec in in_force(on) if spec.code == code), None)
    if found is None:
        raise NotFound("indicator")
    return found


def _looks_back(tree: Predicate) -> bool:
    match tree:
        case All(parts) | AnyOf(parts):
            return any(_looks_back(part) for part in parts)
        case Not(part):
            return _looks_back(part)
        case _:
            return isinstance(tree, Within)
