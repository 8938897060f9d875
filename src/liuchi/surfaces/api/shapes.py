"""What operations take and give. Each mirrors a row of a query, field by field.

Written out, not derived: a column added to a row must not appear to the world because
nobody thought of it. Sentences come in the language of the request.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.api.problems import say

QUANTITY_MAX = 10_000
NOTE_CHARACTERS_MAX = 200
EVIDENCE_MAX = 3

RowT = TypeVar("RowT")


def _worded(value: object) -> object:
    return say(value) if isinstance(value, Sentence) else value


Wording = Annotated[str, BeforeValidator(_worded)]
Exact = Annotated[Decimal, PlainSerializer(str, return_type=str)]
"""A decimal as text, so that no reader rounds it."""

Code = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00]*$")]
Note = Annotated[str, StringConstraints(max_length=NOTE_CHARACTERS_MAX, pattern=r"^[^\x00]*$")]
Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=NOTE_CHARACTERS_MAX, pattern=r"^[^\x00]*$"),
]
Quantity = Annotated[int, Field(ge=1, le=QUANTITY_MAX, strict=True)]


class Page(Schema, Generic[RowT]):
    """One page of rows; ``next_after`` asks for the next one, null on the last."""

    rows: list[RowT]
    next_after: str | None


class Taken(Schema):
    """A request body: a field it does not know is an error, not a shrug."""

    model_config = ConfigDict(extra="forbid")


class Area(Schema):
    """A place of the managing tree."""

    id: UUID
    name: str
    kind: str
    code: str
    parent_id: UUID | None


class Rule(Schema):
    """How points are earned."""

    code: str
    title: Wording
    class_title: Wording
    award: int
    per: str
    cap_text: Wording | None
    evidence: list[str]
    publicity_work_days: int


class Notice(Schema):
    """An award on notice: masked, open to everybody."""

    masked_name: str
    rule_title: Wording
    points: int
    notice_until: date


class NoticeSheetRow(Schema):
    """A numbered public notice (公示); `code` is the year and its number."""

    id: UUID
    code: str
    issued_on: date
    first_day: date
    until: date
    down_on: date
    work_days: int
    items_count: int
    running: bool


class NoticeItem(Schema):
    """One item: masked, `anonymous`, or without a name once the notice is over."""

    place: int
    masked_name: str
    anonymous: bool
    rule_code: str
    rule_title: Wording
    quantity: int
    points: int


class NoticeCount(Schema):
    """What a notice came to under one class of rules."""

    rule_class: Wording
    items: int
    points: int
    posted: int


class NoticeSheet(Schema):
    """A public notice with its items; `taken_down` are places of items withdrawn."""

    row: NoticeSheetRow
    items: list[NoticeItem]
    taken_down: list[int]
    points: int
    counts: list[NoticeCount]


class ObjectionTaken(Schema):
    """What is wrong with an item. No name is asked; `contact` is kept encrypted."""

    place: int
    text: str
    contact: str = ""


class Receipt(Schema):
    """The only way back to an objection is `code`; it is shown here alone."""

    code: str
    sheet_code: str
    sheet_place: int
    village_name: str
    due_on: date


class WrittenLine(Schema):
    """Something written; `from_office`: an answer."""

    at: datetime
    from_office: bool
    text: str


class Objection(Schema):
    """An objection as its author may see it. It names nobody."""

    sheet: NoticeSheetRow
    sheet_place: int
    rule_title: Wording
    state: str
    outcome: str | None
    late: bool
    received_at: datetime
    due_on: date
    answered_at: datetime | None
    claim_state: str
    posts_from: date | None
    lines: list[WrittenLine]


class Post(Schema):
    """A post the signed-in person holds."""

    id: UUID
    role: str
    title: Wording
    area_id: UUID
    area_name: str
    organization_name: str


class Me(Schema):
    """Who is asking: the post in use and what it may do."""

    role: str
    post_id: UUID | None
    area_id: UUID | None
    person_id: UUID | None
    verbs: list[str]
    posts: list[Post]


class Person(Schema):
    """A resident, with sensitive fields masked."""

    id: UUID
    name: str
    masked_name: str
    sex: str
    birth_year: int | None
    household_id: UUID | None
    household_label: str
    village_id: UUID
    village_name: str
    grid_name: str
    phone_masked: str
    consented: bool


class Household(Schema):
    """A household, its address masked."""

    id: UUID
    label: str
    address_masked: str
    village_id: UUID
    village_name: str
    grid_name: str
    size: int


class HouseholdWithMembers(Schema):
    """A household and who lives in it."""

    row: Household
    members: list[Person]


class Claim(Schema):
    """A good deed on its way to points."""

    id: UUID
    person_id: UUID
    person_name: str
    household_id: UUID | None
    village_id: UUID
    village_name: str
    rule_code: str
    rule_title: Wording
    points: int
    quantity: int
    happened_on: date
    proposed_at: datetime
    proposed_by_name: str
    state: str
    note: str
    evidence: list[UUID]
    reviewed_at: datetime | None
    reviewed_by_name: str
    review_reason: str
    notice_until: date | None
    posted_at: datetime | None
    version: int
    capacity: str
    asked_by_id: UUID | None
    batch_id: UUID | None
    upper_since: datetime | None
    upper_reason: str | None
    corrects_id: UUID | None


class OwnClaimTaken(Taken):
    """A claim of the signed-in resident."""

    rule_code: Code
    happened_on: date
    quantity: Quantity = 1
    note: Note = ""
    evidence: Annotated[list[UUID], Field(max_length=EVIDENCE_MAX)] = []


class ClaimTaken(OwnClaimTaken):
    """A claim somebody records for a resident; ``asked_by_id`` is who came to ask for it."""

    person_id: UUID
    asked_by_id: UUID | None = None


class ReviewTaken(Taken):
    """What the reviewer decided, over the version that was read."""

    outcome: Annotated[str, StringConstraints(pattern=r"^(approve|reject|return)$")]
    reason: Note = ""
    expected_version: Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)]


class Entry(Schema):
    """One line of a statement, with the sentence that explains it."""

    id: int
    at: datetime
    kind: str
    title: Wording
    explanation: Wording
    points_signed: int
    balance_after: int
    fact_id: UUID
    claim_id: UUID | None
    transfer_id: UUID


class Statement(Schema):
    """A resident's points, latest first."""

    person_id: UUID
    balance: int
    earned_total: int
    spent_total: int
    entries: list[Entry]
    next_after: str | None


