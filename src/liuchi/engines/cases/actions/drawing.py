"""Drawing closed cases for a check or a call-back, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from liuchi.engines.cases import facts
from liuchi.engines.cases.actions.beside import beside
from liuchi.engines.cases.actions.whistles.steps import digest
from liuchi.engines.cases.enums import CaseState, DrawPurpose
from liuchi.engines.cases.models import Case, Draw, Drawn
from liuchi.engines.cases.queries.books import spec_as_applied
from liuchi.engines.cases.rules import words_usable
from liuchi.engines.cases.scope import see
from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import queries as journal_queries
from liuchi.engines.journal.actions import Entry
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sampling import Seed, drawn
from liuchi.kernel.sentences import Sentence

CHECK = "cases.case.check"
_ONE_DAY = timedelta(days=1)


def draw_samples(*, day: date, actor: Actor) -> int:
    """Draw among the cases closed on a day, by the first seal at hand; return how many.

    Nothing before the journal was sealed after that day. A town, day and purpose is drawn
    once: safe to repeat. Six statements, however many towns and cases.
    """
    actor.may("cases.case.draw").or_refuse()
    with acting_as(actor):
        seal = journal_queries.last_seal()
        begins = clock.start_of_day(day)
        if seal is None or datetime.fromisoformat(seal.form.sealed_at) < begins + _ONE_DAY:
            return 0
        closed = {
            case.pk: case
            for case in Case.objects.filter(
                state=CaseState.CLOSED, closed_at__gte=begins, closed_at__lt=begins + _ONE_DAY
            )
        }
        known = set(Draw.objects.filter(day=day).values_list("town_id", "purpose", "percent"))
        draws, rows = [], []
        for (town_id, purpose, percent), ids in _shares(closed).items():
            if (town_id, purpose.value, percent) in known:
                continue
            chosen = drawn(Seed(purpose.value, day, seal.root), ids, percent)
            draw = Draw(
                id=new_id(),
                town_id=town_id,
                day=day,
                purpose=purpose,
                percent=percent,
                candidates=len(ids),
                candidate_ids=sorted(ids),
                many=len(chosen),
                seal_head=seal.root,
                drawn_at=clock.now(),
            )
            draws.append(draw)
            rows += [
                Drawn(id=new_id(), draw=draw, case_id=each, town_id=town_id, purpose=purpose)
                for each in chosen
            ]
        Draw.objects.bulk_create(draws)
        Drawn.objects.bulk_create(rows)
        journal.record_all([_told(closed[row.case_id], row.purpose) for row in rows], actor=actor)
    return len(rows)


def record_call_back(
    *,
    drawn_id: UUID,
    reached: bool,
    solved: bool | None = None,
    satisfied: bool | None = None,
    words: str = "",
    actor: Actor,
    key: str,
) -> None:
    """Write down what a call-back heard. Not by anybody who dealt with the case; once."""
    actor.may(CHECK).or_refuse()
    words_usable(words).or_refuse()
    if reached != (solved is not None) or reached != (satisfied is not None):
        sentence = Sentence(
            "联系上了请写明是否解决、是否满意。", "Say what they said, if they were reached."
        )
        raise Invalid("answer_missing", sentence)
    body = {"drawn": str(drawn_id), "said": f"{reached}{solved}{satisfied}", "w": digest(words)}
    with acting_as(actor):
        see(actor)
        if journal.once(f"cases.record_call_back:{actor.id}", key, body, drawn_id) is not None:
            return
        found = (
            Drawn.objects.select_for_update()
            .filter(pk=drawn_id, purpose=DrawPurpose.CALL_BACK)
            .first()
        )
        if found is None:
            raise NotFound("drawn")
        case = Case.objects.get(pk=found.case_id)
        _require_apart(actor, case)
        if found.done_at is not None:
            raise Conflict(
                "called_back", Sentence("这件已经回访。", "This was called back already.")
            )
        Drawn.objects.filter(pk=drawn_id).update(
            reached=reached,
            solved=solved,
            satisfied=satisfied,
            words=words.strip(),
            done_by_id=actor.id,
            done_at=clock.now(),
        )
        outcome = "unreached" if not reached else _yes(solved)
        journal.record_all([_called_back(case, outcome, _yes(satisfied))], actor=actor)


def drawn_done(case_id: UUID, user_id: UUID, at: datetime) -> None:
    """Note that a case that was drawn for a check was checked. Inside the step that checks it."""
    Drawn.objects.filter(case_id=case_id, purpose=DrawPurpose.CHECK, done_at__isnull=True).update(
        done_by_id=user_id, done_at=at
    )


def _shares(
    closed: Mapping[UUID, Case],
) -> dict[tuple[UUID, DrawPurpose, int], list[UUID]]:
    """Return the candidates of each draw: by town, purpose and the share of their playbook."""
    found: dict[tuple[UUID, DrawPurpose, int], list[UUID]] = {}
    for case_id, case in closed.items():
        for purpose, percent in _wanted(spec_as_applied(case.playbook_version)):
            found.setdefault((case.town_id, purpose, percent), []).append(case_id)
    return found


def _wanted(spec: CasesSpec) -> list[tuple[DrawPurpose, int]]:
    both = ((DrawPurpose.CHECK, spec.sampling), (DrawPurpose.CALL_BACK, spec.call_backs))
    return [(purpose, percent) for purpose, percent in both if percent]


def _require_apart(actor: Actor, case: Case) -> None:
    if actor.id in case.handler_ids:
        raise Refused(
            "handled_by_you",
            Sentence("这件您办理过，要由别人回访。", "You dealt with this: somebody else calls."),
        )
    if not actor.covers(directory.area(case.desk_id).scope_code):
        raise Refused("not_the_desk", Sentence("这件不在您这里办理。", "This is not on your desk."))


def _told(case: Case, purpose: str) -> Entry:
    return beside(facts.DRAWN, facts.ReasonData, case, reason=str(purpose))


def _called_back(case: Case, solved: str, satisfied: str) -> Entry:
    return beside(facts.CALLED_BACK, facts.RatedData, case, solved=solved, satisfied=satisfied)


def _yes(value: bool | None) -> str:  # noqa: FBT001  a word for a dimension
    return "" if value is None else "yes" if value else "no"
