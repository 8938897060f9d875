"""Checking and issuing: a second pair of eyes, then number, seal, paper, hash."""

from __future__ import annotations

import hashlib
from uuid import UUID

from liuchi.engines.bulletins import facts, queries, rules
from liuchi.engines.bulletins.actions.writing import locked
from liuchi.engines.bulletins.enums import State
from liuchi.engines.bulletins.models import Bulletin, Series
from liuchi.engines.bulletins.queries import BulletinRow, FigureRow
from liuchi.engines.bulletins.rules import Proof
from liuchi.engines.bulletins.scope import CHECK, ISSUE
from liuchi.engines.files import actions as files
from liuchi.engines.files.enums import MediaType
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal import queries as journal_queries
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock, paper
from liuchi.kernel.actors import Actor


def check(*, actor: Actor, key: str, bulletin_id: UUID, expected_version: int) -> BulletinRow:
    """Confirm a draft that somebody else wrote; its figures must be what is written."""
    actor.may(CHECK).or_refuse()
    with acting_as(actor):
        body = {"bulletin_id": bulletin_id, "version": expected_version}
        if journal.once(f"bulletins.check:{actor.id}", key, body, bulletin_id) is not None:
            return queries.bulletin(actor, bulletin_id)
        held = locked(bulletin_id, expected_version)
        rules.may_check(State(held.state), held.written_by, actor.id).or_refuse()
        row = queries.bulletin(actor, bulletin_id)
        rules.figures_stand(_open(queries.figures(actor, row))).or_refuse()
        held.state, held.checked_at, held.checked_by = State.CHECKED, clock.now(), actor.id
        held.save(update_fields=["state", "checked_at", "checked_by"])
        journal.record(
            facts.CHECKED.kind,
            actor=actor,
            subject_kind="bulletins.bulletin",
            subject_id=bulletin_id,
            area_id=held.area_id,
            data=facts.CheckedData(version=held.version),
        )
        return queries.bulletin(actor, bulletin_id)


def issue(
    *, actor: Actor, key: str, bulletin_id: UUID, expected_version: int, address: str
) -> BulletinRow:
    """Issue a checked bulletin: seal the journal, give the number, make and keep the files.

    ``address`` is where its QR code leads. The journal is sealed first, in a transaction of
    its own, so that the head on the paper covers every fact a figure may have counted; the
    figures are counted once more after that, and one that moved meanwhile stops the issue.
    """
    actor.may(ISSUE).or_refuse()
    with acting_as(actor):  # refuse before anything is sealed
        row = queries.bulletin(actor, bulletin_id)
        if row.state is not State.ISSUED:
            rules.may_issue(row.state, _open(queries.figures(actor, row))).or_refuse()
    journal_jobs.seal()
    head = journal_queries.head()
    with acting_as(actor):
        body = {"bulletin_id": bulletin_id, "version": expected_version}
        if journal.once(f"bulletins.issue:{actor.id}", key, body, bulletin_id) is not None:
            return queries.bulletin(actor, bulletin_id)
        # Two issues of one series wait for each other: numbers have no gaps.
        Series.objects.select_for_update().get(pk=row.series_id)
        held = locked(bulletin_id, expected_version)
        row = queries.bulletin(actor, bulletin_id)
        figures = queries.figures(actor, row)
        rules.may_issue(row.state, _open(figures)).or_refuse()
        proof = Proof(address, head.sealed_ordinal, head.root)
        _set(held, row, figures, proof, actor)
        journal.record(
            facts.ISSUED.kind,
            actor=actor,
            subject_kind="bulletins.bulletin",
            subject_id=bulletin_id,
            area_id=held.area_id,
            data=facts.IssuedData(
                series=held.series_id,
                year=held.year or 0,
                number=held.number or 0,
                figures=len(figures),
                ordinal=proof.ordinal,
                root=proof.root,
                pdf_sha256=held.pdf_sha256,
                word_sha256=held.word_sha256,
                corrects=held.corrects_id,
            ),
        )
        return queries.bulletin(actor, bulletin_id)


def _set(
    held: Bulletin,
    row: BulletinRow,
    figures: tuple[FigureRow, ...],
    proof: Proof,
    actor: Actor,
) -> None:
    """Give the number, set both files, keep them, and close the bulletin for good."""
    now = clock.now()
    held.year = row.day.year
    held.number = queries.next_number(row.series_id, held.year)
    texts = {each.source: each.text for each in figures}
    sheet = queries.sheet_of(actor, row, texts, proof, held.number)
    pdf = paper.to_pdf(rules.html_of(sheet), title=row.title)
    word = rules.docx_of(sheet, made_at=now)
    for content, media_type, name in (
        (pdf, MediaType.PDF, "pdf"),
        (word, MediaType.DOCX, "word"),
    ):
        kept = files.store_issued(content, media_type, actor=actor, scope_code=held.scope_code)
        setattr(held, f"{name}_id", kept.id)
        setattr(held, f"{name}_sha256", hashlib.sha256(content).hexdigest())
    held.state = State.ISSUED
    held.issued_at, held.issued_by = now, actor.id
    held.ordinal, held.root = proof.ordinal, proof.root
    held.save()


def _open(figures: tuple[FigureRow, ...]) -> int:
    return sum(each.open for each in figures)
