"""What those who watch over the demo's postings do: committees meet, a check is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from liuchi.engines.disclosures import actions, queries
from liuchi.engines.disclosures.enums import Fault
from liuchi.engines.disclosures.queries import CheckedRow
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.flows.demo import names
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.periods import Per, period

if TYPE_CHECKING:  # which uses this
    from liuchi.flows.demo.disclosing import Desk

MEMBERS, MEETINGS, DAYS_BACK = 3, 4, 200
_FAULTS = (
    (Fault.UNDER_REPORTED, "示例：与凭证核对，少录一笔"),
    (Fault.WRONG_FORM, "示例：日期写法不统一"),
    (Fault.OMITTED, "示例：有一张发票没有录入"),
)
_WITH_AMOUNT = ("income-spending", "office-costs")


def watch(desks: Sequence[Desk], office: Actor, simulated: SimulatedClock) -> None:
    """Let every community's committee meet, and the town draw and check some of what is out."""
    for number, desk in enumerate(desks):
        _committee(desk, number)
    since = clock.today() - timedelta(days=DAYS_BACK)
    out = any(queries.newest_postings(desk.area_id, limit=1) for desk in desks)
    area_id = office.area_id
    if area_id is None or not out:
        return
    # One of the two that the town may name: the other is still to be chosen.
    actions.name_model_village(
        actor=office,
        key="demo-open-model",
        area_id=desks[0].area_id,
        since=clock.today(),
        reason="示例：录得齐，票据和公示对得上，供其他社区来看",
    )
    check_id = actions.announce_check(
        actor=office,
        key="demo-open-check",
        area_id=area_id,
        playbook=desks[0].playbook,
        since=since,
    )
    simulated.advance(timedelta(seconds=1))
    journal_jobs.catch_up()
    journal_jobs.seal()
    actions.draw_checks()
    with acting_as(office):
        drawn = queries.checked(office, check_id=check_id)
    # What has an amount first: its correction is played.
    ordered = sorted(drawn, key=lambda each: each.item_code not in _WITH_AMOUNT)
    for number, each in enumerate(ordered[:-1]):  # the last is still to be checked
        fault, words = _FAULTS[number] if number < len(_FAULTS) else (None, "")
        actions.record_check(
            actor=office, key=f"demo-{each.id}", checked_id=each.id, fault=fault, words=words
        )
    for number, each in enumerate(ordered[: len(_FAULTS) - 1]):
        _mend(each, next(desk for desk in desks if desk.area_id == each.area_id))
        if number == 0:
            words = "示例：看过更正后的公示，与凭证相符"
            actions.strike_off(actor=office, key=f"demo-{each.id}", checked_id=each.id, words=words)


def _mend(row: CheckedRow, desk: Desk) -> None:
    if row.item_code in _WITH_AMOUNT:
        desk.correct(row.posting_id, "抽查发现少录，按凭证更正")
    actions.mend_fault(
        actor=desk.enters,
        key=f"demo-{row.id}",
        checked_id=row.id,
        words="示例：已按凭证更正，由另一人发布",
    )


def _committee(desk: Desk, number: int) -> None:
    """Elect three; they met every month but, in one community, the last."""
    chance = Random(f"committee-{number}")  # noqa: S311  a demo, not a secret
    month = period(Per.MONTH, clock.today())[0]
    months = [month]
    for _ in range(MEETINGS):
        months.append(period(Per.MONTH, months[-1] - timedelta(days=1))[0])
    for seat in range(MEMBERS):
        actions.elect_member(
            actor=desk.releases,
            key=f"demo-member-{desk.area_id}-{seat}",
            area_id=desk.area_id,
            name=names.surname(chance) + names.given_name(chance, 1962, woman=seat == 1),
            elected_on=months[-1],
            votes=58 - seat,
            voters=76,
            leads=seat == 0,
        )
    for first in reversed(months[1 + number % 2 :]):
        _meet(desk, first, chance)


def _meet(desk: Desk, month: date, chance: Random) -> None:
    day = month + timedelta(days=20)
    meeting = actions.hold_meeting(
        actor=desk.releases,
        key=f"demo-meeting-{desk.area_id}-{day}",
        area_id=desk.area_id,
        held_on=day,
        present=MEMBERS,
        topics="上月收支；居民反映的事",
        conclusions="示例：逐笔看了凭证，同意公开",
    )
    before = period(Per.MONTH, month - timedelta(days=1))[0]
    out = queries.public_postings(desk.area_id, item_code="income-spending", limit=12).rows
    agreed = chance.random() > 1 / 4
    actions.review_spending(
        actor=desk.releases,
        key=f"demo-review-{desk.area_id}-{day}",
        meeting_id=meeting,
        month=before,
        income=Decimal(chance.randint(20, 90) * 100),
        spending=Decimal(chance.randint(10, 60) * 100),
        agreed=agreed,
        opinion="" if agreed else "示例：有一笔要请经办人说明",
        posting_id=next((row.id for row in out if row.first == before), None),
    )
