"""Putting a paper beside a draft: read wholly, and kept as pictures of its pages alone."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.db.models import Max

from liuchi.engines.disclosures import rules
from liuchi.engines.disclosures.actions.preparing import counted, require_draft
from liuchi.engines.disclosures.models import Attachment, Posting
from liuchi.engines.disclosures.queries.postings import held_posting
from liuchi.engines.disclosures.scope import WRITE, digest
from liuchi.engines.files import actions as files
from liuchi.engines.files.enums import MediaType
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import papers
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid
from liuchi.kernel.ids import new_id
from liuchi.kernel.papers import Paper
from liuchi.kernel.sentences import Sentence

PAPERS_MAX = 5


def attach_paper(
    *, actor: Actor, key: str, posting_id: UUID, content: bytes, file_name: str, caption: str
) -> UUID:
    """Put a PDF, .docx or .xlsx beside a draft; returns the entry's id.

    What it holds is read and kept with its places, to be looked through before release; what goes
    out is a PDF of pictures of its pages. Invalid("paper_…") for what can't be read wholly.
    """
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        _room(held_posting(actor, posting_id), actor)
    # Reading takes seconds: it holds no connection and no lock.
    paper, made = papers.read(content), new_id()
    given = hashlib.sha256(content).hexdigest()
    body = {"posting": posting_id, "given": given, "name": digest(file_name)}
    body |= {"caption": digest(caption)}
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        earlier = journal.once(f"disclosures.attach_paper:{actor.id}", key, body, made)
        if earlier is not None:
            return earlier
        last = _room(held, actor)
        entry = Attachment(
            id=made,
            posting_id=posting_id,
            position=last + 1,
            file_name=file_name.strip(),
            caption=caption.strip(),
        )
        _keep(entry, held.scope_code, paper, actor)
        counted(held, actor)
    return made


def _room(held: Posting, actor: Actor) -> int:
    """Return the last place among what is attached; refused where there is room for no more."""
    require_draft(held, actor)
    places = Attachment.objects.filter(posting_id=held.pk)
    if places.exclude(pages=[]).count() >= PAPERS_MAX:
        sentence = Sentence(
            "文件最多 {most} 份。", "{most} documents at most.", {"most": PAPERS_MAX}
        )
        raise Invalid("papers_too_many", sentence)
    return int(places.aggregate(last=Max("position"))["last"] or 0)


def _keep(entry: Attachment, scope_code: str, paper: Paper, actor: Actor) -> None:
    unread = (number for number, page in enumerate(paper.pages, start=1) if page.unread)
    words = rules.words_of(paper.pieces, unread)
    whole = files.store_issued(paper.pdf, MediaType.PDF, actor=actor, scope_code=scope_code)
    entry.document_id, entry.size = whole.id, whole.size
    entry.pages = [
        files.store_issued(
            page.content,
            MediaType.WEBP,
            actor=actor,
            scope_code=scope_code,
            pixels=(page.width, page.height),
        ).id
        for page in paper.pages
    ]
    entry.numbers = [list(each) for each in words.numbers]
    entry.lines = [[each.place, each.page, each.text] for each in words.lines]
    entry.unread = list(words.unread)
    entry.save(force_insert=True)
