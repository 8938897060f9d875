"""A table of the demo's office: sent to its communities, handed in by two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from liuchi.engines.collect import actions as collect
from liuchi.engines.collect import queries as collect_queries
from liuchi.engines.collect.actions import Sending
from liuchi.engines.collect.enums import ColumnKind
from liuchi.engines.collect.rules import Column
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock

COLUMNS = (
    Column("c1", "户数", ColumnKind.HELD, source="households"),
    Column("c2", "网格数", ColumnKind.HELD, source="grids"),
    Column("c3", "申报件数", ColumnKind.FIGURE, source="credit.claims"),
    Column("c4", "新增充电桩（个）", ColumnKind.NUMBER, required=True),
    Column("c5", "建设方式", ColumnKind.CHOICE, choices=("自建", "共建", "还没有建")),
)
ANSWERS = (("6", "共建"), ("2", "自建"))


def collect_once(users: Mapping[str, UUID], slugs: Sequence[str], names: Sequence[str]) -> None:
    """Send one table; all but the last community hand it in."""
    clerk = directory.actor_of(users["lingbei-clerk"])
    collect.send(
        actor=clerk,
        key="demo-collect",
        sending=Sending(
            title="社区充电桩情况",
            columns=COLUMNS,
            unit_ids=tuple(directory.area_named(name).id for name in names),
            owner_id=clerk.id,
            ends_on=clock.today() + timedelta(days=7),
            note="户数、网格数和申报件数系统已填好，只需填后两列。",
        ),
    )
    for slug, (count, way) in zip(slugs, ANSWERS, strict=False):
        unit = directory.actor_of(users[f"{slug}-secretary"])
        with acting_as(unit):
            row = next(each for each in collect_queries.to_fill(unit).rows)
        collect.save(
            actor=unit,
            key=f"demo-collect-{slug}",
            reply_id=row.id,
            rows=[{"c4": count, "c5": way}],
            hand_in=True,
            expected_version=row.version,
        )
