"""Who may use a benefit, how often, until when. Pure: plain values in, a decision out.

What a provider is told is one word and a day. Why somebody is not eligible, which grade or
how many points, is for the resident alone, so the refusals say nothing of either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from liuchi.engines.points.enums import BenefitKind, QuotaPeriod
from liuchi.engines.points.spec.benefits import BenefitSpec
from liuchi.kernel import predicates
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse
from liuchi.kernel.predicates import Schema

GRADE_FIELDS = ("grade", "official_grade")


@dataclass(frozen=True, slots=True)
class Term:
    """The days an agreement holds, both included, and whether it is honoured now."""

    from_on: date
    to_on: date
    active: bool


@dataclass(frozen=True, slots=True)
class Used:
    """How often a benefit was used within its windows: by this subject, and by everybody."""

    by_subject: int = 0
    in_all: int = 0


def in_force(term: Term, on: date) -> bool:
    """Whether an agreement is honoured on a day."""
    return term.active and term.from_on <= on <= term.to_on


def window(period: QuotaPeriod, on: date, term: Term) -> tuple[date, date]:
    """Return the days a quota counts over around ``on``: from, up to but not including."""
    match period:
        case QuotaPeriod.DAY:
            return on, on + timedelta(days=1)
        case QuotaPeriod.MONTH:
            return on.replace(day=1), _next_month(on)
        case QuotaPeriod.YEAR:
            return date(on.year, 1, 1), date(on.year + 1, 1, 1)
        case QuotaPeriod.AGREEMENT:
            return term.from_on, term.to_on + timedelta(days=1)


def is_eligible(
    benefit: BenefitSpec, values: Mapping[str, object], schema: Schema, place: str
) -> bool:
    """Answer a benefit's condition for one resident.

    ``values`` holds ``grade``, ``official_grade``, ``earned_points`` and ``home_area``;
    what is missing compares as false. ``place`` signed the agreement: a condition that
    names no home is for the people who live there.
    """
    if not benefit.eligible:
        return values.get("home_area") == place
    tree = predicates.parse(benefit.eligible, schema)
    at_home = "home_area" in predicates.fields_of(tree) or values.get("home_area") == place
    return at_home and predicates.evaluate(tree, values, schema)


def room(benefit: BenefitSpec, used: Used) -> int | None:
    """Return how often the subject may still use it now; None where nothing limits it."""
    quota = benefit.quota
    lefts = [
        max(0, most - count)
        for most, count in ((quota.times, used.by_subject), (quota.in_all, used.in_all))
        if most is not None
    ]
    return min(lefts) if lefts else None


def may_use(benefit: BenefitSpec, term: Term, used: Used, on: date, *, eligible: bool) -> Decision:
    """Decide whether a resident may use a benefit now."""
    return first_refusal(
        ALLOWED if in_force(term, on) else not_in_force(),
        ALLOWED if eligible else not_eligible(),
        exhausted(benefit) if room(benefit, used) == 0 else ALLOWED,
    )


def holds_until(
    benefit: BenefitSpec, term: Term, ends: Mapping[str, date | None], schema: Schema
) -> date:
    """Return the last day the answer holds for: of the agreement, the card or a grade asked for.

    ``ends`` gives the last day of ``card`` and of each grade; None where it has none.
    """
    asked = {"card"}
    if benefit.eligible:
        tree = predicates.parse(benefit.eligible, schema)
        asked |= {*GRADE_FIELDS} & {*predicates.fields_of(tree)}
    days = [day for name, day in ends.items() if name in asked and day is not None]
    return min([term.to_on, *days])


def saving_fen(benefit: BenefitSpec, price_fen: int | None) -> int | None:
    """Return what a use saves, in fen, rounded down; None where that cannot be known."""
    if benefit.kind is BenefitKind.AMOUNT_OFF:
        off = benefit.fen or 0
        return off if price_fen is None else min(off, price_fen)
    if benefit.kind is BenefitKind.DISCOUNT and price_fen is not None:
        return price_fen * (10 - (benefit.tenths or 10)) // 10
    if benefit.kind is BenefitKind.FEE_WAIVED:
        return price_fen
    return None


def not_in_force() -> Decision:
    """Return the refusal outside an agreement's days."""
    return refuse(
        "agreement_not_in_force", "协议不在有效期内，不能使用。", "No agreement is in force."
    )


def not_eligible() -> Decision:
    """Return the refusal that tells a provider nothing but no."""
    return refuse("not_eligible", "不符合条件。", "Not eligible.")


def exhausted(benefit: BenefitSpec) -> Decision:
    """Return the refusal when a quota is used up."""
    return refuse(
        "quota_used_up",
        "「{title}」的次数已经用完。",
        "“{title}” has been used as often as it may be.",
        title=benefit.title,
    )


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
