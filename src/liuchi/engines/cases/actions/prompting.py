"""Issuing prompt sheets (提示单), numbered by place and year, and answering them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from liuchi.engines.cases import facts
from liuchi.engines.cases.actions.moving import Moving, said, taking
from liuchi.engines.cases.actions.whistles.steps import digest, entry_of, locked, say, yes
from liuchi.engines.cases.enums import CaseState, ClockKind, PromptKind, PromptStage
from liuchi.engines.cases.models import Prompt
from liuchi.engines.cases.rules import prompts as rules
from liuchi.engines.cases.rules.deciding import words_usable
from liuchi.engines.cases.rules.prompts import case_number, paragraphs
from liuchi.engines.cases.scope import HANDLE, calendar, see
from liuchi.engines.cases.spec import Limit
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.actions import Entry
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.deadlines import due_at
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

ISSUE = "cases.case.decide"


def issue_prompt(
    *, case_id: UUID, reply_within: Limit, words: str = "", actor: Actor, key: str
) -> UUID:
    """Issue a sheet to the unit that has a case; return its id. The number runs by place and year.

    It says why the case is due when it is, as counted now, and moves no limit.
    """
    actor.may(ISSUE).or_refuse()
    words_usable(words).or_refuse()
    prompt_id = new_id()
    body = {"case_id": case_id, "within": str(reply_within), "words": digest(words)}
    with taking(actor, key, "issue_prompt", [case_id], body) as held:
        for moving in held:
            _issue(moving, prompt_id, reply_within, words)
            return prompt_id
        found = Prompt.objects.filter(case_id=case_id).order_by("-id").first()
        return found.pk if found else prompt_id


def receive_prompt(*, prompt_id: UUID, actor: Actor, key: str) -> None:
    """Say that a sheet has come (签收); once, by somebody of the unit."""
    with _step("receive_prompt", HANDLE, prompt_id, {}, actor=actor, key=key) as held:
        if held is None:
            return
        held.require_unit()
        rules.may_receive(held.stage).or_refuse()
        held.put(facts.PROMPT_RECEIVED, received_by_id=actor.id, received_at=held.now)


def answer_prompt(*, prompt_id: UUID, answer: str, actor: Actor, key: str) -> None:
    """Say what a unit has done about a sheet; once, by somebody of the unit."""
    words_usable(answer).or_refuse()
    body = {"words": digest(answer)}
    with _step("answer_prompt", HANDLE, prompt_id, body, actor=actor, key=key) as held:
        if held is None:
            return
        held.require_unit()
        rules.may_answer(held.stage).or_refuse()
        say("answer_missing", answer)
        columns = {"answer": answer.strip(), "answered_by_id": actor.id, "answered_at": held.now}
        if held.stage is PromptStage.ISSUED:
            columns |= {"received_by_id": actor.id, "received_at": held.now}
        held.put(facts.PROMPT_ANSWERED, in_time=yes(held.now <= held.prompt.reply_by), **columns)


def close_prompt(*, prompt_id: UUID, actor: Actor, key: str) -> None:
    """Close a sheet (销单): somebody of the place that issued it has looked at the answer."""
    with _step("close_prompt", ISSUE, prompt_id, {}, actor=actor, key=key) as held:
        if held is None:
            return
        if not actor.covers(directory.area(held.prompt.area_id).scope_code):
            raise NotFound("prompt")
        rules.may_close(
            held.stage,
            answered_by=held.prompt.answered_by_id,
            actor=actor.id,
            case_open=CaseState(held.prompt.case.state).is_open,
        ).or_refuse()
        held.put(facts.PROMPT_CLOSED, closed_by_id=actor.id, closed_at=held.now)


@dataclass(frozen=True, slots=True)
class _Held:
    """A sheet, locked, and who acts on it."""

    prompt: Prompt
    actor: Actor
    units: tuple[UUID, ...]
    now: datetime

    @property
    def stage(self) -> PromptStage:
        return rules.stage(self.prompt.received_at, self.prompt.answered_at, self.prompt.closed_at)

    def require_unit(self) -> None:
        """What is another unit's reads as not found."""
        if self.prompt.unit_id not in self.units:
            raise NotFound("prompt")

    def put(self, kind: str, *, in_time: str = "", **columns: Any) -> None:
        """Write the step and journal it."""
        Prompt.objects.filter(pk=self.prompt.pk).update(**columns)
        journal.record_all([told(kind, self.prompt, in_time)], actor=self.actor)


def told(kind: str, prompt: Prompt, in_time: str = "") -> Entry:
    """Return the fact that something happened to a sheet."""
    return entry_of(facts.PromptData, kind, prompt.case, prompted=prompt.unit_id, in_time=in_time)


@contextmanager
def _step(
    name: str, verb: str, prompt_id: UUID, body: dict[str, str], *, actor: Actor, key: str
) -> Iterator[_Held | None]:
    """Act on a sheet, locked after its case; None where the key did so before."""
    actor.may(verb).or_refuse()
    with acting_as(actor):
        units = see(actor)
        known = {"prompt": str(prompt_id), **body}
        if journal.once(f"cases.{name}:{actor.id}", key, known, prompt_id) is not None:
            yield None
            return
        case_id = Prompt.objects.filter(pk=prompt_id).values_list("case_id", flat=True).first()
        if case_id is None:
            raise NotFound("prompt")
        case = locked(case_id)
        found = Prompt.objects.select_for_update().get(pk=prompt_id)
        found.case = case
        yield _Held(found, actor, units, clock.now())


def _issue(moving: Moving, prompt_id: UUID, reply_within: Limit, words: str) -> None:
    case, held = moving.case, moving.running()
    if not moving.actor.covers(directory.area(case.desk_id).scope_code):
        raise Refused("not_the_desk", Sentence("这件不在您这里办理。", "This is not on your desk."))
    if case.unit_id is None or held is None:
        raise Refused(
            "prompt_no_unit",
            Sentence(
                "这件不在承办单位，不能发提示单。", "No unit has this case: nobody to prompt."
            ),
        )
    ends = moving.deadline(held)
    reply_by = due_at(moving.at, reply_within, calendar(), moving.spec.working_hours)
    area_id, year = moving.actor.area_id or case.desk_id, clock.local_day(moving.at).year
    kind = PromptKind.PASSED if ends.is_overdue(moving.at) else PromptKind.NEAR
    Prompt.objects.create(
        id=prompt_id,
        case_id=case.id,
        unit_id=case.unit_id,
        area_id=area_id,
        kind=PromptKind.SUPERVISED if case.supervised else kind,
        year=year,
        number=_next_number(area_id, year),
        paragraphs=paragraphs(
            case.type_title,
            case_number(case.id, case.reported_at),
            ClockKind(held.kind),
            ends,
            now=moving.at,
            reply_by=reply_by,
            words=words,
        ),
        reply_by=reply_by,
        issued_by_id=moving.actor.id,
        issued_at=moving.at,
    )
    data = said(facts.LimitData, case, case, limit=held.kind.value, round=held.round)
    told = Entry(facts.PROMPTED, "cases.case", case.id, case.area_id, data)
    journal.record_all([told], actor=moving.actor)


def _next_number(area_id: UUID, year: int) -> int:
    """Return the next number of a place in a year: no gap, and never the same twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"prompt/{area_id}/{year}"]
        )
    last = Prompt.objects.filter(area_id=area_id, year=year).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
