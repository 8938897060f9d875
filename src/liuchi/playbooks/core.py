"""The sections that ``playbooks`` itself owns: what every method states about itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    RootModel,
    SerializerFunctionWrapHandler,
    Tag,
    field_validator,
    model_serializer,
    model_validator,
)

from liuchi.kernel.durations import Period
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.votes import VoteSpec


class Strict(BaseModel):
    """Base of the shapes: nothing unknown, nothing changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class InForce(Strict):
    """From which day the method holds, and which meeting approved it.

    With ``vote`` it is applied, and in force at a place once a meeting there has carried it.
    """

    since: Annotated[date, Field(alias="from")]
    approved_by: Annotated[str, Field(min_length=1)]
    vote: VoteSpec | None = None

    @model_serializer(mode="wrap")
    def _without_no_vote(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave out what most methods don't have: their stored forms stay as they were."""
        held: dict[str, object] = handler(self)
        return {key: value for key, value in held.items() if key != "vote" or value is not None}


class Source(Strict):
    """A document the method was taken from."""

    seed: str
    entries: tuple[str, ...] = ()
    title: str = ""
    note: str = ""


class LegalBasis(StrEnum):
    """On what ground personal data is processed (《个人信息保护法》第13条)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_DUTY = "legal_duty"
    EMERGENCY = "emergency"
    PUBLIC_INTEREST = "public_interest"
    DISCLOSED = "disclosed"
    OTHER_LAW = "other_law"


LEGAL_BASIS_TITLES = {
    LegalBasis.CONSENT: Sentence("个人同意", "consent"),
    LegalBasis.CONTRACT: Sentence("订立、履行合同", "a contract"),
    LegalBasis.LEGAL_DUTY: Sentence("法定职责或义务", "a legal duty"),
    LegalBasis.EMERGENCY: Sentence("突发公共事件", "an emergency"),
    LegalBasis.PUBLIC_INTEREST: Sentence("公共利益的新闻报道和监督", "public-interest reporting"),
    LegalBasis.DISCLOSED: Sentence("已合法公开", "lawfully public already"),
    LegalBasis.OTHER_LAW: Sentence("法律法规规定的其他情形", "another law"),
}

PERSONAL_FIELDS = {
    "name": Sentence("姓名", "name"),
    "sex": Sentence("性别", "sex"),
    "birth_date": Sentence("出生日期", "date of birth"),
    "phone": Sentence("电话号码", "phone number"),
    "id_number": Sentence("身份证号码", "resident id number"),
    "address": Sentence("住址", "address"),
    "household": Sentence("所属家庭户", "household"),
    "photo": Sentence("本人照片", "photo of the person"),
    "location": Sentence("位置", "location"),
    "bank_card": Sentence("银行卡号", "bank card"),
    "health": Sentence("健康状况", "health"),
    "income": Sentence("收入", "income"),
    "party_member": Sentence("党员身份", "party membership"),
    "employer": Sentence("工作单位", "employer"),
}
"""Fields about a person that a playbook may name; those the directory can hold."""


class Purpose(Strict):
    """Why personal data is processed, on what ground, which fields, for how long.

    ``legal_basis`` is optional in the shape only so that its absence is refused by
    the lint that cites the law.
    """

    title: str = ""
    legal_basis: LegalBasis | None = None
    law: str = ""
    fields: Annotated[tuple[str, ...], Field(min_length=1)]
    retain: Period

    @field_validator("fields")
    @classmethod
    def _known(cls, fields: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in fields if name not in PERSONAL_FIELDS]
        if unknown:
            raise ValueError(
                Sentence(
                    "没有名为“{names}”的个人信息字段。可用：{known}。",
                    "There is no personal field '{names}'. Known: {known}.",
                    {"names": "、".join(unknown), "known": "、".join(PERSONAL_FIELDS)},
                )
            )
        return fields

    @model_validator(mode="after")
    def _names_the_law(self) -> Purpose:
        if self.legal_basis in (LegalBasis.LEGAL_DUTY, LegalBasis.OTHER_LAW) and not self.law:
            raise ValueError(
                Sentence(
                    "依据是法律规定时，用 law 写明是哪部法律、哪一条。",
                    "Name the law and article under 'law' where the basis is one.",
                )
            )
        return self


class Flow(Strict):
    """What one engine's fact causes in another. Declared here; run by ``flows``."""

    when: str
    where: dict[str, JsonValue] | None = None
    then: str
    arguments: Annotated[dict[str, JsonValue], Field(alias="with")] = {}


Interval = Annotated[tuple[Decimal, Decimal], Field(description="low included, high not")]


class Words(Strict):
    """A reason in both languages."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    @property
    def sentence(self) -> Sentence:
        """The words as a sentence without values."""
        return Sentence("{zh}", "{en}", {"zh": self.zh, "en": self.en})


class _Entry(Strict):
    """What all entries share: where the documents contradict themselves, they say how."""

    contradiction: Words | None = None


class _Published(_Entry):
    """A computed figure: an inexact one (余、多、近) states its interval.

    ``interval: [180, 200]`` admits 180 ≤ value < 200.
    """

    interval: Interval | None = None

    @field_validator("interval")
    @classmethod
    def _in_order(cls, interval: tuple[Decimal, Decimal] | None) -> tuple[Decimal, Decimal] | None:
        if interval is not None and interval[0] >= interval[1]:
            raise ValueError(
                Sentence(
                    "区间写成 [下限, 上限]，下限要小于上限。",
                    "Write an interval as [low, high], low below high.",
                )
            )
        return interval

    def admits(self, value: Decimal) -> bool | None:
        """Whether the interval holds a value; None without an interval."""
        if self.interval is None:
            return None
        low, high = self.interval
        return low <= value < high


class PublishedIndicator(_Published):
    """A published figure that an indicator computes.

    ``area`` is one of the playbook's places, None for all of them together;
    ``month`` is ``2022-05``; ``as_of`` counts what was known and happened up to the
    end of that day. ``each_of`` names places the figure is the same in: 「各选两个」, two in each.
    """

    indicator: str
    area: str | None = None
    each_of: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    month: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] | None = None
    as_of: date | None = None

    @model_validator(mode="after")
    def _one_or_several_places(self) -> Self:
        if self.each_of and (self.area is not None or len(set(self.each_of)) < 2):  # noqa: PLR2004
            msg = "each_of names two places or more, and goes without area"
            raise ValueError(msg)
        return self


class PublishedCount(_Published):
    """A published figure that is a count of the playbook's own content: ``points.rules``.

    ``where`` keeps the items whose value is equal, or whose list holds it; ``distinct``
    counts each value of a key once: ``{count_of: points.rules, distinct: class}``. ``depth``
    counts one level of a tree whose items name their ``parent``: 1 are those without one.
    """

    count_of: str
    where: dict[str, JsonValue] = {}
    distinct: str | None = None
    depth: Annotated[int, Field(ge=1, le=9)] | None = None

    def count(self, found: object) -> int | None:
        """Count what ``count_of`` points to; None where that is no list."""
        if not isinstance(found, list | Mapping):
            return None
        if not self.where and self.distinct is None and self.depth is None:
            return len(found)
        items = found.values() if isinstance(found, Mapping) else found
        kept = [item for item in items if isinstance(item, Mapping) and self._keeps(item)]
        if self.depth is not None:
            parents = {str(item.get("code")): item.get("parent") for item in kept}
            kept = [item for item in kept if _depth(item, parents) == self.depth]
        if self.distinct is None:
            return len(kept)
        return len({str(item[self.distinct]) for item in kept if self.distinct in item})

    def _keeps(self, item: Mapping[str, Any]) -> bool:
        held = {key: item.get(key) for key in self.where}
        return all(
            wanted in value if isinstance(value := held[key], list | tuple) else wanted == value
            for key, wanted in self.where.items()
        )


def _depth(item: Mapping[str, Any], parents: Mapping[str, object]) -> int:
    depth, at = 1, item.get("parent")
    while at is not None and depth <= len(parents):
        depth, at = depth + 1, parents.get(str(at))
    return depth


class PublishedAcross(_Published):
    """A published figure that counts a value over all methods in force at one place.

    ``{across: points.currency.code, area: 老峰镇}``: how many kinds of points somebody there
    may hold. Methods that lack the value do not count.
    """

    across: str
    area: str


class PublishedParts(_Published):
    """A published figure that says how many parts a method has: 双轮 is credit and points.

    Each name points into the playbook; a part that is empty or absent does not count.
    """

    parts: Annotated[tuple[str, ...], Field(min_length=1)]


class PublishedValue(_Published):
    """A published figure that is a value of the playbook's own content.

    ``value_of: points.shop.goods[gift-pack].value_fen`` picks a list item by code.
    """

    value_of: str
    divide_by: Annotated[int, Field(ge=1)] = 1


class NotComputed(_Entry):
    """A published figure that is left uncomputed on purpose, and why."""

    not_computed: Words


def _which(value: object) -> str | None:
    kinds = ("indicator", "count_of", "value_of", "parts", "across", "not_computed")
    if isinstance(value, dict):
        return next((kind for kind in kinds if kind in value), None)
    return next((kind for kind in kinds if hasattr(value, kind)), None)


PublishedEntry = Annotated[
    Annotated[PublishedIndicator, Tag("indicator")]
    | Annotated[PublishedCount, Tag("count_of")]
    | Annotated[PublishedValue, Tag("value_of")]
    | Annotated[PublishedParts, Tag("parts")]
    | Annotated[PublishedAcross, Tag("across")]
    | Annotated[NotComputed, Tag("not_computed")],
    Discriminator(
        _which,
        custom_error_type="published_entry",
        custom_error_message=(
            "write one of indicator, count_of, value_of, parts, across, not_computed"
        ),
    ),
]
FigureId = Annotated[str, Field(pattern=r"^[a-z]\d+\.\d+-\d{2}$")]


class Published(RootModel[dict[FigureId, PublishedEntry]]):
    """The figures the documents state, by id, and what each is tied to."""

    model_config = ConfigDict(frozen=True)


class Core(Strict):
    """A playbook's own head; sections of engines stand beside these keys."""

    playbook: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=80)]
    title: Annotated[str, Field(min_length=1, max_length=80)]
    places: Annotated[tuple[str, ...], Field(min_length=1)]
    in_force: InForce
    sources: tuple[Source, ...] = ()
    purposes: dict[str, Purpose] = {}
    flows: tuple[Flow, ...] = ()
    published: Published = Published({})

    @field_validator("places")
    @classmethod
    def _each_once(cls, places: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(places)) != len(places):
            raise ValueError(Sentence("地点写了两次。", "A place is named twice."))
        return places


def longest_retention(purposes: Mapping[str, Any]) -> Period | None:
    """Return how long a compiled playbook keeps personal data at most; None without a purpose."""
    periods = [Period.parse(str(purpose["retain"])) for purpose in purposes.values()]
    return max(periods, key=lambda period: period.after(_SOME_DAY), default=None)


_SOME_DAY = date(2000, 1, 1)  # where periods in days and in months are laid side by side
