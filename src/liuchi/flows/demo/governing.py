"""How the three communities come by their rules: votes, a budget, a change drafted and voted on.

Each community votes on the rules before anything is claimed under them. In June 盛塘 proposes
that a deed be worth more; the office approves the draft, 盛塘 carries it, 乌岭 does not, and
罗冲 has still to vote. The office adds to 盛塘's budget, and 盛塘 thanks its volunteers by a
campaign. All of it by the actions of users; numbers of votes are invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from liuchi.engines.accounts.enums import Role
from liuchi.engines.directory import actions as directory
from liuchi.engines.directory import queries as directory_queries
from liuchi.engines.directory.actions import Meeting
from liuchi.engines.directory.rules.votes import Counts
from liuchi.engines.files import actions as files
from liuchi.engines.journal import queries as journal
from liuchi.engines.points import actions as points
from liuchi.engines.points.enums import CampaignSource, CampaignVerb
from liuchi.engines.points.queries import CampaignRow
from liuchi.flows.demo.papers import paper
from liuchi.flows.demo.story import COMMUNITIES, FIRST_DAY, Community
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import SHANGHAI, SimulatedClock
from liuchi.playbooks.votes import Body

METHOD = "lingbei-credit-community"
FIRST_MEETING = date(2022, 3, 22)
DRAFTED_ON, APPROVED_ON = date(2022, 6, 6), date(2022, 6, 8)
SECOND_MEETING, SECOND_RECORDED = date(2022, 6, 12), date(2022, 6, 14)
CHANGED_FROM = date(2022, 7, 1)
CHANGED_RULE, CHANGED_AWARD = "crossing-guide", 3
BUDGET_ON, BUDGET_POINTS = date(2022, 6, 13), 6_000
THANKED_ON, THANKED_APPROVED, ASKED_ON = date(2022, 6, 11), date(2022, 6, 13), date(2022, 6, 29)
FIRST_COUNTS = {
    "shengtang": Counts(45, 41, 37, 2, 2),
    "wuling": Counts(38, 33, 30, 1, 2),
    "luochong": Counts(31, 27, 24, 2, 1),
}
SECOND_COUNTS = {
    "shengtang": Counts(45, 38, 33, 3, 2),
    "wuling": Counts(38, 30, 13, 14, 3),  # not carried: the rules of April go on
}


@dataclass(slots=True)
class Governing:
    """What is decided above single claims. ``volunteers`` are those 盛塘 thanks."""

    users: Mapping[str, UUID]
    clock: SimulatedClock
    volunteers: Sequence[UUID] = ()
    _drafted: UUID | None = None
    _version: UUID | None = None
    _thanked: CampaignRow | None = None

    def begin(self, version_id: UUID) -> None:
        """Let each community vote on its first rules, from the first day on."""
        for community in COMMUNITIES:
            counts = FIRST_COUNTS[community.slug]
            meeting = (FIRST_MEETING, counts, FIRST_DAY)
            vote_id = self._record(community, version_id, *meeting)
            self._confirm(community, vote_id)

    def on(self, day: date) -> None:
        """Do what belongs to a day."""
        if day == DRAFTED_ON:
            self._tick(day)
            self._drafted = self._draft()
        if day == APPROVED_ON and self._drafted is not None:
            self._tick(day)
            clerk = self._actor("lingbei-clerk")
            self._version = directory.approve_draft(
                draft_id=self._drafted, actor=clerk, key="demo-draft-approve"
            )
        if day == SECOND_RECORDED and self._version is not None:
            self._tick(day)
            for community in COMMUNITIES:
                if community.slug in SECOND_COUNTS:
                    meeting = (SECOND_MEETING, SECOND_COUNTS[community.slug], CHANGED_FROM)
                    vote_id = self._record(community, self._version, *meeting)
                    self._confirm(community, vote_id)
        if day == BUDGET_ON:
            self._tick(day)
            points.set_budget(
                village_id=directory_queries.area_named("盛塘社区").id,
                currency="credit",
                points=BUDGET_POINTS,
                reason="暑期志愿服务多，社区申请增加（示例）",
                actor=self._actor("lingbei-clerk"),
                key="demo-budget",
            )
        self._campaigns(day)

    def _tick(self, day: date) -> None:
        moment = datetime.combine(day, time(17), tzinfo=SHANGHAI)
        self.clock.move_to(max(moment, self.clock.now() + timedelta(seconds=1)))

    def _actor(self, username: str) -> Actor:
        return directory_queries.actor_of(self.users[username])

    def _of(self, community: Community, role: Role) -> Actor:
        return self._actor(f"{community.slug}-{role.value}")

    def _record(
        self,
        community: Community,
        version_id: UUID,
        held_on: date,
        counts: Counts,
        holds_from: date,
    ) -> UUID:
        village = directory_queries.area_named(community.name)
        secretary = self._of(community, Role.SECRETARY)
        minutes = files.store_image(
            paper(),
            "minutes.png",
            actor=secretary,
            key=f"demo-minutes-{community.slug}-{held_on}",
            scope_code=village.scope_code,
        )
        return directory.record_vote(
            village_id=village.id,
            version_id=version_id,
            meeting=Meeting(
                Body.RESIDENT_REPRESENTATIVES, held_on, counts, holds_from, (minutes.id,)
            ),
            actor=secretary,
            key=f"demo-vote-{community.slug}-{held_on}",
        )

    def _confirm(self, community: Community, vote_id: UUID) -> None:
        directory.confirm_vote(
            vote_id=vote_id,
            actor=self._of(community, Role.REVIEWER),
            key=f"demo-vote-confirm-{vote_id}",
        )

    def _draft(self) -> UUID:
        """Draft the change and send it to be approved."""
        base = journal.playbook_versions(METHOD)[0].compiled
        compiled = deepcopy(dict(base))
        compiled["in_force"]["from"] = CHANGED_FROM.isoformat()
        for rule in compiled["points"]["rules"]:
            if rule["code"] == CHANGED_RULE:
                rule["award"] = CHANGED_AWARD
        secretary = self._actor("shengtang-secretary")
        draft_id = directory.start_draft(
            code=METHOD, compiled=compiled, actor=secretary, key="demo-draft"
        )
        directory.send_draft(draft_id=draft_id, actor=secretary, key="demo-draft-send")
        return draft_id

    def _campaigns(self, day: date) -> None:
        if day == THANKED_ON:
            self._tick(day)
            self._thanked = self._propose("端午前大扫除", day, self.volunteers[:40])
        if day == THANKED_APPROVED and self._thanked is not None:
            self._tick(day)
            points.decide_campaign(
                actor=self._actor("shengtang-reviewer"),
                key="demo-campaign-approve",
                campaign_id=self._thanked.id,
                expected_version=self._thanked.version,
                verb=CampaignVerb.APPROVE,
            )
        if day == ASKED_ON:
            self._tick(day)
            self._propose("六月末大扫除", day, self.volunteers[40:70])  # waits for a reviewer

    def _propose(self, title: str, day: date, people: Sequence[UUID]) -> CampaignRow:
        secretary = self._actor("shengtang-secretary")
        return points.propose_campaign(
            actor=secretary,
            key=f"demo-campaign-{day}",
            area_id=directory_queries.area_named("盛塘社区").id,
            title=title,
            source=CampaignSource.LIST,
            rule_code="clean-up",
            happened_on=day,
            person_ids=people,
        )
