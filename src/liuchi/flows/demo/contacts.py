"""Who keeps contact with whom in the demo: a few households that agreed, a stretch of river each.

So that the pages of links have rows: some kept this month, some still to be called on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from liuchi.engines.directory import actions as directory
from liuchi.engines.directory import queries as directory_queries
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.visits import actions as visits
from liuchi.engines.visits.actions import Keeper
from liuchi.engines.visits.enums import Duty
from liuchi.flows.demo.story import COMMUNITIES
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

METHOD = "lingbei/contacts"
HOUSEHOLDS = 3
_KEEPERS = {"luochong": "grid-worker", "shengtang": "grid-worker"}


@dataclass(slots=True)
class Contacts:
    """The links of the three communities; ``begin`` joins, ``keep`` writes some visits down."""

    users: Mapping[str, UUID]
    _kept: list[tuple[Actor, UUID]] = field(default_factory=list)

    def begin(self) -> None:
        """Have each community's secretary link its keeper to households and to a reach."""
        for community in COMMUNITIES:
            slug = community.slug
            secretary = self._actor(f"{slug}-secretary")
            keeper = self._actor(f"{slug}-{_KEEPERS.get(slug, 'recorder')}")
            with acting_as(secretary):
                rows = directory_queries.households(secretary, limit=HOUSEHOLDS).rows
                members = [
                    directory_queries.household(secretary, row.id).members[0].id for row in rows
                ]
            targets = [(Duty.LINK, "grid-household", row.id) for row in rows]
            targets.append((Duty.PATROL, "village-river", self._reach(community.name, secretary)))
            for person in members:
                directory.give_consent(
                    person_id=person,
                    purpose="household-link",
                    playbook="lingbei-contacts",
                    actor=secretary,
                    key=f"demo-contact-{person}",
                )
            links = [
                visits.pair(
                    actor=secretary,
                    key=f"demo-contact-{target}",
                    duty=duty,
                    code=code,
                    keeper=Keeper(user_id=keeper.id),
                    target_id=target,
                )
                for duty, code, target in targets
            ]
            self._kept += [(keeper, link) for link in (links[0], links[-1])]

    def keep(self) -> None:
        """Write down, today, the visits that have been."""
        for keeper, link in self._kept:
            visits.log_visit(actor=keeper, key=f"demo-kept-{link}", link_id=link, on=clock.today())

    def _reach(self, name: str, secretary: Actor) -> UUID:
        village = directory_queries.area_named(name)
        return visits.add_reach(
            actor=secretary,
            key=f"demo-reach-{village.id}",
            area_id=village.id,
            kind="river",
            title=f"{name.removesuffix('社区')}河段（示例）",
        )

    def _actor(self, username: str) -> Actor:
        return directory_queries.actor_of(self.users[username])
