"""Letting a posting out by a second person; sending back, correcting, taking down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import connection
from pydantic_core import to_json

from liuchi.engines.disclosures import facts, rules
from liuchi.engines.disclosures.actions.preparing import tell
from liuchi.engines.disclosures.enums import PostingState, PostingVerb
from liuchi.engines.disclosures.models import Attachment, Posting, PublicPosting, Row, Source
from liuchi.engines.disclosures.queries import PostingDetail
from liuchi.engines.disclosures.queries.postings import detail_of, held_posting
from liuchi.engines.disclosures.rules import PublicForm
from liuchi.engines.disclosures.scope import KEEPER, RELEASE, WRITE, digest
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, Invalid
from liuchi.kernel.ids import new_id, new_ids
from liuchi.kernel.sentences import Sentence

EXPIRED = "公开期满"
_EXPIRED_BATCH = 200


def release_posting(
    *, actor: Actor, key: str, posting_id: UUID, answers: Mapping[str, str] | None = None
) -> None:
    """Let a posting out, masked as its preview shows it. Not by anybody who prepared it.

    ``answers`` give a reason for each finding that may be answered, by its key.
    """
    actor.may(RELEASE).or_refuse()
    given = {name: text.strip() for name, text in (answers or {}).items() if text.strip()}
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        scope = f"disclosures.release_posting:{actor.id}"
        told = "\n".join(f"{name}\t{text}" for name, text in sorted(given.items()))
        body = {"posting": posting_id, "answers": digest(told)}
        if journal.once(scope, key, body, posting_id) is not None:
            return
        rules.may_move(
            PostingState(held.state),
            PostingVerb.RELEASE,
            actor_id=actor.id,
            preparers=held.preparer_ids,
        ).or_refuse()
        detail = detail_of(held)
        rules.may_release(detail.findings, given).or_refuse()
        asked = {each.key for each in detail.findings}
        _publish(held, detail, {name: text for name, text in given.items() if name in asked})
        tell(facts.RELEASED, held, actor, amount=held.row_count)
        if held.corrects_id is not None:
            tell(facts.CORRECTED, held, actor, amount=held.row_count)


def send_back_posting(*, actor: Actor, key: str, posting_id: UUID, reason: str) -> None:
    """Give a posting back to who prepared it, with what is to be mended."""
    actor.may(RELEASE).or_refuse()
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        scope = f"disclosures.send_back_posting:{actor.id}"
        body = {"posting": posting_id, "reason": digest(reason)}
        if journal.once(scope, key, body, posting_id) is not None:
            return
        rules.may_move(
            PostingState(held.state), PostingVerb.SEND_BACK, actor_id=actor.id, reason=reason
        ).or_refuse()
        Posting.objects.filter(pk=posting_id).update(
            state=PostingState.SENT_BACK,
            sent_back_by_id=actor.id,
            sent_back_at=clock.now(),
            reason=reason.strip(),
        )
        tell(facts.SENT_BACK, held, actor)


def correct_posting(*, actor: Actor, key: str, posting_id: UUID, why: str) -> UUID:
    """Begin a new version of what is out, with its rows to change; returns the draft's id.

    What is out stays until the correction is released; ``why`` is then read beside it.
    """
    actor.may(WRITE).or_refuse()
    made = new_id()
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        body = {"posting": posting_id, "why": digest(why)}
        earlier = journal.once(f"disclosures.correct_posting:{actor.id}", key, body, made)
        if earlier is not None:
            return earlier
        rules.may_move(
            PostingState(held.state), PostingVerb.CORRECT, actor_id=actor.id, reason=why
        ).or_refuse()
        if Posting.objects.filter(
            corrects_id=posting_id,
            state__in=[state for state in PostingState if state.is_open],
        ).exists():
            raise Conflict(
                "correction_open",
                Sentence("已经在更正，请打开那一份。", "It is being corrected: open that draft."),
            )
        _copy(held, made, why.strip(), actor)
    return made


def take_down_posting(*, actor: Actor, key: str, posting_id: UUID, reason: str) -> None:
    """Take a posting and the versions before it away from the public, and say why."""
    actor.may(RELEASE).or_refuse()
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        scope = f"disclosures.take_down_posting:{actor.id}"
        body = {"posting": posting_id, "reason": digest(reason)}
        if journal.once(scope, key, body, posting_id) is not None:
            return
        rules.may_move(
            PostingState(held.state), PostingVerb.TAKE_DOWN, actor_id=actor.id, reason=reason
        ).or_refuse()
        detail = detail_of(held)
        cells = [row.cells for row in detail.rows]
        if rules.scan_text(reason, hidden=rules.names_of(detail.item, cells)):
            raise Invalid(
                "reason_tells",
                Sentence(
                    "原因会公开，请不要写个人信息。", "The reason is public: nothing personal."
                ),
            )
        _take_down(held, reason.strip(), actor)


def take_down_expired() -> int:
    """Take down what has been up as long as its item says; return how many versions."""
    total = 0
    while True:
        with acting_as(KEEPER):
            KEEPER.may("disclosures.posting.expire").or_refuse()
            due = PublicPosting.objects.filter(takes_down_on__lte=clock.today())
            ids = due.exclude(state=PostingState.TAKEN_DOWN).order_by("takes_down_on")
            found = list(ids.values_list("id", flat=True)[:_EXPIRED_BATCH])
            for held in Posting.objects.select_for_update().filter(pk__in=found):
                total += _take_down(held, EXPIRED, KEEPER)
        if len(found) < _EXPIRED_BATCH:
            return total


def _publish(held: Posting, detail: PostingDetail, answers: Mapping[str, str]) -> None:
    form, moment = detail.preview, clock.now()
    known = rules.names_of(detail.item, [row.cells for row in detail.rows])
    told = {
        "posting": _public(held, detail, form) | {"released_at": moment},
        "rows": [
            {
                "id": id_,
                "position": place,
                "cells": cells,
                "amount": amount,
                "words": _searched(cells),
            }
            for place, (id_, cells, amount) in enumerate(
                zip(new_ids(len(form.rows)), form.rows, form.amounts, strict=True), start=1
            )
        ],
        "files": [
            {
                "id": each.id,
                "document_id": each.document_id,
                "position": each.position,
                "caption": rules.released(each.caption, known=known),
                "pages": each.pages,
                "size": each.size,
            }
            for each in detail.attachments
        ],
        "answers": answers,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT disclosures_publish(%s::jsonb)", [to_json(told).decode()])


def _searched(cells: Sequence[str]) -> str:
    """Return what a row is searched in: its cells without spaces, kept apart."""
    return "|".join("".join(cell.split()) for cell in cells).casefold()


def _public(held: Posting, detail: PostingDetail, form: PublicForm) -> dict[str, object]:
    """Return the public posting's columns, but for when it was released."""
    item, today = detail.item, clock.today()
    return {
        "id": held.pk,
        "area_id": held.area_id,
        "playbook": held.playbook,
        "playbook_version": held.playbook_version,
        "item_code": held.item_code,
        "item_title": item.title,
        "first": held.first,
        "end": held.end,
        "number": held.number,
        "subject": held.subject,
        "version": held.version,
        "corrects_id": held.corrects_id,
        "why": held.why,
        "note": form.note,
        "state": PostingState.RELEASED,
        "columns": [
            {"code": c.code, "title": c.title, "kind": c.kind, "key": c.key} for c in form.columns
        ],
        "row_count": len(form.rows),
        "total": form.total,
        "malformed": len(detail.malformed),
        "content_hash": rules.content_hash(held.item_code, held.first, form),
        "due_on": rules.due_on(item, held.first),
        "takes_down_on": item.takes_down_after.after(today),
        "down_reason": "",
    }


