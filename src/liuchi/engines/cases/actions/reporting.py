"""Taking a report in: one statement makes the case, its clocks, its log and its facts.

Whoever reports with an account, or with none, is written for by the installation's own
actor; who it was is kept apart, and a receipt with a secret code leads back to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from liuchi.engines.accounts.enums import Role
from liuchi.engines.cases import facts, rules
from liuchi.engines.cases.actions.filing import thought_over, written
from liuchi.engines.cases.actions.guarding import guard
from liuchi.engines.cases.actions.moving import Moving
from liuchi.engines.cases.enums import CaseState, CaseVerb, Channel
from liuchi.engines.cases.queries.books import books_at
from liuchi.engines.cases.queries.cases import case_now
from liuchi.engines.cases.queries.receipts import Receipt, receipt_code, receipt_hash, receipt_of
from liuchi.engines.cases.rules import CaseNow
from liuchi.engines.cases.scope import INTAKE, key_ring
from liuchi.engines.cases.spec import CasesSpec, TypeSpec
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.rules import body_hash
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import SYSTEM_ROLE, Actor
from liuchi.kernel.errors import FieldError, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

CONTACT_CHARACTERS_MAX = 300
ORGANIZATION_CHARACTERS_MAX = 60
PLACE_CHARACTERS_MAX = 200
EVIDENCE_MAX = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is reported. ``area_id`` is a grid, a village, or a town for a matter of its own.

    The point is WGS 84, in degrees. ``joins`` names an open case it is the same as;
    ``condition_code`` files it at once where the channel may. ``answers`` to what is asked
    about the type, by the codes of its questions. ``organization`` and ``contact`` are who
    speaks and how to reach them, and are sealed.
    """

    area_id: UUID
    type_code: str
    text: str = ""
    place: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    organization: str = ""
    contact: str = ""
    condition_code: str = ""
    answers: Mapping[str, object] = field(default_factory=dict)
    evidence: Sequence[UUID] = ()
    urgent: bool = False
    joins: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Ground:
    """Where a report is of: town, village, grid, and whose scope and desk that is."""

    town: AreaRow
    village: AreaRow | None
    grid: AreaRow | None

    def desk(self, kind: TypeSpec) -> AreaRow:
        """Whose desk takes it: a complaint about the community goes above it."""
        return self.town if kind.about_office or self.village is None else self.village


def report_case(
    *,
    key: str,
    told: Told,
    channel: Channel,
    actor: Actor | None = None,
    address: str = "",
    hourly_max: int = rules.SENDS_PER_HOUR_MAX,
) -> Receipt:
    """Take in a report and return its receipt; the same key and words give the same again.

    Without ``actor`` it comes from anybody: nobody's name is asked, and ``address`` (of the
    network, or another system's name) only stops floods: ``hourly_max`` within an hour. A
    resident's report is written for them; staff report in their own name, or for a caller.
    Invalid for an unknown type or place.
    """
    if actor is not None:
        actor.may("cases.report.make").or_refuse()
        channel = rules.channel_of(actor.role, channel)
    _usable(told)
    said = _Said(key, told, channel, new_id(), clock.now(), actor, hourly_max=hourly_max)
    if actor is None or actor.own_rows_only:
        return _take_in(INTAKE, said, address)
    try:
        return _take_in(actor, said, address)
    except _Above:
        return _take_in(INTAKE, said, address)


def take_in_line(
    actor: Actor, key: str, told: Told, channel: Channel, *, received_at: datetime
) -> Receipt:
    """Take in one line of a clerk's list, told at ``received_at``. For this engine's actions.

    Inside ``acting_as``, in a savepoint: what is refused leaves nothing behind.
    """
    actor.may("cases.report.make").or_refuse()
    _usable(told)
    return _take_in(actor, _Said(key, told, channel, new_id(), clock.now(), actor, received_at), "")


