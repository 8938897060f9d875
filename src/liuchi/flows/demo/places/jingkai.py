"""安庆经开区 from 2022 to March 2025: complaints, rivers, schools, firms and links with households.

What the documents state is planned in the tables below and comes about by reports, patrols and
closings as users make them. Around it lies what a careless count would count too: a complaint
closed in May, a problem that is still open, one that was basically done, a firm that waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from liuchi.engines.accounts.enums import Role
from liuchi.engines.cases.enums import Channel, CheckOutcome
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import PersonImport
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.visits import actions as visits
from liuchi.engines.visits.actions import Keeper
from liuchi.engines.visits.enums import Duty, Way
from liuchi.flows.demo import names
from liuchi.flows.demo.places.handled import Handled, Office, told
from liuchi.flows.demo.places.stage import Stage
from liuchi.flows.visiting import record_visit
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence

ZONE, TOWN, WIRES = "安庆经济开发区", "老峰镇", "盛塘社区"
METHODS = (
    "jingkai/business-complaints",
    "jingkai/new-employment-demands",
    "jingkai/river-chiefs",
    "jingkai/education-problems",
    "jingkai/enterprise-problems",
    "lingbei/charging-wires",
    "laofeng/member-households",
)
FIRST_DAY, LAST_DAY = date(2022, 1, 4), date(2025, 3, 28)
MEMBERS, PROBLEMS, TONNES = 113, 35, Decimal(1852)
STATIONS, SOLVED = 5, 31
_CHAOS = ("chaos-occupy", "chaos-dig", "chaos-heap", "chaos-build", "clear-floating")
_RIVERS_FROM, _FIRMS_FROM = date(2024, 3, 4), date(2024, 4, 8)
_FIRM_TYPES = ("firm-staff", "firm-finance", "firm-site", "firm-policy", "firm-permit")
_COMPLAINTS = (
    # reported, type, days until closed (None: still open), supervised
    (date(2022, 1, 18), "business-approval", 9, ""),
    (date(2022, 2, 15), "business-award", 13, "slow"),
    (date(2022, 2, 28), "business-attitude", 6, ""),
    (date(2022, 3, 10), "business-fees", 11, "press"),
    (date(2022, 3, 22), "business-award", 14, ""),
    (date(2022, 4, 12), "business-approval", 26, "slow"),
    (date(2022, 4, 19), "business-other", 20, ""),
    (date(2022, 4, 26), "business-award", None, "press"),
)
_UNITS = (
    *("营商环境办", "新就业服务站", "河道保洁队", "经开区教育办", "小区物业公司"),
    *(f"第{word}党建工作指导站" for word in "一二三四五"),
)


def play(stage: Stage, *, members: int = MEMBERS, problems: int = PROBLEMS) -> None:
    """Settle the zone and live through its three years; a test plays fewer members."""
    stage.at(FIRST_DAY)
    stage.settle("laofeng.yaml", METHODS)
    zone, town = directory.area_named(ZONE), directory.area_named(TOWN)
    stage.hire("clerk", Role.CLERK, Sentence("经开区工作人员", "clerk of the zone"), [zone.id])
    stage.hire("checker", Role.CHECKER, Sentence("核查员", "checker"), [zone.id])
    units = {}
    for number, name in enumerate(_UNITS, start=1):
        unit = stage.unit(name, zone.id)
        title = Sentence(f"{name}承办人", "who deals with it")
        stage.hire(f"handler-{number}", Role.HANDLER, title, [zone.id], unit=unit, shown=False)
        units[name] = unit, stage.actor(f"handler-{number}", zone.id)
    clerk = stage.actor("clerk", zone.id)
    office = Office(stage, clerk, stage.actor("checker", zone.id), units)
    office.plan(_complaints(zone.id))
    office.plan(_demands(zone.id))
    office.plan(_firms(zone.id))
    office.plan(_schools(zone.id))
    office.plan(_wires(directory.area_named(WIRES).id))
    villages = directory.children(town.id)
    people = _people(stage, villages, members, clerk)
    office.at(_RIVERS_FROM, 0, lambda: _rivers(office, villages, people, problems))
    office.at(_RIVERS_FROM + timedelta(days=28), 0, lambda: _households(stage, people, clerk))
    office.play()


def tonnes_of(problems: int, total: Decimal = TONNES) -> list[Decimal]:
    """Return what was cleared at each problem, differing from one to the next, ``total`` in all."""
    shares = [Decimal(20 + 7 * number % 60) for number in range(problems)]
    sized = [(total * share / sum(shares)).quantize(Decimal("0.1")) for share in shares]
    return [*sized[:-1], total - sum(sized[:-1])]


def _complaints(area_id: UUID) -> Iterator[Handled]:
    for number, (day, code, days, supervised) in enumerate(_COMPLAINTS, start=1):
        yield Handled(
            code=f"complaint-{number}",
            area_id=area_id,
            type=code,
            text=f"示例投诉{number}",
            unit="营商环境办",
            day=day,
            channel=Channel.ENTERPRISE,
            days=days or 0,
            outcome=None if days is None else CheckOutcome.DONE,
            supervised=supervised,
        )


def _demands(area_id: UUID) -> Iterator[Handled]:
    for number, code in enumerate(("rider-access", "rider-rest", "driver-parking"), start=1):
        yield Handled(
            code=f"demand-{number}",
            area_id=area_id,
            type=code,
            text=f"示例诉求{number}",
            unit="新就业服务站",
            day=date(2022, 7, 4) + timedelta(days=7 * number),
            channel=Channel.VISIT,
            days=12,
            outcome=None if number == 3 else CheckOutcome.DONE,  # noqa: PLR2004  the last waits
        )


def _firms(area_id: UUID) -> Iterator[Handled]:
    """Give each station its share of what is solved; two more are not, or not quite."""
    outcomes: list[CheckOutcome | None] = [CheckOutcome.DONE] * SOLVED
    for number, outcome in enumerate([*outcomes, CheckOutcome.BASICALLY_DONE, None]):
        yield Handled(
            code=f"firm-{number + 1}",
            area_id=area_id,
            type=_FIRM_TYPES[number % len(_FIRM_TYPES)],
            text=f"示例企业问题{number + 1}",
            unit=_UNITS[-STATIONS + number % STATIONS],
            day=_FIRMS_FROM + timedelta(days=10 * number),
            channel=Channel.ENTERPRISE,
            days=7,
            outcome=outcome,
        )


def _schools(area_id: UUID) -> Iterator[Handled]:
    for number, code in enumerate(("edu-meals", "edu-aids", "edu-works", "edu-homework")):
        yield Handled(
            code=f"school-{number + 1}",
            area_id=area_id,
            type=code,
            text=f"示例自查问题{number + 1}",
            unit="经开区教育办",
            day=date(2024, 4, 15) + timedelta(days=7 * number),
            days=18,
        )


def _wires(area_id: UUID) -> Iterator[Handled]:
    plan = (
        ("wire-window", "window-2", {"talks": 2}),
        ("facility-lacking", "lacking-1", {"sockets": 12}),
    )
    for number, (code, condition, numbers) in enumerate(plan, start=1):
        yield Handled(
            code=f"wire-{number}",
            area_id=area_id,
            type=code,
            text=f"示例点位{number}",
            unit="小区物业公司",
            day=date(2024, 9, 2) + timedelta(days=7 * number),
            channel=Channel.WORKER,
            condition=condition,
            days=3,
            numbers={name: Decimal(many) for name, many in numbers.items()},
            supervised="discipline",
        )


def _people(
    stage: Stage, villages: Sequence[AreaRow], members: int, clerk: Actor
) -> list[tuple[AreaRow, UUID, UUID]]:
    """Import the members, each of a household: village, person, household."""
    rows, places = [], []
    for number in range(members):
        village = villages[number % len(villages)]
        born = 1955 + number % 40
        given = names.given_name(stage.chance, born, woman=number % 2 == 0)
        name = names.surname(stage.chance) + given
        rows.append(
            PersonImport(name=name, village=village.name, household=f"D{number // 7 + 1:03d}")
        )
        places.append(village)
    ids = directory_actions.import_people(rows, actor=clerk, key="demo-jingkai-people").person_ids
    with acting_as(clerk):
        held = directory.people_of(clerk, ids)
    return [
        (village, person, household)
        for village, person in zip(places, ids, strict=True)
        if (household := held[person].household_id) is not None
    ]


def _rivers(
    office: Office,
    villages: Sequence[AreaRow],
    people: Sequence[tuple[AreaRow, UUID, UUID]],
    problems: int,
) -> None:
    """Put a stretch of river in each village on the books; every member looks after one."""
    clerk = office.clerk
    reaches = {
        village.id: visits.add_reach(
            actor=clerk,
            key=f"demo-reach-{village.id}",
            area_id=village.id,
            kind="river",
            title=f"{village.name}段（示例）",
        )
        for village in villages
    }
    tonnes = tonnes_of(problems)
    for number, (village, person, _) in enumerate(people):
        link = visits.pair(
            actor=clerk,
            key=f"demo-river-{person}",
            duty=Duty.PATROL,
            code="member-river",
            keeper=Keeper(person_id=person),
            target_id=reaches[village.id],
        )
        day = _RIVERS_FROM + timedelta(days=1 + number * 2)
        found = tonnes[number] if number < problems else None
        office.at(day, 0, _patrol(office, village, link, day, number, found))


def _patrol(  # noqa: PLR0917  who, where, when, what
    office: Office, village: AreaRow, link: UUID, day: date, number: int, cleared: Decimal | None
) -> Callable[[], None]:
    """Return a patrol; what it found is cleared within the week."""

    def go() -> None:
        matter = Handled(
            code=f"river-{number + 1}",
            area_id=village.id,
            type=_CHAOS[number % len(_CHAOS)],
            text=f"示例河段问题{number + 1}",
            unit="河道保洁队",
            day=day,
            channel=Channel.PATROL,
            numbers={} if cleared is None else {"tonnes": cleared},
        )
        made = record_visit(
            actor=office.clerk,
            key=f"demo-patrol-{number}",
            link_id=link,
            on=day,
            matters=() if cleared is None else (told(matter),),
        )
        for receipt in made.receipts:
            office.follow(matter, receipt.case_id)

    return go


def _households(stage: Stage, people: Sequence[tuple[AreaRow, UUID, UUID]], clerk: Actor) -> None:
    """Link a few households that agreed, each with a member of another one, and keep contact."""
    for number, (_, person, household) in enumerate(people[:6]):
        keeper = people[-1 - number][1]
        stage.agree([person], "member-link", "laofeng-member-households", clerk)
        link = visits.pair(
            actor=clerk,
            key=f"demo-link-{household}",
            duty=Duty.LINK,
            code="one-plus-n",
            keeper=Keeper(person_id=keeper),
            target_id=household,
        )
        if number < 4:  # noqa: PLR2004  the others are still to be called on
            visits.log_visit(
                actor=clerk,
                key=f"demo-visit-{household}",
                link_id=link,
                on=stage.clock.now().date(),
                way=Way.VISIT,
            )
