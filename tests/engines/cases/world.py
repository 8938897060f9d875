"""A small world for cases: two communities of one town, their desks, three units, one playbook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connections

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.cases import actions, queries
from liuchi.engines.cases.actions import Moved, Told
from liuchi.engines.cases.enums import CaseState, Channel
from liuchi.engines.cases.queries import CaseDetail, Receipt
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.ids import new_id

SECTION: dict[str, Any] = {
    "types": [
        {"code": "01", "title": "市容环境"},
        {"code": "0101", "title": "暴露垃圾", "parent": "01"},
        {"code": "0102", "title": "道路不洁", "parent": "01", "urgent": True},
        {
            "code": "0103",
            "title": "水面漂浮物",
            "parent": "01",
            "at_closing": [
                {"code": "tonnes", "title": "清理量", "unit": "吨", "required": True},
                {"code": "boats", "title": "出动船只", "unit": "艘"},
            ],
        },
        {"code": "09", "title": "社区作风", "about_office": True},
    ],
    "conditions": [
        {
            "code": "0101-1",
            "type": "0101",
            "title": "散落一处",
            "on_spot": True,
            "limits": {"handling": "4 work hours"},
        },
    ],
    "limits": {"dispatch": "2 work hours", "check": "1 work day", "total": "10 work days"},
    "tiers": [
        {"code": "small", "title": "微事党员办", "at": "village"},
        {"code": "hard", "title": "难事支部商", "at": "village"},
        {"code": "great", "title": "大事党委研", "at": "town"},
    ],
    "reasons": {"return": [{"code": "not-ours", "title": "不属于本单位职责"}]},
    "reopen_within": "15 days",
    "recheck": "30 days",
}
VERBS = (
    "accounts.post.write",
    "accounts.user.write",
    "directory.area.write",
    "directory.person.read",
)


@dataclass
class World:
    """Who and what there is. Every role's grants are those shipped."""

    root: Actor
    village: directory.AreaRow
    other: directory.AreaRow
    town: directory.AreaRow
    cleaners: UUID
    road: UUID
    worker: Actor
    dispatcher: Actor
    checker: Actor
    secretary: Actor
    clerk: Actor
    cleaner: Actor
    second_cleaner: Actor
    roadman: Actor
    resident: Actor
    elsewhere: Actor
    clock: SimulatedClock = field(init=False)
    numbers: int = 0

    def key(self) -> str:
        self.numbers += 1
        return f"key-{self.numbers}"

    def report(self, **said: Any) -> Receipt:
        """Report rubbish on the street as the grid worker, or as said otherwise."""
        by = said.pop("actor", self.worker)
        key, address = said.pop("key", self.key()), said.pop("address", "")
        channel = said.pop("channel", Channel.WORKER)
        told = {
            "area_id": self.village.id,
            "type_code": "0101",
            "condition_code": "0101-1",
            "text": "菜场门口有一堆垃圾",
            "place": "菜场东门",
            "longitude": Decimal("117.0601"),
            "latitude": Decimal("30.5102"),
        }
        return actions.report_case(
            key=key,
            told=Told(**(told | said)),
            channel=channel,
            actor=by,
            address=address,
        )

    def case_of(self, receipt: Receipt) -> UUID:
        return actions.own(code=receipt.code).case_id

    def filed(self, **said: Any) -> UUID:
        return self.case_of(self.report(**said))

    def dispatched(self, **said: Any) -> UUID:
        case_id = self.filed(**said)
        self.dispatch(case_id)
        return case_id

    def dispatch(self, case_id: UUID, unit: UUID | None = None, **more: Any) -> Moved:
        return actions.dispatch_case(
            actor=self.dispatcher,
            key=self.key(),
            case_id=case_id,
            unit_id=unit or self.cleaners,
            **more,
        )

    def finished(self, **said: Any) -> UUID:
        case_id = self.dispatched(**said)
        self.accept(case_id)
        self.finish(case_id)
        return case_id

    def accept(self, case_id: UUID, actor: Actor | None = None) -> Moved:
        return actions.accept_case(actor=actor or self.cleaner, key=self.key(), case_id=case_id)

    def finish(self, case_id: UUID, actor: Actor | None = None) -> Moved:
        return actions.finish_case(
            actor=actor or self.cleaner, key=self.key(), case_id=case_id, opinion="已清理"
        )

    def close(self, case_id: UUID, **more: Any) -> Moved:
        actor = more.pop("actor", self.checker)
        if self.now(case_id).row.state is CaseState.FEEDBACK:
            actions.check_case(actor=actor, key=self.key(), case_id=case_id)
        return actions.close_case(actor=actor, key=self.key(), case_id=case_id, **more)

    def closed(self, **said: Any) -> UUID:
        case_id = self.finished(**said)
        self.close(case_id)
        return case_id

    def now(self, case_id: UUID, actor: Actor | None = None) -> CaseDetail:
        by = actor or self.clerk
        with acting_as(by):
            return queries.case(by, case_id)


@contextmanager
def lived_in(
    placed: AbstractContextManager[tuple[str, World]], clock: SimulatedClock
) -> Iterator[tuple[str, World]]:
    """Give a test its copy of the world and its clock."""
    with placed as (database, world):
        world.clock = clock
        try:
            yield database, world
        finally:
            connections.close_all()


def make_world() -> World:
    """Make the world in the database Django points at; its clock is set by ``lived_in``."""
    journal_jobs.make_partitions(date(2026, 2, 1))
    directory_actions.load_reference_areas()
    root = system_actor(new_id(), *VERBS)
    village, other = directory.area_named("盛塘社区"), directory.area_named("罗冲社区")
    if village.parent_id is None:
        raise AssertionError(village)
    town = directory.area(village.parent_id)
    journal_actions.apply_playbook(
        code="grid",
        source="",
        compiled={"cases": SECTION},
        places=[town.id],
        in_force_from=date(2026, 1, 1),
        spec_version=1,
        approved_by="办事处",
        actor=root,
    )
    units = [
        directory_actions.add_organization(
            name=name, kind="office", area_id=town.id, actor=root, key=f"unit-{name}"
        )
        for name in ("环卫所", "市政所")
    ]

    def hire(name: str, role: str, area: directory.AreaRow, unit: UUID | None = None) -> Actor:
        user_id = accounts_actions.create_user(
            username=name,
            display_name=name,
            password="six-feet-lane-2026",
            actor=root,
            key=f"user-{name}",
        )
        if role == "resident":
            return Actor(
                user_id, role, area.id, area.scope_code, new_id(), grants=accounts.grants_of(role)
            )
        post_id = directory_actions.appoint(
            user_id=user_id,
            role=role,
            area_id=area.id,
            organization_id=unit,
            actor=root,
            key=f"post-{name}",
        )
        return Actor(
            user_id,
            role,
            area.id,
            area.scope_code,
            post_id=post_id,
            grants=accounts.grants_of(role),
        )

    return World(
        root=root,
        village=village,
        other=other,
        town=town,
        cleaners=units[0],
        road=units[1],
        worker=hire("worker", "grid_worker", village),
        dispatcher=hire("dispatcher", "dispatcher", town),
        checker=hire("checker", "checker", town),
        secretary=hire("secretary", "secretary", village),
        clerk=hire("clerk", "clerk", town),
        cleaner=hire("cleaner", "handler", town, units[0]),
        second_cleaner=hire("second", "handler", town, units[0]),
        roadman=hire("roadman", "handler", town, units[1]),
        resident=hire("resident", "resident", village),
        elsewhere=hire("elsewhere", "secretary", other),
    )
