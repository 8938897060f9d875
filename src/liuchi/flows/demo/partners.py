"""Partners of the three communities: agreements, a round of grades, cards, benefits used.

The bodies are invented and named after their trade. 盛塘 signs four in April, 乌岭 and 罗冲
theirs in May; then 盛塘's residents are graded, ask for the code that waives a month of the
property fee, and take a gift when they pay it. How many households do is planned in
:data:`SHENGTANG`, the documents' figures; all of it happens through the actions of users.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from liuchi.engines.accounts.enums import Role
from liuchi.engines.directory import actions as directory
from liuchi.engines.directory import queries as directory_queries
from liuchi.engines.directory.enums import OrganizationKind
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.files import actions as files
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions as points
from liuchi.engines.points import queries as points_queries
from liuchi.engines.points.actions import cards, grades
from liuchi.engines.points.queries import AgreementRow
from liuchi.engines.points.queries import cards as card_queries
from liuchi.flows.demo.papers import paper
from liuchi.flows.demo.playing import Players
from liuchi.flows.demo.population import Home
from liuchi.flows.demo.story import Community, Story
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.clock import SHANGHAI, SimulatedClock

PROPERTY, GARAGE = "property", "car-shop"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a community's partners come to. Counts of households, each person in one.

    ``waived`` have a month of the fee waived and take the gift; ``gifts`` more take the
    gift alone. ``unused`` ask for a code and never bring it.
    """

    signed: date
    waived: int = 0
    gifts: int = 0
    unused: int = 0


SHENGTANG = Plan(date(2022, 4, 20), waived=117, gifts=20, unused=3)
PLANS = {
    "shengtang": SHENGTANG,
    "wuling": Plan(date(2022, 5, 6)),
    "luochong": Plan(date(2022, 5, 9)),
}
AGREED_UNTIL = date(2024, 12, 31)
LIST_DAYS = (date(2022, 4, 9), date(2022, 4, 16), date(2022, 4, 23))
ROUND_DAY, ISSUE_DAY = date(2022, 5, 13), date(2022, 5, 23)
PAY_DAYS = tuple(date(2022, 5, day) for day in (23, 24, 25, 26))
_SESSIONS_TO_AA, _SESSIONS_TO_A = 10, 5
_LIST_MOST = 60


