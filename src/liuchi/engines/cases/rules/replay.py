"""A case read back from the journal alone, to be held against the row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from liuchi.engines.cases.enums import CaseState, CheckKind, CheckOutcome

_BEFORE_A_UNIT = (CaseState.REPORTED, CaseState.VERIFYING, CaseState.FILED)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the facts of a case say it is. None of it was written down with that in mind."""

    state: CaseState
    unit_id: UUID | None
    type_code: str
    condition_code: str
    tier: str
    returned: int = 0
    reworked: int = 0
    reopened: int = 0
    supervised: bool = False
    appealed: bool = False
    disputed: bool = False
    basically_done: bool = False


def replayed(facts: Iterable[tuple[str, Mapping[str, Any]]]) -> Replayed | None:
    """Return the case that facts (kind and data, oldest first) come to; None of no facts."""
    found: Replayed | None = None
    for kind, data in facts:
        state = CaseState(data["state"])
        unit = data["unit"]
        held = found or Replayed(state, None, "", "", "")
        found = replace(
            held,
            state=state,
            unit_id=None if unit is None or state in _BEFORE_A_UNIT else UUID(str(unit)),
            type_code=data["type"],
            condition_code=data["condition"],
            tier=data["tier"],
            **_counted(held, kind.removeprefix("cases."), data),
        )
    return found


def _counted(held: Replayed, what: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a fact changes beside the state."""
    if what in ("supervised", "appealed", "disputed"):
        return {what: True}
    again = what == "checked" and (data["kind"], data["outcome"]) == (
        CheckKind.CLOSING,
        CheckOutcome.NOT_DONE,
    )
    counted: dict[str, Any] = {
        "returned": held.returned + (what == "returned"),
        "reworked": held.reworked + again,
        "reopened": held.reopened + (what == "reopened"),
    }
    if what == "closed":
        done = data["outcome"] == CheckOutcome.BASICALLY_DONE
        counted |= {"basically_done": done, "supervised": False}
    elif what == "reopened":
        counted |= {"disputed": False, "basically_done": False}
    elif what == "settled":
        counted |= {"appealed": False, "disputed": False}
    return counted
