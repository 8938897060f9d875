"""Who acts: a person through a post, within an area."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from liuchi.kernel.decisions import ALLOWED, Decision, refuse


class Reach(StrEnum):
    """How far a permitted verb reaches."""

    OWN = "own"  # rows about the actor
    AREA = "area"  # rows of the actor's area and everything below it


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting through one post.

    ``scope_code`` is the managing-tree code of the post's area (see
    ``directory``); the actor sees rows whose code starts with it. ``person_id``
    is the resident behind the account, if there is one: reach ``own`` means rows of
    that person. ``grants`` maps a verb such as ``points.claim.review`` to its
    reach; it is a copy of the role matrix, read when the request began.
    """

    id: UUID
    role: str
    area_id: UUID | None
    scope_code: str
    person_id: UUID | None = None
    post_id: UUID | None = None
    grants: dict[str, Reach] = field(default_factory=dict)

    @property
    def scope_low(self) -> str:
        """Lowest scope code the actor may see."""
        return self.scope_code

    @property
    def scope_high(self) -> str:
        """Upper bound, exclusive: ``~`` sorts after every letter and digit."""
        return f"{self.scope_code}~"

    @property
    def own_rows_only(self) -> bool:
        """Whether nothing the actor may do reaches beyond rows about itself."""
        return all(reach is Reach.OWN for reach in self.grants.values())

    def covers(self, scope_code: str) -> bool:
        """Whether a row with this scope code lies in the actor's area."""
        return scope_code.startswith(self.scope_code)

    def may(self, verb: str) -> Decision:
        """Decide whether the actor's role includes a verb at all."""
        if verb in self.grants:
            return ALLOWED
        return refuse(
            "not_permitted",
            "您的岗位没有这项权限。如有需要，请联系社区书记。",
            "Your post does not include this. Ask the community secretary if you need it.",
        )


SYSTEM_ROLE = "system"


def system_actor(identifier: UUID, *verbs: str) -> Actor:
    """Return the actor for work nobody asked for by hand (jobs, flows).

    Scope code ``""`` covers every area; the verbs are named one by one, so a
    job can do no more than it says.
    """
    return Actor(identifier, SYSTEM_ROLE, None, "", grants=dict.fromkeys(verbs, Reach.AREA))
