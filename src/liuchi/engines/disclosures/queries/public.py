"""What everybody may read: items of a village, postings, rows, search. No actor, no scope.

Reads the public tables alone; a look at anything else would be an error, since row-level
security raises where no scope is set.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q

from liuchi.engines.directory.queries import Page
from liuchi.engines.directory.queries.people import cursor_text, cursor_values
from liuchi.engines.disclosures.enums import ColumnKind, PostingState
from liuchi.engines.disclosures.models import PublicFile, PublicPosting, PublicRow
from liuchi.engines.disclosures.queries.books import ItemRow, items_of
from liuchi.engines.disclosures.rules import Changed, PublicColumn, changes
from liuchi.engines.disclosures.scope import page_size
from liuchi.kernel import clock
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paging import day_after

WORDS_MAX = 5
_WORD_CHARACTERS_MAX = 40


@dataclass(frozen=True, slots=True)
class PublicItem:
    """An item that applies to a village, with what was last out of it, if anything."""

    row: ItemRow
    last_first: date | None
    last_released_at: datetime | None
    postings: int


@dataclass(frozen=True, slots=True)
class PublicPostingRow:
    """A posting that is or was out. ``total`` is of money; None where there is none."""

    id: UUID
    area_id: UUID
    playbook: str
    playbook_version: UUID
    item_code: str
    item_title: str
    first: date
    end: date
    number: int
    subject: str
    version: int
    state: PostingState
    row_count: int
    total: Decimal | None
    due_on: date
    released_at: datetime
    takes_down_on: date
    taken_down_at: datetime | None
    down_reason: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class PublicRowRow:
    """A row as everybody reads it; ``cells`` are in the order of its posting's columns."""

    id: UUID
    posting_id: UUID
    item_code: str
    first: date
    position: int
    cells: tuple[str, ...]
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class PublicFileRow:
    """A picture that went out with a posting, or a paper: then ``pages`` are its pictures.

    ``size`` is of a paper's PDF, in bytes.
    """

    id: UUID
    posting_id: UUID
    document_id: UUID
    position: int
    caption: str
    pages: tuple[UUID, ...]
    size: int


