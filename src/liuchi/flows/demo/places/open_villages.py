"""安庆经开区's 27 villages and communities in 2022, and 刘纪's supervision committee in 2024.

Two model villages of each town post first; by the end of May all have posted. Some postings are
drawn and checked, faults are found and struck off. What a careless count would count too: a draft
nobody released, and villages that post again.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from uuid import UUID

from liuchi.engines.accounts.enums import Role
from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import actions, queries
from liuchi.engines.disclosures.enums import Fault
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.flows.demo import names
from liuchi.flows.demo.disclosing import PLAYBOOK, Desk
from liuchi.flows.demo.places.stage import Stage
from liuchi.kernel.actors import Actor
from liuchi.kernel.periods import Per, period
from liuchi.kernel.sentences import Sentence

ZONE, TOWNS, WATCHED = "安庆经济开发区", ("老峰镇", "菱北办事处"), "刘纪社区"
BESIDES = ("jingkai/open-villages",)
METHODS = ("lingbei/residents-watch",)
FIRST_DAY, LAST_DAY = date(2022, 4, 5), date(2024, 11, 29)
VILLAGES, MEMBERS, MONTHS = 27, 3, 11
_WATCH = "lingbei-residents-watch"
_MODEL_ITEMS = (("subsistence", 5), ("pensions", 6), ("elders", 4))
_FAULTS = (Fault.OMITTED, Fault.UNDER_REPORTED, Fault.WRONG_FORM)
_CHECKED_ON, _RECTIFIED_ON, _ELECTED_ON = date(2022, 5, 27), date(2022, 6, 6), date(2024, 1, 10)


def play(stage: Stage, *, months: int = MONTHS) -> None:
    """Settle the two towns, post, check, and live through a committee's year."""
    stage.at(FIRST_DAY)
    stage.settle("open-villages.yaml", (*BESIDES, *METHODS))
    zone = directory.area_named(ZONE)
    stage.hire("entry", Role.RECORDER, Sentence("录入员", "who enters"), [zone.id])
    stage.hire("clerk", Role.CLERK, Sentence("纪监工委工作人员", "supervisor"), [zone.id])
    enters, clerk = stage.actor("entry", zone.id), stage.actor("clerk", zone.id)
    desks = [
        Desk(village.id, enters, clerk, stage.chance)
        for name in TOWNS
        for village in directory.children(directory.area_named(name).id)
    ]
    models = [desk for desk in desks if desk.area_id in _models()]
    for desk in models:
        actions.name_model_village(
            actor=clerk,
            key=f"demo-{stage.slug}-model-{desk.area_id}",
            area_id=desk.area_id,
            since=FIRST_DAY,
            reason="示例：先录一步，逐条核对，供其他村（社区）来看",
        )
        for code, many in _MODEL_ITEMS:
            desk.post(code, date(2022, 2, 1), many)
    for number, desk in enumerate([*models, *(each for each in desks if each not in models)]):
        stage.progress("公示 Postings", number, len(desks))
        stage.at(date(2022, 4, 12) + timedelta(days=number + number // 2))
        desk.post("income-spending", date(2022, 3, 1), 4 + number % 3)
    desks[0].prepare("leases", date(2022, 2, 1), 1)
    _check(stage, clerk, enters, zone.id)
    _watch(
        stage,
        clerk,
        Desk(directory.area_named(WATCHED).id, enters, clerk, stage.chance, _WATCH),
        months,
    )


def _models() -> set[UUID]:
    """Return the first two of each town: where the work was tried before all did it."""
    towns = [directory.area_named(name) for name in TOWNS]
    return {village.id for town in towns for village in directory.children(town.id)[:2]}


def _check(stage: Stage, clerk: Actor, enters: Actor, zone_id: UUID) -> None:
    """Announce a check, draw it by the night's seal, find three faults and strike two off."""
    stage.at(_CHECKED_ON)
    actions.announce_check(
        actor=clerk, key=f"demo-{stage.slug}-check", area_id=zone_id, playbook=PLAYBOOK
    )
    stage.at(_CHECKED_ON, time(23))
    journal_jobs.catch_up()
    journal_jobs.seal()
    actions.draw_checks()
    stage.at(_CHECKED_ON + timedelta(days=1))
    with acting_as(clerk):
        drawn = queries.checked(clerk)
    faults = (*_FAULTS, *(None for _ in drawn[len(_FAULTS) :]))
    for each, fault in zip(drawn, faults, strict=False):
        actions.record_check(
            actor=clerk,
            key=f"demo-{each.id}",
            checked_id=each.id,
            fault=fault,
            words="" if fault is None else "示例：与凭证核对后发现",
        )
    stage.at(_RECTIFIED_ON)
    for each in drawn[: len(_FAULTS) - 1]:
        words = "示例：已与凭证核对更正"
        actions.mend_fault(actor=enters, key=f"demo-{each.id}", checked_id=each.id, words=words)
        actions.strike_off(
            actor=clerk, key=f"demo-{each.id}", checked_id=each.id, words="示例：已更正重新发布"
        )


def _watch(stage: Stage, clerk: Actor, desk: Desk, months: int) -> None:
    """Elect three members; every month they meet and review what is then posted."""
    stage.at(_ELECTED_ON)
    for number in range(MEMBERS):
        name = names.surname(stage.chance) + names.given_name(stage.chance, 1960, woman=number == 1)
        actions.elect_member(
            actor=clerk,
            key=f"demo-{stage.slug}-member-{number}",
            area_id=desk.area_id,
            name=name,
            elected_on=_ELECTED_ON,
            votes=63 - number,
            voters=80,
            leads=number == 0,
        )
    for month in range(1, months + 1):
        day = date(2024, month, 25)
        stage.at(day)
        meeting = actions.hold_meeting(
            actor=clerk,
            key=f"demo-{stage.slug}-meeting-{month}",
            area_id=desk.area_id,
            held_on=day,
            present=MEMBERS if month % 4 else MEMBERS - 1,
            topics="上月财务收支；居民反映的事",
            conclusions="示例：凭据齐全，同意公开",
        )
        before = period(Per.MONTH, day)[0] - timedelta(days=1)
        actions.review_spending(
            actor=clerk,
            key=f"demo-{stage.slug}-review-{month}",
            meeting_id=meeting,
            month=before,
            income=Decimal(1200 + 100 * month),
            spending=Decimal(900 + 70 * month),
            agreed=True,
        )
        if month > 1:
            desk.post("residents-accounts", before, 5)
