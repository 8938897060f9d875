"""What this engine answers with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from liuchi.engines.bulletins import rules
from liuchi.engines.bulletins.enums import Form, State
from liuchi.kernel.periods import Per, Span
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """What one unit submitted, as it was written: its text holds references to figures."""

    title: str
    submitted_by: str
    body: str


@dataclass(frozen=True, slots=True)
class BulletinRow:
    """A bulletin. ``number`` and what follows from issuing are None or "" before it."""

    id: UUID
    series_id: UUID
    masthead: str
    area_id: UUID
    scope_code: str
    state: State
    version: int
    title: str
    issuer: str
    day: date
    note: str
    submitted_by: str
    body: str
    form: Form
    articles: tuple[ArticleRow, ...]
    box: bool
    report_to: str
    send_to: str
    distribute_to: str
    corrects_id: UUID | None
    written_at: datetime
    written_by: UUID
    written_by_name: str
    checked_at: datetime | None
    checked_by_name: str
    issued_at: datetime | None
    issued_by_name: str
    year: int | None
    number: int | None
    ordinal: int | None
    root: str
    pdf_id: UUID | None
    pdf_sha256: str
    word_id: UUID | None
    word_sha256: str

    @property
    def called(self) -> Sentence | None:
        """How the issue is called; None before it is one."""
        if self.year is None or self.number is None:
            return None
        return rules.issue_number(self.form, self.year, self.number)

    @property
    def all_articles(self) -> tuple[ArticleRow, ...]:
        """Return every article, the first one too."""
        return (ArticleRow(self.title, self.submitted_by, self.body), *self.articles)


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure just counted: what a reference says now, and where the journal stands."""

    source: str
    code: str
    title: str
    unit: str
    area_id: UUID
    area_name: str
    span: Span | None
    as_of: date
    value: Decimal | None
    text: str
    ordinal: int
    root: str
    url: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure as it was written down, beside what it counts now.

    ``changed``: the two differ. ``accepted``: somebody keeps what is written, knowing what
    it counts now. Of an issued bulletin nothing is counted anew: ``now_text`` is ``text``.
    """

    id: UUID
    source: str
    code: str
    title: str
    unit: str
    area_name: str
    span: Span | None
    than: Span | None
    as_of: date
    text: str
    ordinal: int
    counted_at: datetime
    now_text: str
    changed: bool
    accepted: bool
    accepted_by_name: str
    url: str

    @property
    def month(self) -> date | None:
        """The first day of the month it is of, if it is of one."""
        return self.span.first if self.span and self.span.per is Per.MONTH else None

    @property
    def open(self) -> bool:
        """Whether it stands in the way of checking and issuing."""
        return self.changed and not self.accepted


@dataclass(frozen=True, slots=True)
class ProofRow:
    """What anybody may know of an issued bulletin, to compare a paper or a file with it.

    ``sealed``: the journal still holds the seal that was printed.
    """

    id: UUID
    masthead: str
    form: Form
    year: int
    number: int
    title: str
    articles: int
    issuer: str
    day: date
    ordinal: int
    root: str
    pdf_sha256: str
    word_sha256: str
    corrected_by: UUID | None
    sealed: bool

    @property
    def called(self) -> Sentence:
        """How the issue is called."""
        return rules.issue_number(self.form, self.year, self.number)
