"""Postings of the demo: rows nobody is meant by, entered by one person and released by another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import actions, queries
from liuchi.engines.disclosures.enums import ColumnKind, Frequency
from liuchi.engines.disclosures.spec import ColumnSpec, ItemSpec
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.flows import filling
from liuchi.flows.demo import names
from liuchi.flows.demo.story import COMMUNITIES, FIRST_DAY, LAST_DAY
from liuchi.flows.demo.watching import watch
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import SHANGHAI, SimulatedClock
from liuchi.kernel.periods import Per, period

METHOD = "jingkai/open-villages"
PLAYBOOK = "jingkai-open-villages"
CREDIT = "lingbei-credit-community"
MONTHS = 6
_GROUPS = ("一组", "二组", "三组", "四组", "五组")
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "摘要": ("活动室房租收入", "路灯电费", "楼道保洁", "上级拨付工作经费", "办公用品", "水管维修"),
    "用途": ("打印纸和墨盒", "宣传栏更换", "会议用水", "网络费", "办公室电费", "报刊订阅"),
    "收或支": ("收", "支", "支"),
    "品目": ("垃圾桶", "灭火器", "灯具", "桌椅", "防汛沙袋"),
    "供应单位": ("示例商行", "示例建材店", "示例电器行"),
    "项目": ("楼道照明改造", "老年活动室修缮", "小区道路修补", "雨污管道疏通"),
    "承建单位": ("示例建设公司", "示例市政工程队"),
    "进度": ("已开工", "已完工待验收", "已验收付款"),
    "标的": ("社区一楼门面", "原村小学空房", "集体仓库"),
    "对方单位": ("示例超市", "示例物流公司", "示例养老服务站"),
    "培训工种": ("家政服务", "电工", "月嫂", "中式烹调"),
    "服务内容": ("助餐", "助洁", "上门理发"),
    "岗位": ("保洁员", "绿化养护员", "治安巡逻员"),
    "企业": ("示例电子厂", "示例包装公司", "示例食品厂"),
    "政策": ("稳岗补贴", "技改奖补", "用电补助"),
    "办理进度": ("已受理", "名单公示中", "已兑现"),
    "职务": ("主任", "副主任", "委员"),
}


@dataclass(frozen=True, slots=True)
class Desk:
    """A village's two people: who enters, who releases. The same rows for the same chance."""

    area_id: UUID
    enters: Actor
    releases: Actor
    chance: Random
    playbook: str = PLAYBOOK

    def prepare(self, code: str, on: date, many: int, *, subject: str = "", note: str = "") -> UUID:
        """Enter a posting's rows and hand it in; returns its id."""
        item = queries.item_row(self.area_id, self.playbook, code, clock.today()).spec
        key = f"demo-open-{self.area_id}-{code}-{on}-{subject}"
        posting_id = actions.begin_posting(
            actor=self.enters,
            key=key,
            area_id=self.area_id,
            playbook=self.playbook,
            item_code=code,
            on=on,
            subject=subject,
        )
        rows = rows_of(item, on, many, self.chance)
        actions.write_rows(actor=self.enters, key=key, posting_id=posting_id, rows=rows)
        if note:
            actions.write_note(actor=self.enters, key=key, posting_id=posting_id, note=note)
        return posting_id

    def post(self, code: str, on: date, many: int, *, subject: str = "", note: str = "") -> UUID:
        """Enter a posting and have the other person release it; returns its id."""
        posting_id = self.prepare(code, on, many, subject=subject, note=note)
        self.submit(posting_id)
        self.release(posting_id)
        return posting_id

    def fill(self, code: str, on: date) -> UUID:
        """Take a posting over from what the system holds already, and have it released."""
        key = f"demo-open-{self.area_id}-{code}-{on}"
        posting_id = actions.begin_posting(
            actor=self.enters,
            key=key,
            area_id=self.area_id,
            playbook=self.playbook,
            item_code=code,
            on=on,
        )
        filling.take_over(actor=self.enters, key=key, posting_id=posting_id)
        self.submit(posting_id)
        self.release(posting_id)
        return posting_id

    def submit(self, posting_id: UUID) -> None:
        """Hand a draft in."""
        key = f"demo-open-{posting_id}"
        actions.submit_posting(actor=self.enters, key=key, posting_id=posting_id)

    def release(self, posting_id: UUID) -> None:
        """Let a posting out, every finding answered as somebody would."""
        with acting_as(self.releases):
            found = queries.posting(self.releases, posting_id).findings
        actions.release_posting(
            actor=self.releases,
            key=f"demo-open-{posting_id}",
            posting_id=posting_id,
            answers={each.key: "示例数据，已逐条核对" for each in found},
        )

    def correct(self, posting_id: UUID, why: str) -> None:
        """Correct the first amount of a posting, and release the correction."""
        made = actions.correct_posting(
            actor=self.enters, key=f"demo-open-{posting_id}", posting_id=posting_id, why=why
        )
        with acting_as(self.enters):
            row = queries.posting(self.enters, made).rows[0]
        actions.change_row(
            actor=self.enters,
            key=f"demo-open-{made}",
            posting_id=made,
            row_id=row.id,
            cells={**row.cells, "amount": str(self.chance.randint(40, 900))},
        )
        self.submit(made)
        self.release(made)