@dataclass(frozen=True, slots=True)
class PublicDetail:
    """A posting with its columns and pictures. ``why`` is the reason of a correction.

    ``newer`` is the version that corrected this one, ``older`` the one it corrected.
    """

    row: PublicPostingRow
    columns: tuple[PublicColumn, ...]
    note: str
    why: str
    older: UUID | None
    newer: UUID | None
    files: tuple[PublicFileRow, ...]

    @property
    def photos(self) -> tuple[PublicFileRow, ...]:
        """The pictures alone."""
        return tuple(each for each in self.files if not each.pages)

    @property
    def papers(self) -> tuple[PublicFileRow, ...]:
        """The papers alone."""
        return tuple(each for each in self.files if each.pages)


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that was found, with the headings of its cells."""

    row: PublicRowRow
    item_title: str
    columns: tuple[PublicColumn, ...]


def public_items(area_id: UUID, on: date | None = None) -> tuple[PublicItem, ...]:
    """Return the items that apply to a village, with what was last out of each. Two statements."""
    seen: dict[tuple[str, str], dict[str, Any]] = {
        (row["playbook"], row["item_code"]): dict(row)
        for row in PublicPosting.objects.filter(area_id=area_id, state=PostingState.RELEASED)
        .values("playbook", "item_code")
        .annotate(first=Max("first"), released_at=Max("released_at"), many=Max("number"))
    }
    found = []
    for row in items_of(area_id, on or clock.today()):
        if row.applies:
            last = seen.get((row.playbook, row.spec.code), {})
            found.append(
                PublicItem(row, last.get("first"), last.get("released_at"), last.get("many", 0))
            )
    return tuple(found)


def public_postings(
    area_id: UUID,
    *,
    item_code: str = "",
    year: int | None = None,
    after: str | None = None,
    limit: int = 20,
) -> Page[PublicPostingRow]:
    """Return what is out in a village, the newest period first; by item and year if asked."""
    most = page_size(limit)
    found = PublicPosting.objects.filter(area_id=area_id, state=PostingState.RELEASED)
    if item_code:
        found = found.filter(item_code=item_code)
    if year is not None:
        found = found.filter(first__gte=date(year, 1, 1), first__lte=date(year, 12, 31))
    start = cursor_values(after)
    if start is not None:
        day = day_after(start[0])
        found = found.filter(Q(first__lt=day) | Q(first=day, id__gt=start[1]))
    held = list(found.order_by("-first", "id")[: most + 1])
    rows = tuple(posting_out(each) for each in held[:most])
    more = cursor_text(rows[-1].first.isoformat(), rows[-1].id) if len(held) > most else None
    return Page(rows, more)


def newest_postings(*area_ids: UUID, limit: int = 20) -> tuple[PublicPostingRow, ...]:
    """Return what was released last in one village or several, for feeds."""
    rows = PublicPosting.objects.filter(area_id__in=area_ids, state=PostingState.RELEASED)
    return tuple(
        posting_out(each) for each in rows.order_by("-released_at", "id")[: page_size(limit)]
    )


def public_posting(posting_id: UUID) -> PublicDetail:
    """Return one posting that is or was out, also one that was corrected or taken down."""
    held = PublicPosting.objects.filter(pk=posting_id).first()
    if held is None:
        raise NotFound("posting")
    newer = PublicPosting.objects.filter(corrects_id=posting_id).values_list("id", flat=True)
    return PublicDetail(
        posting_out(held),
        columns_of(held.columns),
        held.note,
        held.why,
        held.corrects_id,
        next(iter(newer), None),
        files_of([posting_id]),
    )


def files_of(posting_ids: Collection[UUID]) -> tuple[PublicFileRow, ...]:
    """Return what went out with some postings, in its order. One statement."""
    held = PublicFile.objects.filter(posting_id__in=list(posting_ids))
    return tuple(
        PublicFileRow(
            each.pk,
            each.posting_id,
            each.document_id,
            each.position,
            each.caption,
            tuple(each.pages),
            each.size,
        )
        for each in held.order_by("posting_id", "position")
    )


def public_rows(
    posting_id: UUID, *, after: int = 0, limit: int = 100
) -> tuple[tuple[PublicRowRow, ...], int | None]:
    """Return rows of a posting from behind a position on, and the position to go on from."""
    most = page_size(limit)
    rows = PublicRow.objects.filter(posting_id=posting_id, position__gt=after)
    held = list(rows.order_by("position")[: most + 1])
    more = held[most - 1].position if len(held) > most else None
    return tuple(row_out(each) for each in held[:most]), more


def public_row(row_id: UUID) -> tuple[PublicRowRow, PublicDetail]:
    """Return one row with its posting: what somebody asks about or complains of."""
    held = PublicRow.objects.filter(pk=row_id).first()
    if held is None:
        raise NotFound("row")
    return row_out(held), public_posting(held.posting_id)


def correction_changes(posting_id: UUID) -> tuple[Changed, ...]:
    """Return what a correction changed against the version before it; none for a first one."""
    held = PublicPosting.objects.filter(pk=posting_id).first()
    if held is None or held.corrects_id is None:
        return ()
    cells: dict[UUID, list[tuple[str, ...]]] = {held.pk: [], held.corrects_id: []}
    rows = PublicRow.objects.filter(posting_id__in=list(cells)).order_by("position")
    for row in rows:
        cells[row.posting_id].append(tuple(row.cells))
    return tuple(changes(columns_of(held.columns), cells[held.corrects_id], cells[held.pk]))


NEWEST = 1_000
"""How many of the newest rows are looked through before the index of pieces is asked."""

_LINE = "id, posting_id, item_code, first, position, cells, amount, area_id, words"
_FOUND = """
SELECT line.id, line.posting_id, line.item_code, line.first, line.position, line.cells,
       line.amount, out.item_title, out.columns
