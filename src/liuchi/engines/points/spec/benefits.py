"""Pydantic shapes of ``providers`` and ``benefits``: who offers what to whom, how often.

A condition of a benefit is written in the one grammar of ``kernel.predicates`` over four
fields: ``grade`` (the community's own), ``official_grade`` (imported, never computed),
``earned_points`` (within ``earned_within``) and ``home_area``. A benefit that names no
``home_area`` is for the residents of the place that signed the agreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liuchi.engines.points.enums import BenefitKind, CostBearer, QuotaPer, QuotaPeriod
from liuchi.kernel import predicates
from liuchi.kernel.durations import Period
from liuchi.kernel.predicates import FieldType, Names, PredicateError, Schema
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import Context, Finding, Path

USES_MAX = 100_000
FEN_MAX = 10_000_000
"""A hundred thousand yuan: far past any shop's discount, a guard on typing."""
LOAN_DAYS_MAX = 366

OFFICIAL_GRADES = ("D", "C", "B", "A", "AA", "AAA")
"""信用户 grades of the provincial platform, from low to high."""

Code = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$", max_length=60)]
Title = Annotated[str, Field(min_length=1, max_length=80)]

_AMOUNT_FIELDS = {
    BenefitKind.DISCOUNT: "tenths",
    BenefitKind.AMOUNT_OFF: "fen",
    BenefitKind.FEE_WAIVED: "months",
    BenefitKind.LOAN: "loan_days",
}


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProviderSpec(_Shape):
    """Who honours benefits: a firm or unit, or a kind of firm. ``field``: 交通, 物业, 餐饮."""

    code: Code
    title: Title
    field: Annotated[str, Field(max_length=20)] = ""
    places: tuple[Title, ...] = Field(
        default=(), description="where it takes part; left out: wherever the playbook holds"
    )
    note: str = Field(default="", max_length=400)


class QuotaSpec(_Shape):
    """How often: ``times`` by each person or household a period, ``in_all`` by everybody.

    Left out, the period of both is the agreement's whole term.
    """

    per: QuotaPer = QuotaPer.PERSON
    times: int | None = Field(default=None, ge=1, le=USES_MAX)
    period: QuotaPeriod = QuotaPeriod.AGREEMENT
    in_all: int | None = Field(default=None, ge=1, le=USES_MAX)
    in_all_period: QuotaPeriod = QuotaPeriod.AGREEMENT


class BenefitSpec(_Shape):
    """One benefit. What it is worth stands in the field its kind names, and no other.

    ``tenths``: tenths of the price still to pay (8 is 8 折). ``fen``: taken off the price.
    ``months``: of a fee, waived. ``loan_days``: until what was lent is due. Priority service
    and gifts have no amount.
    """

    code: Code
    provider: Code
    title: Title
    kind: BenefitKind
    tenths: int | None = Field(default=None, ge=1, le=9)
    fen: int | None = Field(default=None, ge=1, le=FEN_MAX)
    months: Literal[1] | None = None
    loan_days: int | None = Field(default=None, ge=1, le=LOAN_DAYS_MAX)
    eligible: dict[str, object] = Field(default_factory=dict)
    earned_within: Period | None = Field(
        default=None, description="the window of earned_points; left out: all that was earned"
    )
    quota: QuotaSpec = QuotaSpec()
    cost: CostBearer = CostBearer.PROVIDER
    note: str = Field(default="", max_length=400)

    @model_validator(mode="after")
    def _worth(self) -> Self:
        wanted = _AMOUNT_FIELDS.get(self.kind)
        for field in _AMOUNT_FIELDS.values():
            if (getattr(self, field) is not None) != (field == wanted):
                said = "needs" if field == wanted else "has no"
                msg = f"a benefit of kind {self.kind.value} {said} {field}"
                raise ValueError(msg)
        if self.kind is BenefitKind.FEE_WAIVED and (
            self.quota.per is not QuotaPer.HOUSEHOLD or self.quota.times is None
        ):
            msg = "a waived fee is a household's: its quota is per household, with times"
            raise ValueError(msg)
        return self


def eligibility_schema(grades: Sequence[str], official: Sequence[str] = OFFICIAL_GRADES) -> Schema:
    """Return the fields a condition may speak of; grades stand from low to high."""
    fields = {
        "official_grade": predicates.Field(
            FieldType.TEXT,
            Sentence("官方评定等级", "official grade"),
            choices=tuple(official),
            ordered=True,
        ),
        "earned_points": predicates.Field(FieldType.INTEGER, Sentence("挣得积分", "points earned")),
        "home_area": predicates.Field(FieldType.TEXT, Sentence("居住地", "home")),
    }
    if grades:
        fields["grade"] = predicates.Field(
            FieldType.TEXT,
            Sentence("信用等级", "credit grade"),
            choices=tuple(grades),
            ordered=True,
        )
    return fields


def eligible_phrase(benefit: BenefitSpec, schema: Schema, language: str) -> str:
    """Return who may use a benefit, in words: ``信用等级不低于“AA”``."""
    if not benefit.eligible:
        return Sentence("参加积分的居民", "every resident who takes part").in_language(language)
    tree = predicates.parse(benefit.eligible, schema)
    return predicates.describe(tree, Names.of(schema), language)


def _dicts(section: Mapping[str, object], name: str) -> list[tuple[int, Mapping[str, object]]]:
    held = section.get(name)
    rows = held if isinstance(held, list | tuple) else ()
    return [(place, row) for place, row in enumerate(rows) if isinstance(row, Mapping)]


def _points(context: Context) -> Mapping[str, object]:
    section = context.raw.get("points")
    return section if isinstance(section, Mapping) else {}


def _schema_written(section: Mapping[str, object]) -> Schema:
    """Return the fields for the grades as written: the short list, or local and official."""
    held = section.get("grades")
    local: Mapping[str, object] = {"steps": held}
    official: Mapping[str, object] = {}
    if isinstance(held, Mapping):
        local, official = (
            next((row for _, row in _dicts(held, name)), {}) for name in ("local", "official")
        )
    steps = [row for _, row in _dicts(local, "steps")]
    codes = official.get("codes")
    known = [str(code) for code in codes] if isinstance(codes, list | tuple) else OFFICIAL_GRADES
    return eligibility_schema([str(row["code"]) for row in steps if "code" in row], known)


def conditions_readable(context: Context) -> Iterable[Finding]:
    """Find conditions that speak of what is not there, each at its place."""
    section = _points(context)
    schema = _schema_written(section)
    for place, row in _dicts(section, "benefits"):
        if not row.get("eligible"):
            continue
        try:
            predicates.parse(row["eligible"], schema)
        except PredicateError as error:
            at: Path = ("points", "benefits", place, "eligible")
            for problem in error.problems:
                yield Finding((*at, *problem.path), problem.sentence)


def providers_known(context: Context) -> Iterable[Finding]:
    """Find benefits of a provider the playbook does not name."""
    section = _points(context)
    known = {row.get("code") for _, row in _dicts(section, "providers")}
    for place, row in _dicts(section, "benefits"):
        if row.get("provider") not in known:
            yield Finding(
                ("points", "benefits", place, "provider"),
                Sentence(
                    "providers 里没有「{code}」。请先写明由谁兑现。",
                    "There is no “{code}” among the providers. Name who honours it first.",
                    {"code": str(row.get("provider", ""))},
                ),
            )


CHECKS = (conditions_readable, providers_known)