@dataclass(slots=True)
class Partners:
    """A community's partners under way; ``on`` is called once a day, after the counter."""

    community: Community
    players: Players
    clock: SimulatedClock
    users: Mapping[str, UUID]
    volunteers: tuple[UUID, ...]
    _agreements: dict[str, AgreementRow] = field(default_factory=dict)
    _merchants: dict[str, Actor] = field(default_factory=dict)
    _round: UUID | None = None

    @property
    def plan(self) -> Plan:
        """What is planned here."""
        return PLANS[self.community.slug]

    def on(self, day: date) -> None:
        """Do what belongs to a day."""
        if day == self.plan.signed:
            self._sign(day)
        if not self.volunteers:
            return
        if day in LIST_DAYS:
            self._list(day, LIST_DAYS.index(day))
        if day == ROUND_DAY:
            self._grade()
        if day == ISSUE_DAY and self._round is not None:
            self._tick(day)
            grades.issue_round(
                round_id=self._round, actor=self.players.secretary, key="demo-grades-issue"
            )
            cards.issue_cards(people=self.volunteers, actor=self.players.recorder, key="demo-cards")
        if day in PAY_DAYS:
            self._pay(day, PAY_DAYS.index(day))

    def _tick(self, day: date, at: time = time(16, 30)) -> None:
        moment = datetime.combine(day, at, tzinfo=SHANGHAI)
        self.clock.move_to(max(moment, self.clock.now() + timedelta(seconds=1)))

    def _village(self) -> AreaRow:
        return directory_queries.area_named(self.community.name)

    def _sign(self, day: date) -> None:
        """Draw up and sign, by two people, an agreement with every provider of the playbook."""
        self._tick(day)
        village, recorder = self._village(), self.players.recorder
        scan = files.store_image(
            paper(),
            "agreement.png",
            actor=recorder,
            key=f"demo-agreement-{self.community.slug}",
            scope_code=village.scope_code,
        )
        for choice in points_queries.provider_choices(village.id, village.name):
            key = f"demo-agreement-{self.community.slug}-{choice.code}"
            body = directory.add_organization(
                kind=OrganizationKind.COMPANY,
                name=f"{village.name.removesuffix('社区')}示例{choice.title}",
                area_id=village.id,
                actor=system_actor(recorder.id, "accounts.post.write"),
                key=key,
            )
            drawn = points.draw_agreement(
                village_id=village.id,
                organization_id=body,
                provider_code=choice.code,
                offer_codes=[benefit.code for benefit in choice.benefits],
                from_on=day,
                to_on=AGREED_UNTIL,
                actor=recorder,
                key=key,
            )
            points.attach_document(
                agreement_id=drawn.id, document_id=scan.id, actor=recorder, key=key
            )
            secretary = self.players.secretary
            signed = points.sign_agreement(agreement_id=drawn.id, actor=secretary, key=key)
            points.give_plaque(agreement_id=drawn.id, on=day, actor=secretary, key=key)
            self._agreements[choice.code] = signed
            self._appoint(choice.code, body, village.id)

    def _appoint(self, provider: str, organization_id: UUID, village_id: UUID) -> None:
        user_id = self.users.get(f"{self.community.slug}-{provider}")
        if user_id is None:
            return
        directory.appoint(
            user_id=user_id,
            role=Role.MERCHANT,
            area_id=village_id,
            organization_id=organization_id,
            actor=self.players.secretary,
            key=f"demo-merchant-{user_id}",
        )
        self._merchants[provider] = directory_queries.actor_of(user_id)

    def _list(self, day: date, number: int) -> None:
        """Enter volunteers of an activity; the first of them do enough for AA, the last for A."""
        self._tick(day)
        aa = self.volunteers[: self.plan.waived + self.plan.unused]
        a = self.volunteers[len(aa) :]
        third = -(-len(aa) // len(LIST_DAYS))
        groups = [(aa[number * third : (number + 1) * third], _SESSIONS_TO_AA)]
        if number == 0:
            groups.append((a, _SESSIONS_TO_A))
        for people, sessions in groups:
            points.propose_claims(
                title="核酸检测志愿服务",
                rule_code="testing",
                happened_on=day,
                person_ids=people,
                quantity=sessions,
                actor=self.players.recorder,
                key=f"demo-testing-{day}-{sessions}",
            )
        with acting_as(self.players.reviewer):
            waiting = points_queries.claims(self.players.reviewer, state="proposed", limit=200)
        mine = set(self.volunteers)
        points.review_claims(
            items=[
                points.ReviewItem(claim.id, claim.version)
                for claim in waiting.rows
                if claim.person_id in mine
            ],
            actor=self.players.reviewer,
            key=f"demo-testing-{day}",
        )

    def _grade(self) -> None:
        """Open, count and publish a round; somebody else issues it when its notice is over."""
        self._tick(ROUND_DAY)
        recorder = self.players.recorder
        opened = grades.open_round(
            village_id=self._village().id, scheme="local", actor=recorder, key="demo-grades"
        )
        self._round = opened.id
        grades.compute_round(round_id=opened.id, actor=recorder, key="demo-grades")
        grades.publish_round(round_id=opened.id, actor=recorder, key="demo-grades")

    def _pay(self, day: date, number: int) -> None:
        """Households pay at the property desk: a code for the waived month, a card for the gift."""
        self._tick(day)
        plan, desk = self.plan, self._merchants[PROPERTY]
        offers = {offer.code: offer.id for offer in self._agreements[PROPERTY].offers}
        asking = self.volunteers[: plan.waived + plan.unused]
        coming = (*asking[: plan.waived], *self.volunteers[len(asking) :][: plan.gifts])
        for person in _share(asking, number):
            code = points.ask_code(
                offer_id=offers["fee-month"],
                person_id=person,
                actor=self.players.recorder,
                key=f"demo-code-{person}",
            )
            if person in set(coming):
                points.use_code(code=code.code, actor=desk, key=f"demo-waived-{person}")
        numbers = self._cards()
        for person in _share(coming, number):
            points.use_benefit(
                offer_id=offers["fee-gift"],
                card_text=numbers[person],
                actor=desk,
                key=f"demo-fee-gift-{person}",
            )

    def _cards(self) -> dict[UUID, str]:
        recorder = self.players.recorder
        with acting_as(recorder):
            rows = card_queries.cards_of(recorder, self.volunteers)
        return {row.person_id: row.number for row in rows}


def volunteers_of(living: Sequence[Home], story: Story, plan: Plan) -> Iterator[int]:
    """Yield so many adults as the plan needs, one a home, of homes the story leaves alone."""
    busy, number = set(story.people), 0
    wanted = plan.waived + plan.unused + plan.gifts
    for home in living:
        numbers = range(number, number + len(home.members))
        number += len(home.members)
        if wanted and not busy & set(numbers):
            adult = next(
                (n for n, m in zip(numbers, home.members, strict=True) if m.age in _AGES), None
            )
            if adult is not None:
                wanted -= 1
                yield adult


_AGES = range(18, 79)


def _share(people: Sequence[UUID], number: int) -> Sequence[UUID]:
    """Return those who come on the n-th of the days."""
    return people[number :: len(PAY_DAYS)]
