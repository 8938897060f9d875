"""A small world: two communities, some people, the posts that work there, one playbook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db import connections

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.rules import PersonImport
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.engines.points.actions import posting
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.ids import new_id

SECTION = {
    "currency": {"code": "credit", "title": "信用积分"},
    "rules": [
        {
            "code": "testing",
            "title": "核酸检测志愿服务",
            "class": "志愿活动",
            "award": 2,
            "per": "session",
            "cap": {"per": "month", "points": 20},
            "evidence": ["attendance"],
        },
        {"code": "help", "title": "邻里互助", "class": "互助", "award": 50, "per": "case"},
        {
            "code": "medal",
            "title": "好人称号",
            "class": "荣誉",
            "award": 20,
            "per": "item",
            "evidence": ["certificate"],
        },
    ],
    "shop": {
        "goods": [
            {"code": "soap", "title": "洗衣皂", "price": 5, "value_fen": 500, "low_stock": 3},
            {"code": "cup", "title": "保温杯", "price": 30, "value_fen": 3900},
        ]
    },
}
STAFF = ("recorder", "reviewer", "secretary", "clerk")
VERBS_OF_ALL = (
    "accounts.post.write",
    "directory.area.write",
    "directory.person.write",
    "directory.person.read",
    "accounts.user.write",
    "points.claim.propose",
    "points.claim.read",
    "points.claim.review",
    "points.claim.post",
    "points.claim.raise",
    "points.account.read",
    "points.goods.read",
    "points.stock.write",
    "points.redemption.make",
    "points.redemption.reverse",
    "points.gift.give",
)


@dataclass
class World:
    """Who and what there is. ``people`` live two to a household, in order."""

    root: Actor
    village: directory.AreaRow
    other: directory.AreaRow
    people: tuple[UUID, ...]
    others: tuple[UUID, ...]
    recorder: Actor
    reviewer: Actor
    secretary: Actor
    keeper: Actor
    clock: SimulatedClock = field(init=False)
    numbers: int = 0

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def key(self) -> str:
        return f"key-{self.number()}"

    def user(self, role: str, area: directory.AreaRow, person_id: UUID | None = None) -> Actor:
        """Open an account and return its actor, with the role's grants as shipped."""
        name = f"{role}{self.number()}"
        user_id = accounts_actions.create_user(
            username=name,
            display_name=name,
            password="six-feet-lane-2026",
            actor=self.root,
            key=self.key(),
        )
        if role in STAFF:
            # A real post: whether a village has a second person is looked up, not passed on.
            directory_actions.appoint(
                user_id=user_id, role=role, area_id=area.id, actor=self.root, key=self.key()
            )
        if person_id is not None:
            directory_actions.link_account(
                user_id=user_id, person_id=person_id, actor=self.root, key=self.key()
            )
        return Actor(
            user_id,
            role,
            area.id,
            area.scope_code,
            person_id=person_id,
            grants=accounts.grants_of(role),
        )

    def resident(self, person_id: UUID) -> Actor:
        return self.user("resident", self.village, person_id)

    def propose(self, person_id: UUID, rule: str = "help", **said) -> queries.ClaimRow:
        return actions.propose_claim(
            actor=said.pop("actor", self.recorder),
            key=said.pop("key", self.key()),
            person_id=person_id,
            rule_code=rule,
            happened_on=said.pop("on", date(2026, 3, 1)),
            **said,
        )

    def review(self, claim: queries.ClaimRow, outcome: str = "approve", **said):
        return actions.review_claim(
            actor=said.pop("actor", self.reviewer),
            key=said.pop("key", self.key()),
            claim_id=claim.id,
            outcome=outcome,
            expected_version=said.pop("version", claim.version),
            **said,
        )

    def award(self, *people: UUID, rule: str = "help", quantity: int = 1) -> None:
        """Give people points the only way there is: claim, review, notice, posting."""
        for person_id in people:
            self.review(self.propose(person_id, rule, quantity=quantity))
        self.clock.advance(timedelta(days=10))
        assert jobs.post_due() == len(people)

    def correct(self, claim_id, right_quantity=None, asker=None, decider=None):
        """Undo an award, or lower it: one asks, another decides."""
        asked = actions.ask_correction(
            actor=asker or self.recorder,
            key=self.key(),
            claim_id=claim_id,
            reason="记错了人",
            right_quantity=right_quantity,
        )
        return actions.decide_approval(
            actor=decider or self.reviewer,
            key=self.key(),
            approval_id=asked.id,
            approve=True,
            expected_version=asked.version,
        )

    def shop(self, **stock: int) -> tuple[queries.ShopRow, dict[str, queries.GoodsRow]]:
        """Open the community's shop with so many of each kind of goods."""
        shop = actions.open_shop(
            actor=self.keeper, key=self.key(), village_id=self.village.id, name="信用超市"
        )
        with acting_as(self.keeper):
            goods = {each.code: each for each in queries.goods(self.keeper, shop.id)}
        for code, quantity in stock.items():
            goods[code] = actions.stock_in(
                actor=self.keeper,
                key=self.key(),
                shop_id=shop.id,
                goods_id=goods[code].id,
                quantity=quantity,
            )
        return shop, goods

    def balance(self, person_id: UUID) -> int:
        with acting_as(self.root):
            return queries.balance(self.root, person_id)


@contextmanager
def lived_in(
    placed: AbstractContextManager[tuple[str, World]], clock: SimulatedClock
) -> Iterator[tuple[str, World]]:
    """Give a test its copy of the world and its clock, and end the writer afterwards."""
    with placed as (database, world):
        world.clock = clock
        try:
            yield database, world
        finally:
            posting.stop()
            connections.close_all()


def make_world() -> World:
    """Make the world in the database Django points at; its clock is set by ``lived_in``."""
    journal_jobs.make_partitions(date(2026, 2, 1))
    journal_jobs.make_partitions(date(2026, 5, 1))
    directory_actions.load_reference_areas()
    root = system_actor(new_id(), *VERBS_OF_ALL)
    village = directory.area_named("盛塘社区")
    other = directory.area_named("罗冲社区")
    people = _people(root, village, "甲乙丙丁", "mine")
    others = _people(root, other, "戊己", "others")
    for place in (village, other):
        journal_actions.apply_playbook(
            code=f"credit-{place.code}",
            source="",
            compiled={"points": SECTION},
            places=[place.id],
            in_force_from=date(2026, 1, 1),
            spec_version=1,
            approved_by="居民代表会议",
            actor=root,
        )
    made = World(root, village, other, people, others, root, root, root, root)
    made.recorder = made.user("recorder", village)
    made.reviewer = made.user("reviewer", village)
    made.secretary = made.user("secretary", village)
    made.keeper = made.user("shopkeeper", village)
    return made


def _people(root: Actor, area: directory.AreaRow, letters: str, key: str) -> tuple[UUID, ...]:
    rows = [
        PersonImport(name=f"试{letter}", village=area.code, household=f"{n // 2 + 1}")
        for n, letter in enumerate(letters)
    ]
    ids = directory_actions.import_people(rows, actor=root, key=key).person_ids
    for person_id in ids:
        directory_actions.give_consent(
            person_id, "credit-points", "credit", actor=root, key=f"consent-{person_id}"
        )
    return ids
