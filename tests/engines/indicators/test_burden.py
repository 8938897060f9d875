"""What posts wrote, counted by one statement and by hand; and what a version would ask."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liuchi.engines.accounts import actions as accounts
from liuchi.engines.cases.facts import CaseData
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.files.facts import ImportRunData
from liuchi.engines.indicators.queries import burden
from liuchi.engines.indicators.rules.burden import PostAt, Written, loads, whole_weeks
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.actions import Entry, apply_playbook, record_all
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor, Reach, system_actor
from liuchi.kernel.clock import SHANGHAI, SimulatedClock
from liuchi.kernel.errors import Refused
from liuchi.kernel.ids import new_id
from liuchi.playbooks.asks import entries
from liuchi.playbooks.repeats import Repeated

if TYPE_CHECKING:
    from conftest import Prepare

TODAY = date(2026, 5, 4)
WEEKS = whole_weeks(TODAY)
BEGAN = WEEKS[0] - timedelta(days=3)
ROOT = system_actor(
    UUID(int=9), "accounts.post.write", "accounts.user.write", "directory.area.write"
)
SYSTEM = system_actor(UUID(int=7), "indicators.figure.read")
KINDS = ("cases.reported", "cases.filed", "cases.noted", "cases.overdue")
STEPS = tuple(entries())
PLACES = ("罗冲社区", "盛塘社区", "菱北办事处")


@dataclass(frozen=True)
class Held:
    """A post: whose, of which role, where, from a day up to another."""

    user: int
    role: str
    place: int
    first: date
    end: date | None = None


def day(number: int) -> date:
    return WEEKS[0] + timedelta(days=number)


# 0 to 2 hold on; 3 leaves to 4 in the middle of a week; 5 has posts in the town and in a village;
# 6 has two posts in one place; 7 has none; 8 is of the town alone.
POSTS = (
    *(Held(user, "grid_worker", 0, BEGAN) for user in range(3)),
    Held(3, "grid_worker", 0, BEGAN, day(24)),
    Held(4, "grid_worker", 0, day(24)),
    Held(5, "clerk", 2, BEGAN),
    Held(5, "grid_worker", 1, BEGAN),
    Held(6, "shopkeeper", 0, BEGAN),
    Held(6, "recorder", 0, day(1)),
    Held(8, "clerk", 2, BEGAN),
)


@dataclass(frozen=True)
class Done:
    """One transaction: who, when, and its facts as (kind, subject, place)."""

    user: int
    at: datetime
    facts: tuple[tuple[str, UUID, int], ...]


def done(seed: int) -> list[Done]:
    """Return transactions at random, in order; of some a list is read in."""
    chance = random.Random(seed)  # noqa: S311  a scene, not a secret
    found = []
    for _ in range(160):
        at = datetime.combine(
            BEGAN + timedelta(days=chance.randrange(62)), time(chance.randrange(24)), SHANGHAI
        )
        if at.date() > TODAY:
            continue
        subjects = [new_id() for _ in range(chance.choice((1, 1, 2)))]
        facts = [
            (chance.choice(KINDS), chance.choice(subjects), chance.randrange(3))
            for _ in range(chance.choice((1, 1, 2, 5)))
        ]
        if chance.random() < 0.15:
            facts.append(("files.import_run", new_id(), facts[0][2]))
        found.append(Done(chance.randrange(9), at, tuple(facts)))
    return sorted(found, key=lambda each: each.at)


@pytest.fixture
def areas(prepare: Prepare, template: str, clock: SimulatedClock) -> Iterator[tuple[UUID, ...]]:
    def settle() -> tuple[UUID, ...]:
        directory_actions.load_reference_areas()
        journal_jobs.make_partitions(BEGAN)
        return tuple(directory.area_named(place).id for place in PLACES)

    with prepare(template, settle) as (_, ids):
        yield ids


@pytest.fixture
def users(areas: tuple[UUID, ...], clock: SimulatedClock) -> list[UUID]:
    clock.move_to(datetime.combine(BEGAN, time(1), SHANGHAI))
    found = [
        accounts.create_user(
            username=f"user-{number}",
            display_name=f"{number} 演示",
            password="pass-word-1",
            actor=ROOT,
            key=str(new_id()),
        )
        for number in range(9)
    ]
    for held in POSTS:
        post_id = directory_actions.appoint(
            found[held.user], held.role, areas[held.place], actor=ROOT, key=str(new_id()),
            valid_from=held.first,
        )  # fmt: skip
        if held.end is not None:
            directory_actions.end_post(post_id=post_id, actor=ROOT, key=str(new_id()), on=held.end)
    return found


def write(acts: Sequence[Done], users: list[UUID], areas: Sequence[UUID], clock: Any) -> None:
    for act in acts:
        clock.move_to(max(clock.now(), act.at))
        actor = system_actor(users[act.user])
        with acting_as(actor):
            record_all([_entry(*fact, areas) for fact in act.facts], actor=actor)
    clock.move_to(datetime.combine(TODAY, time(23, 30), SHANGHAI))


def _entry(kind: str, subject: UUID, place: int, areas: Sequence[UUID]) -> Entry:
    if kind == "files.import_run":
        data: Any = ImportRunData(target="roster", added=1, changed=0, unchanged=0, refused=0)
        return Entry(kind, "import", subject, areas[place], data)
    if kind == "cases.overdue":
        kind, data = "cases.contact_seen", _case(areas[place])
        return Entry(kind, "case", subject, areas[place], data)
    return Entry(kind, "case", subject, areas[place], _case(areas[place]))


def _case(area: UUID) -> CaseData:
    return CaseData(
        area=area, type="litter", main_type="litter", condition="", channel="worker", tier="",
        urgent="no", unit=None, state="filed", state_before="",
    )  # fmt: skip


def by_hand(acts: Sequence[Done], below: tuple[int, ...]) -> Counter[tuple[str, date, str]]:
    """Count what the posts of some places wrote, an act after another."""
    found: Counter[tuple[str, date, str]] = Counter()
    for act in acts:
        week = act.at.date() - timedelta(days=act.at.weekday())
        listed = any(kind == "files.import_run" for kind, _, _ in act.facts)
        firsts: dict[tuple[UUID, int], str] = {}
        for kind, subject, place in act.facts:
            if kind in entries() and (not listed or kind == "files.import_run"):
                step = min(STEPS.index(kind), STEPS.index(firsts.get((subject, place), kind)))
                firsts[subject, place] = STEPS[step]
        for (_, place), kind in firsts.items() if week in WEEKS else ():
            role = _role(act, place, below, kind)
            if role:
                found[role, week, kind] += 1
    return found


def _role(act: Done, place: int, below: tuple[int, ...], kind: str) -> str:
    on = act.at.date()
    mine = [
        held
        for held in POSTS
        if held.user == act.user
        and held.place in below
        and held.place in (place, 2)
        and held.first <= on
        and (held.end is None or on <= held.end)
    ]
    # 6 may report as a recorder, and neither file nor note as either: the older post then.
    mine.sort(
        key=lambda held: (
            held.place == 2,
            not ((held.role == "recorder" and kind in ("cases.reported", "cases.noted"))
                 or (held.role == "recorder" and kind == "files.import_run")),
            held.first,
        )
    )  # fmt: skip
    return mine[0].role if mine else ""


@pytest.mark.parametrize("seed", range(3))
def test_entries_are_those_that_plain_counting_finds(
    seed: int, users: list[UUID], areas: tuple[UUID, ...], clock: SimulatedClock
) -> None:
    acts = done(seed)
    # What user 0 does in the night from Sunday to Monday belongs to the week that is over.
    sunday = datetime.combine(WEEKS[-1] - timedelta(days=1), time(23, 59), SHANGHAI)
    acts.append(Done(0, sunday, (("cases.reported", new_id(), 0),)))
    write(sorted(acts, key=lambda act: act.at), users, areas, clock)
    days = {
        ("clerk", week): 14 for week in WEEKS
    } | {("grid_worker", week): 35 for week in WEEKS}  # fmt: skip
    days |= {("shopkeeper", week): 7 for week in WEEKS}
    days |= {("recorder", week): 7 - (week == WEEKS[0]) for week in WEEKS}
    with acting_as(SYSTEM):
        for places, below in (((2,), (0, 1, 2)), ((0,), (0,))):
            codes = burden._scope_codes(areas[place] for place in places)
            rows = _rows(codes)
            assert rows == by_hand(acts, below)
        expected = loads(
            WEEKS,
            days,
            [Written(*at[:2], "", at[2], n) for at, n in by_hand(acts, (0, 1, 2)).items()],
        )
        town = burden._written(SYSTEM, burden._scope_codes([areas[2]]))
        assert town == expected
        assert [load.role for load in town if load.is_shown] == ["grid_worker"]


def _rows(codes: tuple[str, ...]) -> Counter[tuple[str, date, str]]:
    with connection.cursor() as cursor:
        rows = burden._rows(cursor, burden._values(codes, WEEKS))
        return Counter({(row[0], row[1], row[3]): row[4] for row in rows})


def reader(place: str, role: str = "secretary", *more: str) -> Actor:
    area = directory.area_named(place)
    verbs = ("indicators.figure.read", *more)
    return Actor(new_id(), role, area.id, area.scope_code, grants=dict.fromkeys(verbs, Reach.AREA))


def method(code: str, *, title: str, question: str = "水深", places: Sequence[str] = ()) -> Any:
    return {
        "playbook": code,
        "title": title,
        "places": list(places),
        "in_force": {"from": "2026-01-01", "approved_by": "办事处"},
        "cases": {
            "types": [
                {"code": "water", "title": "积水", "questions": [
                    {"code": "depth", "title": question}, {"code": "tel", "title": "联系电话"},
                ]}
            ]
        },
    }  # fmt: skip


def apply(compiled: Any, areas: Sequence[UUID]) -> None:
    apply_playbook(
        code=compiled["playbook"], source="", compiled=compiled, places=list(areas),
        in_force_from=date(2026, 1, 1), spec_version=1, approved_by="", actor=ROOT,
    )  # fmt: skip


def test_a_version_is_laid_beside_what_is_asked_now(
    users: list[UUID], areas: tuple[UUID, ...], clock: SimulatedClock
) -> None:
    clock.move_to(datetime.combine(TODAY, time(9), SHANGHAI))
    apply(method("rain", title="防汛"), [areas[2]])
    apply(method("far", title="别处"), [areas[1]])
    with acting_as(SYSTEM):
        found = burden.planned(SYSTEM, method("drain", title="排水"), [areas[0]])
    reporting = [
        (each.role, each.posts, len(each.asks), each.fields)
        for each in found.after
        if each.role == "grid_worker"
    ]
    # Reporting and closing, of 防汛 and of 排水; 2 fields each; what 盛塘 does is not asked here.
    assert reporting == [("grid_worker", 4, 4, 4)]
    before = [each for each in found.before if each.role == "grid_worker"]
    assert [(len(each.asks), each.fields) for each in before] == [(2, 2)]
    assert [(each.way, each.title, [w.method for w in each.where]) for each in found.repeats] == [
        (Repeated.HELD, "联系电话", ["防汛", "排水"]),
        (Repeated.BY_TWO, "水深", ["防汛", "排水"]),
    ]


def test_a_page_reads_its_own_place_and_costs_the_same_however_much_is_written(
    users: list[UUID], areas: tuple[UUID, ...], clock: SimulatedClock
) -> None:
    apply(method("rain", title="防汛"), [areas[2]])
    write(done(5)[:20], users, areas, clock)
    actor = reader("罗冲社区")
    counted = []
    for acts in ((), (), done(6)):  # the first look fills what a process keeps
        write(acts, users, areas, clock)
        with acting_as(actor), CaptureQueriesContext(connection) as asked:
            found = burden.burden(actor)
        counted.append(len(asked))
    assert counted[1:] == [4, 4]
    assert dict(found.posts) == {"grid_worker": 4, "recorder": 1, "shopkeeper": 1}
    assert [each.role for each in found.loads if each.is_shown] == ["grid_worker"]


def test_whoever_may_not_read_figures_is_refused(areas: tuple[UUID, ...]) -> None:
    area = directory.area_named("罗冲社区")
    actor = Actor(new_id(), "reviewer", area.id, area.scope_code)
    with acting_as(actor), pytest.raises(Refused):
        burden.burden(actor)


def test_internal_points_are_not_told_to_whom_they_are_hidden(
    users: list[UUID], areas: tuple[UUID, ...], clock: SimulatedClock
) -> None:
    clock.move_to(datetime.combine(TODAY, time(9), SHANGHAI))
    rule = {"code": "deed", "title": "做好事", "class": "服务", "award": 1}
    currency = {"code": "member", "title": "党员积分", "visibility": "internal"}
    apply(
        {
            "playbook": "members",
            "title": "党员积分",
            "points": {"currency": currency, "rules": [rule]},
        },
        [areas[0]],
    )
    told = {}
    for verbs in ((), ("points.internal.read",)):
        actor = reader("罗冲社区", "secretary", *verbs)
        with acting_as(actor):
            told[verbs] = [
                ask.method for each in burden.burden(actor).declared for ask in each.asks
            ]
    assert told[()] == []
    assert set(told[("points.internal.read",)]) == {"党员积分"}


def test_posts_are_kinds_and_places_and_nobody() -> None:
    assert set(PostAt.__slots__) == {"role", "scope_code"}
    assert set(Written.__slots__) == {"role", "week", "method", "kind", "entries"}
