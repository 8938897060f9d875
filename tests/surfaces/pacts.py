"""Rules a village of the demo has to vote on, and the record of its meeting."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from liuchi.engines.directory import actions
from liuchi.engines.directory.actions import Meeting
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.directory.rules.votes import Counts
from liuchi.engines.journal import actions as journal
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.playbooks.votes import Body

VOTE = {
    "law": "居民委员会组织法（示例）",
    "notice_days": 5,
    "bodies": [
        {
            "body": "resident_representatives",
            "quorum": {"more_than": [1, 2]},
            "majority": {"more_than": [1, 2]},
        }
    ],
}


def apply_pact(village: AreaRow, root: Actor, *, code: str = "pact", vote: bool = True) -> UUID:
    """Apply a playbook without points, one that the village has to vote on or one that holds."""
    # What needs no vote is to hold some day: nothing else here has to reckon with it.
    begins = clock.today() if vote else clock.today() + timedelta(days=900)
    in_force = {"from": str(begins), "approved_by": "居民代表会议"}
    return journal.apply_playbook(
        code=f"{code}-{village.code}",
        source="",
        compiled={
            "playbook": f"{code}-{village.code}",
            "title": "居民公约",
            "places": [village.name],
            "in_force": {**in_force, "vote": VOTE} if vote else in_force,
        },
        places=[village.id],
        in_force_from=begins,
        spec_version=1,
        approved_by="居民代表会议",
        actor=root,
    )


def vote_on_a_pact(village: AreaRow, root: Actor, recorder: Actor, minutes: UUID) -> UUID:
    """Record what the meeting decided about it; return the record."""
    today = clock.today()
    return actions.record_vote(
        village_id=village.id,
        version_id=apply_pact(village, root),
        meeting=Meeting(
            Body.RESIDENT_REPRESENTATIVES,
            today,
            Counts(30, 25, 20, 3, 2),
            today + timedelta(days=10),
            (minutes,),
        ),
        actor=recorder,
        key=f"vote-{village.code}",
    )
