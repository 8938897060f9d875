"""Spot checks: announced, drawn by a seal nobody could choose, looked at."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.scope import require_covers
from liuchi.engines.disclosures import facts
from liuchi.engines.disclosures.actions.preparing import who
from liuchi.engines.disclosures.enums import Fault, PostingState
from liuchi.engines.disclosures.models import Check, Checked, PublicPosting
from liuchi.engines.disclosures.queries.books import books_at
from liuchi.engines.disclosures.queries.checks import CANDIDATES_MAX, seed_of
from liuchi.engines.disclosures.queries.standing import villages_of
from liuchi.engines.disclosures.scope import CHECK, KEEPER, digest
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import queries as journal_queries
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock, sampling
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import start_of_day
from liuchi.kernel.decisions import refuse
from liuchi.kernel.errors import Conflict, Invalid, NotFound
from liuchi.kernel.ids import new_id, new_ids
from liuchi.kernel.periods import period
from liuchi.kernel.sentences import Sentence

WORDS_CHARACTERS_MAX = 200


def announce_check(
    *, actor: Actor, key: str, area_id: UUID, playbook: str, since: date | None = None
) -> UUID:
    """Say that what a place's villages have out will be checked, and fix what it is among.

    The share is the playbook's. Drawn by the first seal of the journal made afterwards, so that
    nobody can choose. ``since`` is the first day of release; left out, the playbook's stretch.
    """
    actor.may(CHECK).or_refuse()
    check_id = new_id()
    body = {"area": area_id, "playbook": playbook, "since": str(since or "")}
    with acting_as(actor):
        place = directory.area(area_id)
        require_covers(actor, place.scope_code, "area")
        earlier = journal.once(f"disclosures.announce_check:{actor.id}", key, body, check_id)
        if earlier is not None:
            return earlier
        villages = [village.id for village in villages_of(actor, area_id)]
        book = next(
            (b for v in villages for b in books_at(v, clock.today()) if b.playbook == playbook),
            None,
        )
        if book is None or book.spec.spot_checks is None:
            raise Invalid(
                "no_spot_checks",
                Sentence("这个工作法没有写抽查。", "This method has no spot checks."),
            )
        share = book.spec.spot_checks
        begun = since or period(share.per, clock.today())[0]
        among = PublicPosting.objects.filter(
            area_id__in=villages,
            playbook=playbook,
            state=PostingState.RELEASED,
            released_at__gte=start_of_day(begun),
        ).order_by("id")
        found = list(among.values_list("id", "content_hash")[: CANDIDATES_MAX + 1])
        if not 0 < len(found) <= CANDIDATES_MAX:
            refuse(
                "nothing_to_check",
                "这段时间没有可抽的公示，或太多。",
                "Nothing is out of that time, or too much.",
            ).or_refuse()
        Check.objects.create(
            id=check_id,
            area_id=area_id,
            playbook=playbook,
            percent=share.percent,
            since=begun,
            candidate_ids=[each for each, _ in found],
            candidate_hashes=[held for _, held in found],
            rectify_within_days=share.rectify_within_days,
            announced_by_id=who(actor),
            announced_at=clock.now(),
        )
        _tell(facts.CHECK_ANNOUNCED, check_id, area_id, share.percent, len(found), actor, None)
    return check_id


def draw_checks() -> int:
    """Draw every check that was announced before a seal at hand; return how many postings."""
    with acting_as(KEEPER):
        total = 0
        for held in Check.objects.select_for_update().filter(drawn_at__isnull=True):
            seal = next(
                (
                    each
                    for each in journal_queries.seals()
                    if datetime.fromisoformat(each.form.sealed_at) > held.announced_at
                ),
                None,
            )
            if seal is not None:
                total += _draw(held, seal.root)
    return total


def record_check(
    *, actor: Actor, key: str, checked_id: UUID, fault: Fault | None, words: str = ""
) -> None:
    """Write down what was found in a drawn posting, or that nothing was; once."""
    actor.may(CHECK).or_refuse()
    if (fault is not None and not words.strip()) or len(words) > WORDS_CHARACTERS_MAX:
        raise Invalid(
            "words_missing",
            Sentence("请写明查到什么（最多 200 字）。", "Say what was found, in 200 characters."),
        )
    body = {"checked": checked_id, "fault": str(fault or ""), "words": digest(words)}
    with acting_as(actor):
        held = locked(checked_id)
        scope = f"disclosures.record_check:{actor.id}"
        if journal.once(scope, key, body, checked_id) is not None:
            return
        if held.done_at is not None:
            raise Conflict("checked", Sentence("这份已经查过。", "This was checked already."))
        fact_id = told(facts.CHECKED, held, fault, actor)
        if fault is not None:
            fact_id = told(facts.FAULT_FOUND, held, fault, actor)
        within = timedelta(days=held.check_of.rectify_within_days)
        Checked.objects.filter(pk=checked_id).update(
            done_by_id=who(actor),
            done_at=clock.now(),
            fault=fault or "",
            words=words.strip(),
            rectify_by=None if fault is None else clock.today() + within,
            fact_id=fact_id,
        )


def link_case(*, actor: Actor, checked_id: UUID, case_id: UUID) -> None:
    """Note the matter that a fault became: called by the flow that opens it."""
    actor.may(CHECK).or_refuse()
    with acting_as(actor):
        Checked.objects.filter(pk=checked_id, case_id__isnull=True).update(case_id=case_id)


def _draw(held: Check, seal_head: str) -> int:
    hashes = dict(zip(held.candidate_ids, held.candidate_hashes, strict=True))
    chosen = sampling.drawn(seed_of(held, seal_head), held.candidate_ids, held.percent)
    postings = PublicPosting.objects.in_bulk(list(chosen))
    places = directory.areas({each.area_id for each in postings.values()})
    Checked.objects.bulk_create(
        Checked(
            id=id_,
            scope_code=places[postings[each].area_id].scope_code,
            check_of_id=held.pk,
            posting_id=each,
            area_id=postings[each].area_id,
            item_code=postings[each].item_code,
            content_hash=hashes[each],
        )
        for id_, each in zip(new_ids(len(chosen)), chosen, strict=True)
    )
    Check.objects.filter(pk=held.pk).update(
        seal_head=seal_head, many=len(chosen), drawn_at=clock.now()
    )
    _tell(
        facts.CHECK_DRAWN,
        held.pk,
        held.area_id,
        held.percent,
        len(held.candidate_ids),
        KEEPER,
        len(chosen),
    )
    return len(chosen)


def locked(checked_id: UUID) -> Checked:
    """Return a drawn posting's row within the actor's scope, locked; NotFound otherwise."""
    held = Checked.objects.select_for_update().filter(pk=checked_id).first()
    if held is None:
        raise NotFound("checked")
    return held


def _tell(  # noqa: PLR0917  what a fact says
    kind: str,
    check_id: UUID,
    area_id: UUID,
    percent: int,
    candidates: int,
    actor: Actor,
    many: int | None,
) -> None:
    journal.record(
        kind,
        actor=actor,
        subject_kind="disclosures.check",
        subject_id=check_id,
        area_id=area_id,
        amount=many,
        data=facts.CheckData(percent=percent, candidates=candidates),
    )


def told(kind: str, held: Checked, fault: Fault | None, actor: Actor) -> UUID:
    """Journal what happened to a drawn posting."""
    posting = PublicPosting.objects.get(pk=held.posting_id)
    return journal.record(
        kind,
        actor=actor,
        subject_kind="disclosures.checked",
        subject_id=held.pk,
        area_id=held.area_id,
        data=facts.CheckedData(
            check=held.check_of_id,
            village=held.area_id,
            item=held.item_code,
            fault=str(fault or ""),
        ),
        playbook_version=posting.playbook_version,
    )