def _copy(held: Posting, made: UUID, why: str, actor: Actor) -> None:
    """Begin the next version with the rows and pictures of the one that is out."""
    Posting.objects.create(
        id=made,
        scope_code=held.scope_code,
        area_id=held.area_id,
        playbook=held.playbook,
        playbook_version=held.playbook_version,
        item_code=held.item_code,
        first=held.first,
        end=held.end,
        number=held.number,
        subject=held.subject,
        version=held.version + 1,
        corrects_id=held.pk,
        why=why,
        note=held.note,
        state=PostingState.DRAFT,
        row_count=held.row_count,
        preparer_ids=[actor.id],
        begun_by_id=actor.id,
        begun_at=clock.now(),
    )
    rows = list(Row.objects.filter(posting_id=held.pk).order_by("position"))
    Row.objects.bulk_create(
        Row(id=id_, posting_id=made, position=place, cells=row.cells)
        for place, (id_, row) in enumerate(zip(new_ids(len(rows)), rows, strict=True), start=1)
    )
    files = list(Attachment.objects.filter(posting_id=held.pk).order_by("position"))
    Attachment.objects.bulk_create(
        Attachment(
            id=new_id(),
            posting_id=made,
            document_id=each.document_id,
            position=each.position,
            file_name=each.file_name,
            caption=each.caption,
            pages=each.pages,
            size=each.size,
            numbers=each.numbers,
            lines=each.lines,
            unread=each.unread,
        )
        for each in files
    )
    for source in Source.objects.filter(posting_id=held.pk):
        source.id, source.posting_id = new_id(), made
        source.save(force_insert=True)


def _take_down(held: Posting, reason: str, actor: Actor) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM disclosures_take_down(%s, %s, %s)",
            [held.pk, reason, clock.now()],
        )
        many: int = cursor.fetchone()[0]
    if many:
        tell(facts.TAKEN_DOWN, held, actor)
    return many