class Shop(Schema):
    """A 信用超市."""

    id: UUID
    name: str
    village_id: UUID
    village_name: str


class Goods(Schema):
    """Something a shop hands out for points."""

    id: UUID
    code: str
    title: Wording
    price_points: int
    value_fen: int | None
    stock: int
    low_stock: int
    image_id: UUID | None
    shop_id: UUID


class Redemption(Schema):
    """Goods handed out for points."""

    id: UUID
    person_id: UUID
    person_name: str
    shop_id: UUID
    goods_id: UUID
    goods_title: Wording
    quantity: int
    points: int
    at: datetime
    by_name: str
    state: str
    reverse_reason: str
    fact_id: UUID


class RedemptionTaken(Taken):
    """Who takes what from which shop."""

    person_id: UUID
    shop_id: UUID
    goods_id: UUID
    quantity: Quantity = 1


class GiftTaken(RedemptionTaken):
    """Goods handed out for no points, with the reason."""

    reason: Reason


class GiftGiven(Schema):
    """The fact that records a gift."""

    fact_id: UUID


class ReversalTaken(Taken):
    """Why a redemption is taken back."""

    reason: Reason


class Fact(Schema):
    """A line of the journal: ids, codes and amounts."""

    id: UUID
    ordinal: int | None
    kind: str
    at: datetime
    recorded_at: datetime
    area_id: UUID | None
    actor_id: UUID
    subject_kind: str
    subject_id: UUID
    cause_id: UUID | None
    corrects_id: UUID | None
    playbook_version: UUID | None
    amount: Exact | None
    data: dict[str, Any]


class Head(Schema):
    """How far the journal is ordered and sealed."""

    ordinal: int
    sealed_ordinal: int
    root: str
