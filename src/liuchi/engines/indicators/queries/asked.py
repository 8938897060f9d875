"""One question, checked: what is counted, where, on which days, and by whom it is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators.enums import By
from liuchi.engines.indicators.queries.rows import Figure
from liuchi.engines.indicators.rules import figures, words
from liuchi.engines.indicators.rules.figures import Days
from liuchi.engines.indicators.rules.rolling import asks_when
from liuchi.engines.indicators.rules.terms import Term, terms
from liuchi.engines.indicators.spec import IndicatorSpec, IndicatorsSpec
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook, FactRow
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, Reach
from liuchi.kernel.decisions import Decision, refuse
from liuchi.kernel.errors import NotFound
from liuchi.kernel.periods import Span
from liuchi.playbooks import lookup, registry
from liuchi.playbooks.registry import DimensionType

SECTION = "indicators"
Defined = tuple[AppliedPlaybook, IndicatorSpec]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, checked: what, where and when, and of which playbooks' facts."""

    spec: IndicatorSpec
    terms: tuple[Term, ...]
    area: AreaRow
    span: Span | None
    days: Days
    playbooks: tuple[str, ...]
    versions: tuple[UUID, ...]

    @property
    def asked_at(self) -> datetime | None:
        """The instant ``within`` looks back from, where a condition says it."""
        return self.days.as_of_end if any(map(asks_when, self.terms)) else None

    @property
    def nothing(self) -> Decimal | None:
        """The value of a group without facts: zero, and "—" for a ratio or a percentile."""
        return None if self.spec.is_none_of_nothing else Decimal(0)

    def whole(self) -> dict[UUID, UUID]:
        """Every area of the subtree on the as-of day, counted under its root."""
        return directory.subtrees([self.area.id], on=self.days.as_of)

    def during(self, span: Span) -> Asked:
        """Return the same question of a month, quarter or year."""
        return replace(self, span=span, days=figures.days(span, self.days.as_of, self.days.as_of))

    def children(self) -> tuple[AreaRow, ...]:
        """The areas directly below on the as-of day."""
        return directory.children(self.area.id, on=self.days.as_of)

    def grouped(self, children: Sequence[AreaRow]) -> dict[UUID, UUID]:
        """Every area of the subtree, counted under the child it lies in, or by itself."""
        ids = [self.area.id, *(child.id for child in children)]
        return directory.subtrees(ids, on=self.days.as_of)

    def figure(self, value: Decimal | None, area: AreaRow, span: Span | None) -> Figure:
        """Dress a value as a figure of an area and a stretch of time."""
        spec, as_of = self.spec, self.days.as_of
        return Figure(
            spec.code,
            spec.title,
            value,
            words.text_of(value, spec.decimals_shown),
            spec.unit_shown,
            area,
            span,
            as_of,
            words.address(spec.code, area.id, span, as_of),
            words.address(spec.code, area.id, span, as_of, facts=True),
        )


def ask(
    actor: Actor,
    verb: str,
    code: str,
    area_id: UUID,
    *,
    span: Span | None,
    as_of: date | None,
) -> Asked:
    """Check a question. Refused without the verb, NotFound outside the actor's area."""
    may(actor, verb).or_refuse()
    area = directory.area(area_id)
    if not actor.covers(area.scope_code):
        raise NotFound("area")
    today = clock.today()
    found = defined(actor, code, as_of or today, area)
    playbook, spec = found[0]
    codes = tuple(sorted({each.code for each, _ in found}))
    return Asked(
        spec,
        terms(spec, registry.fact_kinds(), playbook.compiled),
        area,
        span,
        figures.days(span, as_of, today),
        codes,
        versions_of(codes),
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
    return tuple(By) if By.MONTH.value in spec.by else (By.AREA,)


def dimensions(spec: IndicatorSpec) -> tuple[str, ...]:
    """Return the dimensions an indicator may be listed by: declared, and known to all it counts."""
    every = [dict(term.dimensions) for term in terms(spec, registry.fact_kinds())]
    return tuple(
        name
        for name in spec.by
        if all(name in known and known[name] is not DimensionType.AREA for known in every)
    )


def in_force(
    actor: Actor, on: date, concerns: Callable[[AppliedPlaybook], bool] = lambda _: True
) -> Iterator[Defined]:
    """Yield every definition in force on a day, with its playbook, as far as the actor may know.

    What is kept inside an organisation has figures for those only who work with it.
    """
    for applied in filter(concerns, journal.playbooks_in_force(None, on)):
        if not all(actor.may(verb).allowed for verb in registry.read_by(applied.compiled)):
            continue
        section = journal.section(applied, SECTION, IndicatorsSpec)
        for spec in () if section is None else section.root:
            yield applied, spec


def may_see_fact(actor: Actor, fact: FactRow) -> bool:
    """Whether a fact is of no method that is kept inside, or the actor works with that."""
    kind = registry.fact_kind(fact.kind)
    owned = None if kind is None else kind.owned
    for applied in journal.applied_playbooks():
        verbs = registry.read_by(applied.compiled)
        if all(actor.may(verb).allowed for verb in verbs):
            continue
        if fact.playbook_version == applied.id:
            return False
        if owned is not None and fact.playbook_version is None:
            dimension, place = owned
            with suppress(LookupError):
                if fact.data.get(dimension) == lookup(applied.compiled, place):
                    return False
    return True


def defined(actor: Actor, code: str, on: date, area: AreaRow | None = None) -> Sequence[Defined]:
    """Return the definition of a code that concerns an area, and others alike; or NotFound.

    Two towns may follow copies of one method: above both, one figure counts the facts of both.
    """
    found = [each for each in in_force(actor, on) if each[1].code == code]
    if not found:
        raise NotFound("indicator")
    near = (each for each in found if area is not None and concerns(each[0], area.scope_code))
    nearest = next(near, found[0])
    return (nearest, *(each for each in found if each != nearest and each[1] == nearest[1]))


def concerns(playbook: AppliedPlaybook, scope_code: str) -> bool:
    """Whether a playbook holds at a place, or in some part of it, or all around it."""
    scopes = [row.scope_code for row in directory.areas(playbook.places).values()]
    return any(each.startswith(scope_code) or scope_code.startswith(each) for each in scopes)


def versions_of(playbooks: Collection[str]) -> tuple[UUID, ...]:
    """Return every version of some playbooks."""
    return tuple(each.id for each in journal.applied_playbooks() if each.code in playbooks)
