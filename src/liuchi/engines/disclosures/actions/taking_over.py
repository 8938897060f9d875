"""Filling a draft with what the house holds already, and saying when that changed afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from liuchi.engines.disclosures import facts, queries
from liuchi.engines.disclosures.actions.preparing import (
    add_rows,
    read_rows,
    require_draft,
    tell,
)
from liuchi.engines.disclosures.enums import PostingState
from liuchi.engines.disclosures.models import Posting, Row, Source
from liuchi.engines.disclosures.queries.books import item_as_applied
from liuchi.engines.disclosures.queries.postings import held_posting
from liuchi.engines.disclosures.scope import KEEPER, WRITE
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a source holds of a posting's period, in the columns of its item.

    ``of`` says for each row what it came from. ``ordinal`` is how far the journal reached.
    """

    source: str
    rows: tuple[Mapping[str, str], ...]
    of: tuple[str, ...]
    as_of: date
    ordinal: int

    @property
    def row_digests(self) -> list[str]:
        """A digest of each row, in order."""
        return [row_digest(row) for row in self.rows]

    @property
    def digest(self) -> str:
        """A digest of all rows in their order."""
        return hashlib.sha256("\n".join(self.row_digests).encode()).hexdigest()


def row_digest(cells: Mapping[str, str]) -> str:
    """Return a digest of a row's cells, whatever order they are held in."""
    filled = {code: text for code, text in cells.items() if text}
    told = json.dumps(filled, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def take_over(*, actor: Actor, key: str, posting_id: UUID, gathered: Gathered) -> int:
    """Put a source's rows in place of all a draft has; returns how many it has then.

    They pass the same scan and the same second person as rows somebody typed.
    """
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        scope = f"disclosures.take_over:{actor.id}"
        body = {"posting": posting_id, "source": gathered.source, "digest": gathered.digest}
        if journal.once(scope, key, body, posting_id) is not None:
            return held.row_count
        require_draft(held, actor)
        item = item_as_applied(held.playbook_version, held.item_code)
        if item.filled_from is None:
            raise Refused("no_source", Sentence("这一项没有来源。", "This item has no source."))
        good = read_rows(item, gathered.rows)
        kept = [row_digest(row) for row in good]
        Row.objects.filter(posting_id=posting_id).delete()
        Source.objects.filter(posting_id=posting_id).delete()
        digest = hashlib.sha256("\n".join(kept).encode()).hexdigest()
        Source.objects.create(
            id=new_id(),
            posting_id=posting_id,
            source=gathered.source,
            of=list(gathered.of),
            as_of=gathered.as_of,
            ordinal=gathered.ordinal,
            row_digests=kept,
            digest=digest,
            seen=digest,
            taken_at=clock.now(),
        )
        return add_rows(held, actor, good)


def note_source(*, posting_id: UUID, rows: Sequence[Mapping[str, str]]) -> int:
    """Compare a released posting's source with what was taken over; returns rows that differ.

    A change is journaled and shown beside the posting. What is out stays as it was released:
    whoever is responsible corrects it.
    """
    with acting_as(KEEPER):
        held = Posting.objects.select_for_update().filter(pk=posting_id).first()
        source = Source.objects.filter(posting_id=posting_id).first()
        if held is None or source is None or held.state != PostingState.RELEASED:
            return 0
        item = item_as_applied(held.playbook_version, held.item_code)
        now = [row_digest(row) for row in read_rows(item, rows)]
        seen = hashlib.sha256("\n".join(now).encode()).hexdigest()
        if seen == source.seen:
            return source.changed_rows
        differ = 0 if seen == source.digest else max(1, queries.differing(source.row_digests, now))
        Source.objects.filter(pk=source.pk).update(
            seen=seen, changed_rows=differ, changed_at=clock.now() if differ else None
        )
        if differ:
            tell(facts.SOURCE_CHANGED, held, KEEPER, amount=differ)
        return differ
