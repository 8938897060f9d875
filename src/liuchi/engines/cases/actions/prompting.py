"""Issuing prompt sheets (提示单), numbered by place and year, and answering them."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import Max

from liuchi.engines.cases import facts
from liuchi.engines.cases.actions.moving import Moving, said, taking
from liuchi.engines.cases.actions.whistles.steps import digest, say
from liuchi.engines.cases.enums import ClockKind, PromptKind
from liuchi.engines.cases.models import Prompt
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
from liuchi.kernel.errors import Conflict, NotFound, Refused
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


def answer_prompt(*, prompt_id: UUID, answer: str, actor: Actor, key: str) -> None:
    """Say what a unit has done about a sheet; once, by somebody of the unit."""
    actor.may(HANDLE).or_refuse()
    words_usable(answer).or_refuse()
    with acting_as(actor):
        units = see(actor)
        body = {"prompt": str(prompt_id), "words": digest(answer)}
        if journal.once(f"cases.answer_prompt:{actor.id}", key, body, prompt_id) is not None:
            return
        found = Prompt.objects.select_for_update().filter(pk=prompt_id, unit_id__in=units).first()
        if found is None:
            raise NotFound("prompt")
        if found.answered_at is not None:
            sentence = Sentence("这张提示单已经回复。", "This sheet was answered already.")
            raise Conflict("prompt_answered", sentence)
        say("answer_missing", answer)
        Prompt.objects.filter(pk=prompt_id).update(
            answer=answer.strip(), answered_by_id=actor.id, answered_at=clock.now()
        )


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