def rows_of(item: ItemSpec, on: date, many: int, chance: Random) -> list[dict[str, str]]:
    """Return invented rows of an item, told apart by their key columns."""
    rows = []
    for number in range(1, many + 1):
        cells = {c.code: _cell(c, on, number, chance) for c in item.columns if c.required}
        cells |= {
            c.code: f"{chance.randrange(10_000):04d}"
            for c in item.columns
            if c.kind.keeps_tail_only
        }
        rows.append(cells)
    return rows


def _cell(column: ColumnSpec, on: date, number: int, chance: Random) -> str:
    made: Mapping[ColumnKind, Callable[[], str]] = {
        ColumnKind.NAME: partial(_name, number, chance),
        ColumnKind.AMOUNT: lambda: str(chance.randint(4, 90) * 10),
        ColumnKind.COUNT: lambda: str(chance.randint(1, 9)),
        ColumnKind.DATE: lambda: str(on.replace(day=min(28, 1 + number))),
        ColumnKind.PERIOD: lambda: f"{on.year}年1月至12月",
        ColumnKind.GROUP: lambda: _GROUPS[number % len(_GROUPS)],
    }
    return made.get(column.kind, partial(_text, column, number, chance))()


def _name(number: int, chance: Random) -> str:
    born = 1940 + number % 60
    return names.surname(chance) + names.given_name(chance, born, woman=number % 2 == 0)


def _text(column: ColumnSpec, number: int, chance: Random) -> str:
    if "面积" in column.title:
        return f"{chance.randint(8, 60) / 10}"
    held = _TEXTS.get(column.title, (f"示例{column.title}",))
    text = held[number % len(held)]
    return f"{text}（{number}）" if column.key else text


_MONTHLY = (("income-spending", 6), ("office-costs", 4))
_QUARTERLY = (
    ("subsistence", 8),
    ("elders", 12),
    ("disability", 5),
    ("training", 6),
    ("orphans", 2),
    ("leases", 2),
    ("pensions", 15),
)