@dataclass(frozen=True, slots=True)
class _Said:
    key: str
    told: Told
    channel: Channel
    report_id: UUID
    at: datetime
    actor: Actor | None
    received_at: datetime | None = None
    hourly_max: int = rules.SENDS_PER_HOUR_MAX


class _Above(Exception):
    """What staff report goes above them: they write it no more than a resident does."""


def _take_in(by: Actor, said: _Said, address: str) -> Receipt:
    """Take a report in, written by whoever reports or by the installation's own actor.

    A new case needs no transaction of its own: it is written with others that come at once.
    """
    is_counted = False

    def think() -> Mapping[str, object]:
        nonlocal is_counted
        rows = _thought(by, said)
        if not is_counted:
            _count(by, said, address)
            is_counted = True
        return rows

    if said.told.joins is None and not connection.in_atomic_block:
        return receipt_of(*thought_over(think))
    with acting_as(by):
        return receipt_of(*file(think()))


def _count(by: Actor, said: _Said, address: str) -> None:
    """Count what comes from a resident or from anybody; refuse too much."""
    who = said.actor
    if by is INTAKE and (who is None or who.role == Role.RESIDENT):
        guard(address if who is None else str(who.id), said.hourly_max)


def _thought(by: Actor, said: _Said) -> Mapping[str, object]:
    """Return the rows of a report and its case."""
    actor, told, at = said.actor, said.told, said.at
    who = actor if by is INTAKE else None
    ground = _ground(told.area_id)
    here = ground.grid or ground.village or ground.town
    # A resident may tell of what is amiss next door; who holds a post, of its own area.
    reaching = by if actor is None or actor.role == Role.RESIDENT else actor
    if not reaching.covers(here.scope_code):
        raise NotFound("area")
    if told.joins is not None:
        moving, answers = _joined(by, told.joins, at), _known_answers(told, ground, at)
    else:
        book = _book(told, ground, said.channel, at)
        answers = _answers(told, book[1])
        moving = _begun(by, said, ground, book)
    entered_by = None if by.role == SYSTEM_ROLE else by
    rows: dict[str, object] = {
        "scope": f"cases.report:{by.id if who is None else who.id}",
        "key": said.key,
        "digest": _digest(said.key, told, said.channel),
        "made": said.report_id,
        "report": _report(said, moving.case.id, entered_by, answers),
    }
    if told.joins is not None:
        rows["joins"] = told.joins
    if who is not None or told.contact.strip() or told.organization.strip():
        rows["reporter"] = _reporter(said, who)
    return begun_rows(moving, rows)


def begun_rows(moving: Moving, rows: Mapping[str, object]) -> Mapping[str, object]:
    """Return all rows of a case that begins, with whose scope it is taken in by."""
    by = moving.actor
    bounds = {"low": by.scope_low, "high": by.scope_high}
    return moving.rows({**bounds, "at": moving.at, "case": moving.case, **rows})


def file(rows: Mapping[str, object]) -> tuple[UUID, UUID]:
    """Write a new case in the caller's transaction; the report and case of the key's first use.

    Without a report, for a part split off, the first is the case as well.
    """
    found = written(rows, {})
    if found is None:
        raise AssertionError(rows["key"])
    return found