FROM ({among}) AS line
JOIN disclosures_public_posting AS out ON out.id = line.posting_id
WHERE {words} ORDER BY line.first DESC, line.id LIMIT %(limit)s
"""


def search(
    area_id: UUID,
    text: str,
    *,
    item_code: str = "",
    year: int | None = None,
    after: str | None = None,
    limit: int = 20,
) -> Page[Hit]:
    """Return rows of a village that hold all the words, the newest period first.

    Words are parted by spaces; a word is part of what stands in a row, in any column. A common
    word fills the page from the newest rows; a rare one has few rows, which its pieces find. So
    no word costs much: putting a third of all rows in order would.
    """
    most, words = page_size(limit), search_words(text)
    if not words:
        return Page((), None)
    where, values = _wanted(area_id, item_code, year, after)
    values |= {"limit": most + 1, "newest": NEWEST}
    values["pieces"] = sorted({piece for word in words for piece in _pieces(area_id, word)})
    values |= {f"word{number}": word for number, word in enumerate(words)}
    held = " AND ".join(f"strpos(line.words, %(word{n})s) > 0" for n in range(len(words)))
    rows = f"SELECT {_LINE} FROM disclosures_public_row WHERE {where}"  # noqa: S608
    newest = f"{rows} ORDER BY first DESC, id LIMIT %(newest)s"
    # OFFSET keeps the planner from reading all rows in order in the hope of a common word.
    pieces = f"{rows} AND disclosures_pieces(area_id, words) @> %(pieces)s OFFSET 0"
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for among in (newest, pieces):
            cursor.execute(_FOUND.format(among=among, words=held), values)
            found = cursor.fetchall()
            if len(found) > most:
                break
    hits = tuple(_hit(each) for each in found[:most])
    last = hits[-1].row if len(found) > most else None
    return Page(hits, None if last is None else cursor_text(last.first.isoformat(), last.id))


def _wanted(
    area_id: UUID, item_code: str, year: int | None, after: str | None
) -> tuple[str, dict[str, Any]]:
    where, values = ["area_id = %(area)s", "current"], dict[str, Any](area=area_id)
    if item_code:
        where.append("item_code = %(item)s")
        values["item"] = item_code
    if year is not None:
        where.append("first BETWEEN %(begun)s AND %(ended)s")
        values |= {"begun": date(year, 1, 1), "ended": date(year, 12, 31)}
    start = cursor_values(after)
    if start is not None:
        where.append("(first < %(day)s OR first = %(day)s AND id > %(id)s)")
        values |= {"day": day_after(start[0]), "id": start[1]}
    return " AND ".join(where), values


def search_words(text: str) -> tuple[str, ...]:
    """Return what was typed as words in the form rows are searched in, a few at most."""
    words = (word[:_WORD_CHARACTERS_MAX] for word in text.casefold().split())
    return tuple(dict.fromkeys(words))[:WORDS_MAX]


def years_of(area_id: UUID) -> tuple[int, ...]:
    """Return the years a village has anything out of, the newest first."""
    rows = PublicPosting.objects.filter(area_id=area_id, state=PostingState.RELEASED)
    return tuple(each.year for each in rows.dates("first", "year", order="DESC"))


def columns_of(held: Sequence[dict[str, Any]]) -> tuple[PublicColumn, ...]:
    """Return a posting's columns as it keeps them."""
    return tuple(
        PublicColumn(each["code"], each["title"], ColumnKind(each["kind"]), each["key"])
        for each in held
    )


def _pieces(area_id: UUID, word: str) -> list[str]:
    """Return the pieces a row has if it holds the word: as ``disclosures_pieces`` makes them."""
    mark = str(area_id)[-6:]
    if len(word) == 1:
        return [mark + word]
    return [mark + word[place : place + 2] for place in range(len(word) - 1)]


def posting_out(held: PublicPosting) -> PublicPostingRow:
    """Return a posting as everybody reads it."""
    return PublicPostingRow(
        id=held.pk,
        area_id=held.area_id,
        playbook=held.playbook,
        playbook_version=held.playbook_version,
        item_code=held.item_code,
        item_title=held.item_title,
        first=held.first,
        end=held.end,
        number=held.number,
        subject=held.subject,
        version=held.version,
        state=PostingState(held.state),
        row_count=held.row_count,
        total=held.total,
        due_on=held.due_on,
        released_at=held.released_at,
        takes_down_on=held.takes_down_on,
        taken_down_at=held.taken_down_at,
        down_reason=held.down_reason,
        content_hash=held.content_hash,
    )


def row_out(held: PublicRow) -> PublicRowRow:
    """Return a row as everybody reads it."""
    return PublicRowRow(
        held.pk,
        held.posting_id,
        held.item_code,
        held.first,
        held.position,
        tuple(held.cells),
        held.amount,
    )


def _hit(found: Sequence[Any]) -> Hit:
    columns = found[8] if isinstance(found[8], list) else json.loads(found[8])
    row = PublicRowRow(found[0], found[1], found[2], found[3], found[4], tuple(found[5]), found[6])
    return Hit(row, found[7], columns_of(columns))