@dataclass(slots=True)
class Postings:
    """The three communities' postings before the last day, and what waits on that day."""

    users: Mapping[str, UUID]
    clock: SimulatedClock
    until: date

    def past(self, before: datetime) -> None:
        """Post month by month, as long as that lies ahead of the clock and before a moment.

        One community is late now and then, and one forgets a month: the map has something to
        show.
        """
        desks = self._desks()
        month = period(Per.MONTH, self.until)[0]
        firsts = [month]
        for _ in range(MONTHS):
            firsts.append(period(Per.MONTH, firsts[-1] - timedelta(days=1))[0])
        for first, following in zip(reversed(firsts[1:]), reversed(firsts[:-1]), strict=True):
            moment = datetime.combine(following + timedelta(days=5), time(10), tzinfo=SHANGHAI)
            if not self.clock.now() < moment < before:
                continue
            journal_jobs.make_partitions(moment.date())
            self.clock.move_to(moment)
            for number, desk in enumerate(desks):
                self._month(desk, first, number)
                if following.month % 3 == 1:
                    for code, many in _QUARTERLY[: len(_QUARTERLY) - 2 * number]:
                        desk.post(code, first, many + number)
        self._fill(desks[0])
        watch(desks, directory.actor_of(self.users["lingbei-clerk"]), self.clock)

    def _fill(self, desk: Desk) -> None:
        """Take over what the system holds of points: of the months in which the demo's were lived.

        Later ones would stand there with nothing but zeros.
        """
        credit = replace(desk, playbook=CREDIT)
        if clock.today() <= LAST_DAY:
            return
        first, end = period(Per.MONTH, FIRST_DAY)
        while end <= LAST_DAY + timedelta(days=1):
            for row in queries.items_of(desk.area_id, clock.today()):
                if row.playbook == CREDIT and _holds(row.spec, desk.area_id, first, end):
                    credit.fill(row.spec.code, first)
            first, end = period(Per.MONTH, end)

    def _month(self, desk: Desk, first: date, number: int) -> None:
        for code, many in _MONTHLY:
            if (first.month + number) % 5 != 0:
                desk.post(code, first, many + number)
        if number == 0:
            day = clock.today() - timedelta(days=1)
            desk.post("works", day, 1, subject=f"{first.month}月立项的维修")

    def close(self) -> None:
        """Leave on the last day: one released, one corrected, one that waits, one with a slip."""
        desks = self._desks()
        today, here = clock.today(), desks[0]
        done = here.post("business", _ended(here, "business", today), 3)
        here.correct(done, "第一行金额录错，按凭证更正")
        here.submit(here.prepare("home-care", _ended(here, "home-care", today), 4))
        slip = here.prepare(
            "temporary-relief",
            _ended(here, "temporary-relief", today),
            3,
            note="领取请拨13800138000",
        )
        here.submit(slip)
        desks[1].prepare("destitute", _ended(desks[1], "destitute", today), 5)
        office = directory.actor_of(self.users["lingbei-clerk"])
        for desk in desks:
            actions.set_applicability(
                actor=office,
                key=f"demo-open-{desk.area_id}",
                area_id=desk.area_id,
                playbook=PLAYBOOK,
                item_code="homesteads",
                applies=False,
                reason="城市社区，没有农村宅基地",
                since=today,
            )

    def _desks(self) -> Sequence[Desk]:
        return [
            Desk(
                directory.area_named(community.name).id,
                directory.actor_of(self.users[f"{community.slug}-recorder"]),
                directory.actor_of(self.users[f"{community.slug}-secretary"]),
                Random(f"open-{community.slug}"),  # noqa: S311  a demo, not a secret
            )
            for community in COMMUNITIES
        ]


def _holds(item: ItemSpec, area_id: UUID, first: date, end: date) -> bool:
    """Whether a source has anything of a period: nobody posts that nothing was redeemed."""
    return bool(filling.gather(item, area_id, first, end).rows)


def _ended(desk: Desk, code: str, today: date) -> date:
    """Return a day of the last period of an item that has ended."""
    item = queries.item_row(desk.area_id, PLAYBOOK, code, today).spec
    if item.frequency is Frequency.AT_ONCE:
        return today
    per = Per.MONTH if item.frequency is Frequency.MONTHLY else Per.QUARTER
    return period(per, today)[0] - timedelta(days=1)