def new_case(
    ground: tuple[UUID, UUID | None, UUID | None],
    desk: AreaRow,
    book: tuple[UUID, CasesSpec],
    told: Told,
    *,
    channel: Channel,
    at: datetime,
) -> CaseNow:
    """Return a case as it begins, before its clocks: reported, at its desk, in nobody's hands."""
    version_id, spec = book
    kind = spec.path(told.type_code)[-1]
    town_id, village_id, grid_id = ground
    above = kind.about_office
    return CaseNow(
        id=new_id(),
        town_id=town_id,
        village_id=None if above else village_id,
        grid_id=None if above else grid_id,
        about_id=village_id if above else None,
        scope_code=desk.scope_code,
        playbook_version=version_id,
        type_code=kind.code,
        main_type=spec.path(kind.code)[0].code,
        type_title=kind.title,
        condition_code=told.condition_code,
        channel=channel,
        description=told.text.strip(),
        place=told.place.strip(),
        longitude=told.longitude,
        latitude=told.latitude,
        reported_at=at,
        reported_fact_id=None,
        filed_at=None,
        state=CaseState.REPORTED,
        since=at,
        version=1,
        tier=spec.tiers[0].code if spec.tiers else "",
        urgent=told.urgent or kind.urgent,
        sensitive=kind.sensitive or above,
        supervised=False,
        appealed=False,
        disputed=False,
        overdue=False,
        basically_done=False,
        desk_id=desk.id,
        unit_id=None,
        handler_ids=(),
        clock="",
        due_at=None,
        suspended_from="",
        reports=1,
        returned=0,
        reworked=0,
        reopened=0,
        escalated=0,
        parent_id=None,
        children_open=0,
        merged_into_id=None,
        closed_at=None,
        closed_by_id=None,
        reopen_until=None,
        recheck_on=None,
        last_fact_id=None,
    )


def _begun(by: Actor, said: _Said, ground: _Ground, book: tuple[UUID, CasesSpec]) -> Moving:
    told, channel, at = said.told, said.channel, said.at
    spec = book[1]
    kind = spec.path(told.type_code)[-1]
    desk = ground.desk(kind)
    if not by.covers(desk.scope_code):
        raise _Above
    place = (
        ground.town.id,
        None if ground.village is None else ground.village.id,
        None if ground.grid is None else ground.grid.id,
    )
    case = new_case(place, desk, book, told, channel=channel, at=at)
    moving = Moving(by, (), at, case, [], [], [])
    moving.begin()
    direct = channel in spec.file_directly or CaseState.VERIFYING in spec.skipped
    if by is not INTAKE and direct and rules.may_file(case, spec, told.condition_code).allowed:
        step = moving.go(CaseVerb.FILE, CaseState.FILED)
        moving.change(version=1, filed_at=at)
        step.tell(facts.FILED, facts.CaseData)
    return moving


def _joined(by: Actor, case_id: UUID, at: datetime) -> Moving:
    """Join an open case: it is counted, and changes nothing else of it."""
    case = case_now(case_id)
    if case is None or not case.state.is_open:
        raise NotFound("case")
    moving = Moving(by, (), at, case, [], [], [])
    moving.joined()
    return moving


def _usable(told: Told) -> None:
    rules.words_usable(told.text, rules.TEXT_CHARACTERS_MAX).or_refuse()
    rules.words_usable(told.place, PLACE_CHARACTERS_MAX).or_refuse()
    rules.words_usable(told.contact, CONTACT_CHARACTERS_MAX).or_refuse()
    rules.words_usable(told.organization, ORGANIZATION_CHARACTERS_MAX).or_refuse()
    is_half = (told.longitude is None) != (told.latitude is None)
    if is_half or not rules.on_earth(told.longitude or Decimal(0), told.latitude or Decimal(0)):
        raise Invalid("point_wrong", Sentence("位置的经纬度不对。", "That is no place on earth."))
    if len(told.evidence) > EVIDENCE_MAX:
        raise Invalid(
            "evidence_too_many",
            Sentence("最多{most}张照片。", "At most {most} photos.", {"most": EVIDENCE_MAX}),
        )


def _ground(area_id: UUID) -> _Ground:
    place = directory.area(area_id)
    grid = place if place.kind is AreaKind.GRID else None
    village = place if place.kind.is_village else None
    if grid is not None:
        village = None if grid.parent_id is None else directory.area(grid.parent_id)
    if village is not None and village.parent_id is not None:
        return _Ground(directory.area(village.parent_id), village, grid)
    return _Ground(place, village, grid)


