"""Steps that ask for a reason: what they share stands here, each says what is its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Protocol
from uuid import UUID

from liuchi.engines.cases import facts, rules
from liuchi.engines.cases.actions.moving import Moved, Moving, moved_now, taking
from liuchi.engines.cases.enums import CaseState, CaseVerb
from liuchi.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody takes a step: a reason of the playbook, and what they say to it."""

    verb: CaseVerb
    code: str
    opinion: str

    def say(self, moving: Moving, to: CaseState, kind: str, *, to_reporter: bool = False) -> None:
        """Take the step and journal it with its reason."""
        step = moving.go(
            self.verb, to, reason_code=self.code, opinion=self.opinion, to_reporter=to_reporter
        )
        step.tell(kind, facts.ReasonData, reason=self.code)


class ReasonedStep(Protocol):
    """An action that asks for a reason."""

    def __call__(
        self,
        *,
        actor: Actor,
        key: str,
        case_id: UUID,
        reason_code: str,
        opinion: str = "",
        expected_version: int | None = None,
    ) -> Moved:
        """Take the step once for a key; refused where the lifecycle or the reason says so."""


def reasoned(verb: CaseVerb) -> Callable[[Callable[[Moving, Reason], Moved]], ReasonedStep]:
    """Make an action of what a verb does to a case that is locked and may be moved so."""

    def make(take: Callable[[Moving, Reason], Moved]) -> ReasonedStep:
        @wraps(take)
        def action(
            *,
            actor: Actor,
            key: str,
            case_id: UUID,
            reason_code: str,
            opinion: str = "",
            expected_version: int | None = None,
        ) -> Moved:
            rules.words_usable(opinion).or_refuse()
            body = {"case_id": case_id, "reason": reason_code}
            with taking(actor, key, verb.value, [case_id], body, version=expected_version) as held:
                for moving in held:
                    moving.may(verb, reason_code)
                    return take(moving, Reason(verb, reason_code, opinion))
                return moved_now(case_id)

        return action

    return make
