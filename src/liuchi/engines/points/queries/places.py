"""What holds at a place: the rules in force, what is on notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat

from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.points.enums import AccountKind, Evidence
from liuchi.engines.points.models import Account, Goods
from liuchi.engines.points.spec import PointsSpec, cap_sentence
from liuchi.kernel import clock
from liuchi.kernel.sentences import Sentence

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule of a playbook, for forms and posters."""

    code: str
    title: str
    class_title: str
    award: int
    per: str
    cap_text: Sentence | None
    evidence: tuple[Evidence, ...]
    publicity_work_days: int
    note: str = ""
    internal: bool = False


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """An award on public notice; ``notice_until`` is the last day of it.

    ``masked_name`` is empty where the person appears without a name.
    """

    masked_name: str
    rule_title: str
    points: int
    notice_until: date


def spec_of(applied: AppliedPlaybook) -> PointsSpec | None:
    """Return an applied playbook's points section, None where it has none."""
    return journal.section(applied, "points", PointsSpec)


def spec_as_applied(version_id: UUID) -> PointsSpec:
    """Return the points section of the version a claim was made under."""
    return journal.section_as_applied(version_id, "points", PointsSpec)


def rules(playbook: AppliedPlaybook) -> tuple[RuleRow, ...]:
    """Return the rules of a playbook in its own order; empty where it has no points."""
    spec = spec_of(playbook)
    if spec is None:
        return ()
    return tuple(
        RuleRow(
            code=rule.code,
            title=rule.title,
            class_title=rule.class_,
            award=rule.award,
            per=rule.per.value,
            cap_text=None if rule.cap is None else cap_sentence(rule),
            evidence=rule.evidence,
            publicity_work_days=rule.publicity_work_days,
            note=rule.note,
            internal=spec.currency.visibility == "internal",
        )
        for rule in spec.rules
    )


def rules_at(village_id: UUID, on: date) -> tuple[tuple[AppliedPlaybook, PointsSpec], ...]:
    """Return the playbooks with points in force at a village on a day."""
    found = ((p, spec_of(p)) for p in journal.playbooks_in_force(village_id, on))
    return tuple((playbook, spec) for playbook, spec in found if spec is not None)


def awaits_vote(village_id: UUID, rule_code: str) -> bool:
    """Whether a rule stands in a version that a village's meeting has still to vote on."""
    waiting = (spec_of(each) for each in journal.awaiting_votes(village_id, clock.today()))
    return any(spec is not None and spec.rule(rule_code) is not None for spec in waiting)


def gifts_by_two(village_id: UUID) -> bool:
    """Whether a playbook in force at a village wants two people for a gift."""
    return any(spec.shop.gifts_by_two for _, spec in rules_at(village_id, clock.today()))


def shop_title(village_id: UUID) -> str:
    """Return what the playbooks in force at a village call its shop, "" where they say nothing."""
    titles = (spec.shop.title for _, spec in rules_at(village_id, clock.today()))
    return next((title for title in titles if title), "")


def notices(area_id: UUID) -> tuple[NoticeRow, ...]:
    """Return what stands on public notice in a village now. Anybody may read it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM points_on_notice(%s, %s)", [area_id, clock.now()])
        return tuple(
            NoticeRow(name, title, points, last_day(ends))
            for name, title, points, ends in cursor.fetchall()
        )


def with_stock(goods: QuerySet[Goods]) -> QuerySet[Goods]:
    """Annotate goods with ``stock``, what the ledger says is on the shelf."""
    held = Account.objects.filter(
        kind=AccountKind.STOCK, unit=Concat(Value("goods:"), Cast(OuterRef("id"), TextField()))
    ).values("balance")[:1]
    return goods.annotate(stock=Coalesce(Subquery(held), 0, output_field=IntegerField()))


def last_day(notice_ends_at: datetime) -> date:
    """Return the last day of a notice that is over at an instant, as a rule midnight."""
    return clock.local_day(notice_ends_at - _MOMENT)
