"""A village with items of its own, and short ways to post them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from engines.cases.world import World, make_world
from engines.disclosures.section import SECTION
from liuchi.engines.disclosures import actions, queries
from liuchi.engines.disclosures.queries import PostingDetail
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor

BOOK = "open"
ROW = {"name": "甲大一", "group": "一组", "amount": "300.00"}
LAST_QUARTER = date(2025, 12, 31)


@dataclass
class Posted:
    """The secretary of a community enters, a clerk of the town releases."""

    world: World

    @property
    def village(self) -> UUID:
        return self.world.village.id

    def begin(self, item: str = "relief", on: date = LAST_QUARTER, **more: Any) -> UUID:
        given = {"actor": self.world.secretary, "area_id": self.village} | more
        return actions.begin_posting(
            key=self.world.key(), playbook=BOOK, item_code=item, on=on, **given
        )

    def write(
        self, posting_id: UUID, rows: Sequence[Mapping[str, Any]], *, by: Actor | None = None
    ) -> int:
        return actions.write_rows(
            actor=by or self.world.secretary,
            key=self.world.key(),
            posting_id=posting_id,
            rows=rows,
        )

    def submit(self, posting_id: UUID) -> None:
        actions.submit_posting(
            actor=self.world.secretary, key=self.world.key(), posting_id=posting_id
        )

    def submitted(self, *rows: Mapping[str, Any], **more: Any) -> UUID:
        posting_id = self.begin(**more)
        self.write(posting_id, rows or [ROW])
        self.submit(posting_id)
        return posting_id

    def release(self, posting_id: UUID, by: Actor | None = None, **more: Any) -> None:
        actions.release_posting(
            actor=by or self.world.clerk, key=self.world.key(), posting_id=posting_id, **more
        )

    def released(self, *rows: Mapping[str, Any], **more: Any) -> UUID:
        posting_id = self.submitted(*rows, **more)
        self.release(posting_id)
        return posting_id

    def now(self, posting_id: UUID, actor: Actor | None = None) -> PostingDetail:
        by = actor or self.world.secretary
        with acting_as(by):
            return queries.posting(by, posting_id)


def apply_section(world: World, **changed: Any) -> UUID:
    """Bring the section into force at both communities and the town."""
    return journal.apply_playbook(
        code=BOOK,
        source="",
        compiled={"title": "公示", "disclosures": deepcopy(SECTION) | changed},
        places=[world.village.id, world.other.id, world.town.id],
        in_force_from=date(2025, 1, 1),
        spec_version=1,
        approved_by="村民代表会议",
        actor=world.root,
    )


def make_posted() -> World:
    """Make the small world of the cases, with the section in force."""
    world = make_world()
    apply_section(world)
    return world
