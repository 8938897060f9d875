"""The public notice: a claim's place on the day's sheet, and sheets that last longer.

A sheet gathers what one day has approved in a community. The day itself does not count
(民法典 第二百零一条): the notice runs from the next day, and by then the sheet is full and
may be printed once and for all. No job issues it, so none can be missed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import PersonRow
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.enums import ClaimState, NoticeName
from liuchi.engines.points.models import Claim, NoticeSheet
from liuchi.engines.points.scope import calendar
from liuchi.engines.points.spec.currency import INTERNAL
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.durations import Duration, TimeUnit
from liuchi.kernel.ids import new_id

_ONE_DAY = timedelta(days=1)


def put_on_notice(actor: Actor, claims: Sequence[Claim]) -> dict[UUID, dict[str, Any]]:
    """Give approved claims the next places on today's sheets; return the columns to set.

    Inside the transaction that approves them, with the claims locked: sheets are locked
    after claims, always in this order. By claim; a sheet costs the same for one and thirty.
    """
    people = directory.people_of(actor, [claim.person_id for claim in claims]) if claims else {}
    found: dict[UUID, dict[str, Any]] = {
        claim.id: _shown_to_nobody() for claim in claims if claim.unit.startswith(INTERNAL)
    }
    shown = [claim for claim in claims if claim.id not in found]
    by_sheet = groupby(sorted(shown, key=_sheet_key), key=_sheet_key)
    for (_, village_id, work_days), group in by_sheet:
        sheet = _sheet_of_today(actor, village_id, work_days)
        for claim in group:
            sheet.items += 1
            found[claim.id] = {
                "sheet_id": sheet.id,
                "sheet_place": sheet.items,
                "notice_ends_at": sheet.ends_at,
                "name_hidden": _hides_name(claim, people.get(claim.person_id)),
            }
        NoticeSheet.objects.filter(pk=sheet.pk).update(items=sheet.items)
    return found


def take_places(
    actor: Actor, village_id: UUID, work_days: int, count: int
) -> tuple[NoticeSheet, int]:
    """Give so many people the next places on today's sheet of a village; return the first.

    Inside the transaction that approves them.
    """
    sheet = _sheet_of_today(actor, village_id, work_days)
    NoticeSheet.objects.filter(pk=sheet.pk).update(items=sheet.items + count)
    return sheet, sheet.items + 1


def _shown_to_nobody() -> dict[str, Any]:
    """An internal currency stands on no notice: what was approved is due at once."""
    return {
        "sheet_id": None,
        "sheet_place": None,
        "notice_ends_at": clock.now(),
        "name_hidden": True,
    }


def _sheet_key(claim: Claim) -> tuple[str, UUID, int]:
    return str(claim.village_id), claim.village_id, claim.publicity_work_days


def lengthen_notices(*, actor: Actor, sheet_ids: Collection[UUID] | None = None) -> int:
    """Move the end of notices for which the calendar has changed; return how many moved.

    A day off entered late makes a running notice longer. A work day entered late does not
    make it shorter: who was told a day may rely on it. ``sheet_ids``: only these; else all
    that run.
    """
    actor.may("points.claim.post").or_refuse()
    found = NoticeSheet.objects.order_by("id")
    if sheet_ids is None:
        found = found.filter(ends_at__gt=clock.now())
    else:
        found = found.filter(pk__in=list(sheet_ids))
    late = [sheet.id for sheet in found if _end(sheet.issued_on, sheet.work_days) > sheet.ends_at]
    for sheet_id in late:
        _lengthen(actor, sheet_id)
    return len(late)


def _lengthen(actor: Actor, sheet_id: UUID) -> None:
    with acting_as(actor):
        sheet = NoticeSheet.objects.select_for_update().get(pk=sheet_id)
        ends_at = _end(sheet.issued_on, sheet.work_days)
        if ends_at <= sheet.ends_at:
            return
        NoticeSheet.objects.filter(pk=sheet_id).update(ends_at=ends_at)
        Claim.objects.filter(sheet_id=sheet_id, state=ClaimState.ON_NOTICE).update(
            notice_ends_at=ends_at
        )
        sheet.ends_at = ends_at
        _record(actor, facts.NOTICE_EXTENDED, sheet, cause_id=sheet.fact_id)


def _sheet_of_today(actor: Actor, village_id: UUID, work_days: int) -> NoticeSheet:
    """Return the day's sheet, locked; made where this is the day's first approval."""
    today = clock.today()
    of_today = NoticeSheet.objects.select_for_update().filter(
        village_id=village_id, issued_on=today, work_days=work_days
    )
    found = of_today.first()
    if found is None:
        # Numbers have no gap and no twin: whoever makes a sheet of this village waits here.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"liuchi.points.notice:{village_id}"],
            )
        found = of_today.first() or _issue(actor, village_id, today, work_days)
    return found


def _issue(actor: Actor, village_id: UUID, today: date, work_days: int) -> NoticeSheet:
    of_year = NoticeSheet.objects.filter(village_id=village_id, year=today.year)
    last = of_year.aggregate(last=Max("number"))["last"] or 0
    sheet = NoticeSheet(
        id=new_id(),
        village_id=village_id,
        year=today.year,
        number=last + 1,
        issued_on=today,
        work_days=work_days,
        ends_at=_end(today, work_days),
        items=0,
    )
    sheet.fact_id = _record(actor, facts.NOTICE_ISSUED, sheet)
    sheet.save(force_insert=True)
    return sheet


def _end(issued_on: date, work_days: int) -> Any:
    return calendar().end_of_notice(
        clock.start_of_day(issued_on), Duration(work_days, TimeUnit.WORK_DAYS)
    )


def _hides_name(claim: Claim, person: PersonRow | None) -> bool:
    rule = queries.spec_as_applied(claim.playbook_version).rule(claim.rule_code)
    return rules.hides_name(
        NoticeName.ANONYMOUS if rule is None else rule.name_on_notice,
        None if person is None else person.birth_year,
        clock.today(),
    )


def _record(actor: Actor, kind: str, sheet: NoticeSheet, *, cause_id: UUID | None = None) -> UUID:
    return journal.record(
        kind,
        actor=actor,
        subject_kind="points.notice_sheet",
        subject_id=sheet.id,
        area_id=sheet.village_id,
        data=facts.NoticeData(
            home_area=sheet.village_id,
            sheet=sheet.id,
            work_days=sheet.work_days,
            until=clock.local_day(sheet.ends_at) - _ONE_DAY,
        ),
        cause_id=cause_id,
    )