def _book(told: Told, ground: _Ground, channel: Channel, at: datetime) -> tuple[UUID, CasesSpec]:
    """Return the version in force whose types include the one reported, and its section."""
    found = _book_with(told.type_code, ground, at)
    if found is None:
        sentence = Sentence(
            "这里没有这个类别，请重新选择。", "There is no such type here; choose again."
        )
        raise Invalid("type_unknown", sentence, (FieldError("type_code", sentence),))
    allowed = rules.may_report(found[1], told.type_code, channel)
    if allowed.sentence is not None:
        wrong = FieldError("type_code", allowed.sentence)
        raise Invalid(allowed.reason_code, allowed.sentence, (wrong,))
    return found


def _book_with(type_code: str, ground: _Ground, at: datetime) -> tuple[UUID, CasesSpec] | None:
    place = ground.village or ground.town
    for applied, spec in books_at(place.id, clock.local_day(at)):
        if spec.is_leaf(type_code):
            return applied.id, spec
    return None


def _answers(told: Told, spec: CasesSpec) -> Mapping[str, object]:
    """Return the answers as they are kept; Invalid names each that cannot be used."""
    read = rules.answered(spec.questions_of(told.type_code), told.answers)
    if read.wrong:
        wrong = tuple(FieldError(f"answers.{code}", words) for code, words in read.wrong)
        sentence = Sentence("有的问题还要补，请逐项看。", "Some answers are missing or unusable.")
        raise Invalid("answers_wrong", sentence, wrong)
    return read.values


def _known_answers(told: Told, ground: _Ground, at: datetime) -> Mapping[str, object]:
    """Return what can be used of the answers to a report that joins a case of another type."""
    book = _book_with(told.type_code, ground, at) if told.answers else None
    questions = () if book is None else book[1].questions_of(told.type_code)
    return rules.answered(questions, told.answers, whole=False).values


def _report(
    said: _Said, case_id: UUID, entered_by: Actor | None, answers: Mapping[str, object]
) -> dict[str, object]:
    told = said.told
    return {
        "id": said.report_id,
        "case_id": case_id,
        "channel": said.channel,
        "received_at": said.received_at or said.at,
        "text": told.text.strip(),
        "place": told.place.strip(),
        "answers": dict(answers),
        "evidence": list(told.evidence),
        "receipt_hash": "\\x" + receipt_hash(receipt_code(said.report_id)).hex(),
        "entered_by_id": None if entered_by is None else entered_by.id,
        "erased_at": None,
    }


def _reporter(said: _Said, who: Actor | None) -> dict[str, object]:
    report_id, told = said.report_id, said.told
    row: dict[str, object] = {
        "report_id": report_id,
        "user_id": None if who is None else who.id,
        "organization": None,
        "contact": None,
        "wrapped_key": None,
        "ring_id": "",
    }
    secrets = {"organization": told.organization.strip(), "contact": told.contact.strip()}
    if any(secrets.values()):
        ring = key_ring()
        data_key, wrapped = ring.new_subject_key(str(report_id))
        row |= {
            name: "\\x" + data_key.encrypt(text, f"cases.{name}:{report_id}").hex()
            for name, text in secrets.items()
            if text
        }
        row |= {"wrapped_key": "\\x" + wrapped.hex(), "ring_id": ring.current}
    return row


def _digest(key: str, told: Told, channel: Channel) -> str:
    """Return the mark of what was said; what could be guessed is hashed under a key first."""
    journal.check_key(key)
    words = "\n".join(
        (
            told.text,
            told.place,
            told.contact,
            *filter(None, [told.organization]),
            *sorted(map(str, told.answers.items())),
        )
    )
    return body_hash(
        {
            "area": told.area_id,
            "type": told.type_code,
            "condition": told.condition_code,
            "channel": channel.value,
            "point": f"{told.longitude},{told.latitude}",
            "evidence": sorted(str(each) for each in told.evidence),
            "joins": told.joins,
            "words": key_ring().lookup_hash(words, "cases.report").hex(),
        }
    )
