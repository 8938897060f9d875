"""What is prepared, for the staff of its area: lists, one posting with its preview and scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.directory.queries.people import cursor_text, cursor_values
from liuchi.engines.disclosures import rules
from liuchi.engines.disclosures.enums import FoundKind, PostingState
from liuchi.engines.disclosures.models import Attachment, Posting, Row
from liuchi.engines.disclosures.queries.books import item_as_applied
from liuchi.engines.disclosures.rules import Finding, Malformed, PaperWords, PublicForm
from liuchi.engines.disclosures.scope import page_size, require_read
from liuchi.engines.disclosures.spec import ItemSpec
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.papers import Piece, Place


@dataclass(frozen=True, slots=True)
class PostingRow:
    """A posting as lists show one. ``end`` is the first day after its period."""

    id: UUID
    area_id: UUID
    area_name: str
    playbook: str
    item_code: str
    item_title: str
    first: date
    end: date
    due_on: date
    number: int
    subject: str
    version: int
    state: PostingState
    row_count: int
    begun_at: datetime
    submitted_at: datetime | None
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A row as it was given, with where it stands (from 1)."""

    id: UUID
    position: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A picture that goes with a posting, or a paper with the pictures of its ``pages``."""

    id: UUID
    document_id: UUID
    position: int
    file_name: str
    caption: str
    pages: tuple[UUID, ...] = ()
    size: int = 0
    words: PaperWords | None = None


@dataclass(frozen=True, slots=True)
class PostingDetail:
    """A posting with its rows, what the public will read of it, and what the scan found.

    ``names`` are whose steps they were; ``may_not_release`` are all who prepared it.
    """

    row: PostingRow
    playbook_version: UUID
    item: ItemSpec
    rows: tuple[DraftRow, ...]
    attachments: tuple[AttachmentRow, ...]
    note: str
    why: str
    reason: str
    corrects: UUID | None
    corrected_by: UUID | None
    preview: PublicForm
    findings: tuple[Finding, ...]
    malformed: tuple[Malformed, ...]
    answers: Mapping[str, str]
    preparers: tuple[UUID, ...]
    names: Mapping[UUID, str]
    begun_by: UUID | None
    submitted_by: UUID | None
    sent_back_by: UUID | None
    released_by: UUID | None


def postings(
    actor: Actor,
    *,
    area_id: UUID | None = None,
    states: tuple[PostingState, ...] = (),
    item_code: str = "",
    after: str | None = None,
    limit: int = 50,
) -> Page[PostingRow]:
    """Return postings of the actor's area, the newest period first. Refused without the verb."""
    require_read(actor)
    most = page_size(limit)
    found = Posting.objects.exclude(state=PostingState.DISCARDED)
    if area_id is not None:
        found = found.filter(area_id=area_id)
    if states:
        found = found.filter(state__in=states)
    if item_code:
        found = found.filter(item_code=item_code)
    start = cursor_values(after)
    if start is not None:
        day = date.fromisoformat(start[0])
        found = found.filter(Q(first__lt=day) | Q(first=day, id__lt=start[1]))
    held = list(found.order_by("-first", "-id")[: most + 1])
    rows = tuple(posting_row(each) for each in held[:most])
    more = cursor_text(rows[-1].first.isoformat(), rows[-1].id) if len(held) > most else None
    return Page(rows, more)


def posting(actor: Actor, posting_id: UUID) -> PostingDetail:
    """Return one posting the actor may see; NotFound otherwise."""
    require_read(actor)
    return detail_of(held_posting(actor, posting_id))


def held_posting(actor: Actor, posting_id: UUID, *, lock: bool = False) -> Posting:
    """Return a posting's row within the actor's scope; NotFound otherwise."""
    require(actor)
    rows = Posting.objects.select_for_update() if lock else Posting.objects.all()
    held = rows.filter(pk=posting_id).first()
    if held is None:
        raise NotFound("posting")
    return held


def detail_of(held: Posting) -> PostingDetail:
    """Return a posting with everything that hangs on it. Inside ``acting_as``."""
    item = item_as_applied(held.playbook_version, held.item_code)
    rows = rows_of(held.pk)
    attachments = attachments_of(held.pk)
    cells = [row.cells for row in rows]
    newer = Posting.objects.filter(corrects=held).exclude(state=PostingState.DISCARDED).first()
    steps = (held.begun_by_id, held.submitted_by_id, held.sent_back_by_id, held.released_by_id)
    return PostingDetail(
        row=posting_row(held),
        playbook_version=held.playbook_version,
        item=item,
        rows=rows,
        attachments=attachments,
        note=held.note,
        why=held.why,
        reason=held.reason,
        corrects=held.corrects_id,
        corrected_by=None if newer is None else newer.pk,
        preview=rules.public_form(item, cells, held.note),
        findings=rules.scan_posting(
            item,
            cells,
            note=held.note,
            subject=held.subject,
            why=held.why,
            files=[(each.file_name, each.caption) for each in attachments],
            papers={n: e.words for n, e in enumerate(attachments, start=1) if e.words},
        ),
        malformed=rules.malformed(item, cells),
        answers=held.answers,
        preparers=tuple(held.preparer_ids),
        names=accounts.names_of({each for each in steps if each is not None}),
        begun_by=held.begun_by_id,
        submitted_by=held.submitted_by_id,
        sent_back_by=held.sent_back_by_id,
        released_by=held.released_by_id,
    )


def rows_of(posting_id: UUID) -> tuple[DraftRow, ...]:
    """Return a posting's rows as given, in order."""
    rows = Row.objects.filter(posting_id=posting_id).order_by("position")
    return tuple(DraftRow(row.pk, row.position, row.cells) for row in rows)


def attachments_of(posting_id: UUID) -> tuple[AttachmentRow, ...]:
    """Return a posting's pictures and papers, in order."""
    rows = Attachment.objects.filter(posting_id=posting_id).order_by("position")
    return tuple(
        AttachmentRow(
            row.pk,
            row.document_id,
            row.position,
            row.file_name,
            row.caption,
            tuple(row.pages),
            row.size,
            _words(row) if row.pages else None,
        )
        for row in rows
    )


def _words(row: Attachment) -> PaperWords:
    return PaperWords(
        tuple((Place(place), page, FoundKind(kind)) for place, page, kind in row.numbers),
        tuple(Piece(Place(place), page, text) for place, page, text in row.lines),
        tuple(row.unread),
    )


def posting_row(held: Posting) -> PostingRow:
    """Return a posting as lists show one."""
    item = item_as_applied(held.playbook_version, held.item_code)
    return PostingRow(
        id=held.pk,
        area_id=held.area_id,
        area_name=directory.area(held.area_id).name,
        playbook=held.playbook,
        item_code=held.item_code,
        item_title=item.title,
        first=held.first,
        end=held.end,
        due_on=rules.due_on(item, held.first),
        number=held.number,
        subject=held.subject,
        version=held.version,
        state=PostingState(held.state),
        row_count=held.row_count,
        begun_at=held.begun_at,
        submitted_at=held.submitted_at,
        released_at=held.released_at,
    )
