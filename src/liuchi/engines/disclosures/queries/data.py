"""What is out of one item, whole: for tables and files everybody may take away."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from liuchi.engines.disclosures.enums import PostingState
from liuchi.engines.disclosures.models import PublicFile, PublicPosting, PublicRow
from liuchi.engines.disclosures.queries.books import Book
from liuchi.engines.disclosures.queries.public import (
    PublicFileRow,
    PublicPostingRow,
    PublicRowRow,
    columns_of,
    files_of,
    posting_out,
    row_out,
)
from liuchi.engines.disclosures.rules import PublicColumn, plain_template
from liuchi.engines.disclosures.scope import DISCLOSURES_ACTOR_ID
from liuchi.engines.disclosures.spec import DisclosuresSpec, ItemSpec, OfficialSpec
from liuchi.engines.files import queries as files
from liuchi.engines.files.queries import DocumentRow
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import system_actor
from liuchi.kernel.errors import NotFound

_BATCH_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class PostingOut:
    """A posting that is out, with the columns of its rows."""

    row: PublicPostingRow
    columns: tuple[PublicColumn, ...]
    note: str
    why: str


def item_out(area_id: UUID, item_code: str, year: int | None = None) -> tuple[PostingOut, ...]:
    """Return what is out of an item in a village, the newest period first. One statement."""
    found = PublicPosting.objects.filter(
        area_id=area_id, item_code=item_code, state=PostingState.RELEASED
    )
    if year is not None:
        found = found.filter(first__gte=date(year, 1, 1), first__lte=date(year, 12, 31))
    return tuple(map(_out, found.order_by("-first", "id")))


def released_between(area_id: UUID, first: date, end: date) -> tuple[PostingOut, ...]:
    """Return what is out in a village of periods that lie within a stretch. One statement."""
    found = PublicPosting.objects.filter(
        area_id=area_id, state=PostingState.RELEASED, first__gte=first, end__lte=end
    )
    return tuple(map(_out, found.order_by("playbook", "item_code", "first", "id")))


def posting_released(posting_id: UUID) -> PostingOut:
    """Return a posting that is out; NotFound for one that is not, or not any more."""
    held = PublicPosting.objects.filter(pk=posting_id, state=PostingState.RELEASED).first()
    if held is None:
        raise NotFound("posting")
    return _out(held)


def official_of(out: PostingOut, books: Collection[Book]) -> tuple[ItemSpec, str, OfficialSpec]:
    """Return a posting's item, its group's heading and its official template.

    The template is the one in force now, since it is the platform's; where no method has any,
    what is out goes in its own columns.
    """
    applied = journal.section_as_applied(out.row.playbook_version, "disclosures", DisclosuresSpec)
    item = applied.item(out.row.item_code)
    if item is None:
        raise NotFound("item")
    group = next((each.title for each in applied.groups if each.code == item.group), "")
    now = next((book.spec for book in books if book.playbook == out.row.playbook), applied)
    template = now.item(item.code) or item
    return item, group, template.official or now.official or plain_template(item)


def _out(held: PublicPosting) -> PostingOut:
    return PostingOut(posting_out(held), columns_of(held.columns), held.note, held.why)


def rows_out(posting_ids: Collection[UUID]) -> Iterator[PublicRowRow]:
    """Yield the rows of postings, those of one together and in their order, a batch at a time."""
    wanted = PublicRow.objects.filter(posting_id__in=list(posting_ids)).order_by(
        "posting_id", "position"
    )
    last: PublicRow | None = None
    while True:
        rows = wanted
        if last is not None:
            behind = Q(posting_id=last.posting_id, position__gt=last.position)
            rows = wanted.filter(Q(posting_id__gt=last.posting_id) | behind)
        held = list(rows[:_BATCH_ROWS])
        yield from (row_out(each) for each in held)
        if len(held) < _BATCH_ROWS:
            return
        last = held[-1]


def public_photo(area_id: UUID, document_id: UUID) -> tuple[DocumentRow, bytes]:
    """Return a picture that went out with a posting of a village, with its bytes.

    NotFound for any other document, whoever asks, and for what was taken down.
    """
    held = PublicFile.objects.filter(document_id=document_id, posting__area_id=area_id, pages=[])
    if not held.exists():
        raise NotFound("photo")
    return _content(document_id)


def public_paper(posting_id: UUID, position: int) -> tuple[DocumentRow, bytes]:
    """Return the PDF of a paper that went out with a posting; NotFound for what is none."""
    return _content(_paper(posting_id, position).document_id)


def public_page(posting_id: UUID, position: int, number: int) -> tuple[DocumentRow, bytes]:
    """Return the picture of a page (from 1) of a paper that went out with a posting."""
    pages = _paper(posting_id, position).pages
    if not 1 <= number <= len(pages):
        raise NotFound("page")
    return _content(pages[number - 1])


def papers_out(area_id: UUID) -> tuple[tuple[str, PublicFileRow], ...]:
    """Return the papers of all that is out in a village, each with its item. Two statements."""
    found = PublicFile.objects.filter(
        posting__area_id=area_id, posting__state=PostingState.RELEASED
    ).exclude(pages=[])
    items = dict(found.values_list("posting_id", "posting__item_code"))
    return tuple((items[each.posting_id], each) for each in files_of(items) if each.pages)


def _paper(posting_id: UUID, position: int) -> PublicFile:
    held = PublicFile.objects.filter(posting_id=posting_id, position=position)
    found = held.exclude(pages=[]).first()
    if found is None:
        raise NotFound("paper")
    return found


def _content(document_id: UUID) -> tuple[DocumentRow, bytes]:
    reader = system_actor(DISCLOSURES_ACTOR_ID, "files.document.read")
    with acting_as(reader):
        return files.content(reader, document_id)
