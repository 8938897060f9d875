"""What is handed in to be posted, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from liuchi.engines.points.enums import AccountKind, Outcome, TransferKind


@dataclass(frozen=True, slots=True)
class AccountOf:
    """An account by what it is; opened by the first item that names it."""

    kind: AccountKind
    unit: str
    holder_kind: str
    holder_id: UUID
    area_id: UUID
    scope_code: str
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """``amount`` of one unit from ``debit`` to ``credit``."""

    debit: AccountOf
    credit: AccountOf
    amount: int


@dataclass(frozen=True, slots=True)
class FactOf:
    """The fact that goes with a transfer; see ``journal.actions.record``."""

    kind: str
    area_id: UUID
    subject_kind: str
    subject_id: UUID
    data: BaseModel
    amount: int | None = None
    cause_id: UUID | None = None
    corrects_id: UUID | None = None
    playbook_version: UUID | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One transfer to post. ``body`` is what the command asked for, in plain values.

    ``redemption``, ``gift`` and ``returned`` are the columns of the row to write; ``claim_id`` and
    ``redemption_id`` and ``opening_id`` name what a posting or a reversal moves to its next
    state.
    """

    key: str
    body: Mapping[str, object]
    kind: TransferKind
    actor_id: UUID
    legs: tuple[Leg, ...]
    fact: FactOf
    scope_code: str
    person_id: UUID | None = None
    reason: str = ""
    claim_id: UUID | None = None
    reverses_id: UUID | None = None
    redemption_id: UUID | None = None
    redemption: Mapping[str, object] | None = None
    gift: Mapping[str, object] | None = None
    returned: Mapping[str, object] | None = None
    opening_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What an item posted just now has put into the journal, and when."""

    fact_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an item; ``short`` and ``available`` where an account fell short.

    ``written`` is None for whatever was not posted just now.
    """

    outcome: Outcome
    transfer_id: UUID | None
    short: AccountKind | None
    available: int
    written: Written | None = None

    @property
    def posted(self) -> UUID | None:
        """The transfer, whether posted now or before under the same key."""
        return self.transfer_id if self.outcome in (Outcome.POSTED, Outcome.REPEATED) else None
