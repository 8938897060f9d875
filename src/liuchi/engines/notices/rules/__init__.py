"""Pure decisions about notices: what may be said, to whom, and when it goes out."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from liuchi.engines.notices.enums import Recipient
from liuchi.engines.notices.rules.kinds import (
    TEXT_CHARACTERS_MAX,
    Kind,
    kind,
    kinds,
    line,
    outward,
)
from liuchi.engines.notices.rules.timing import (
    ATTEMPTS_MAX,
    KEEP_TRYING,
    STUCK_AFTER,
    Hours,
    deferred,
    most_of,
    next_hour,
    next_try,
    start_of_day,
)
from liuchi.kernel.sentences import Sentence

__all__ = [
    "ATTEMPTS_MAX",
    "KEEP_TRYING",
    "STUCK_AFTER",
    "TEXT_CHARACTERS_MAX",
    "Hours",
    "Kind",
    "Notice",
    "deferred",
    "kind",
    "kinds",
    "line",
    "most_of",
    "next_hour",
    "next_try",
    "outward",
    "start_of_day",
]


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody has to know. Exactly one of the two recipients is set.

    ``cause_id`` is the fact it follows from: with recipient and kind it makes the notice
    the only one of its sort. ``link`` is the page of the record it is about, from ``/``.
    ``renews``: the same line again says the newest (three claims wait, now five), and
    comes back if it had been closed.
    """

    kind: str
    subject_kind: str
    subject_id: UUID
    sentence: Sentence
    cause_id: UUID
    area_id: UUID | None = None
    link: str = ""
    recipient_person_id: UUID | None = None
    recipient_user_id: UUID | None = None
    renews: bool = False

    def __post_init__(self) -> None:
        """Refuse a notice to nobody or to two, of no kind, or that leads off the site."""
        kind(self.kind)
        if (self.recipient_person_id is None) is (self.recipient_user_id is None):
            msg = f"{self.kind}: a notice is for one person or one user"
            raise ValueError(msg)
        if self.link and (not self.link.startswith("/") or self.link.startswith("//")):
            msg = f"{self.kind}: a notice opens a page of this site, not {self.link!r}"
            raise ValueError(msg)

    @property
    def recipient(self) -> tuple[Recipient, UUID]:
        """Whom it is for."""
        if self.recipient_person_id is not None:
            return Recipient.PERSON, self.recipient_person_id
        assert self.recipient_user_id is not None  # noqa: S101  see __post_init__
        return Recipient.USER, self.recipient_user_id
