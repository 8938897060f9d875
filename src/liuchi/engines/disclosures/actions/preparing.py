"""Preparing a posting: begin, enter rows, note and pictures, submit, discard."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Max

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.scope import require_covers
from liuchi.engines.disclosures import facts, queries, rules
from liuchi.engines.disclosures.enums import Frequency, PostingState, PostingVerb
from liuchi.engines.disclosures.models import Applicability, Attachment, Posting, Row
from liuchi.engines.disclosures.queries.books import item_as_applied
from liuchi.engines.disclosures.queries.postings import held_posting, rows_of
from liuchi.engines.disclosures.scope import APPLY, WRITE, digest
from liuchi.engines.disclosures.spec import ItemSpec
from liuchi.engines.files import queries as files
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import SYSTEM_ROLE, Actor
from liuchi.kernel.errors import Conflict, FieldError, Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id, new_ids
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import Cell

SUBJECT_CHARACTERS_MAX = 60
NOTE_CHARACTERS_MAX = 400
FILES_MAX = 9


def set_applicability(
    *,
    actor: Actor,
    key: str,
    area_id: UUID,
    playbook: str,
    item_code: str,
    applies: bool,
    reason: str,
    since: date | None = None,
) -> UUID:
    """Say from which day on an item applies to a village or not; returns the entry's id."""
    actor.may(APPLY).or_refuse()
    from_day, entry_id = since or clock.today(), new_id()
    rules.reason_given(reason).or_refuse()
    body = {"area": area_id, "item": f"{playbook}/{item_code}", "applies": applies}
    body |= {"reason": digest(reason), "since": str(from_day)}
    with acting_as(actor):
        place = _village(actor, area_id)
        scope = f"disclosures.set_applicability:{actor.id}"
        earlier = journal.once(scope, key, body, entry_id)
        if earlier is not None:
            return earlier
        queries.item_row(area_id, playbook, item_code, clock.today())
        Applicability.objects.create(
            id=entry_id,
            area_id=place.id,
            playbook=playbook,
            item_code=item_code,
            applies=applies,
            reason=reason.strip(),
            since=from_day,
            set_by_id=who(actor),
            set_at=clock.now(),
        )
        journal.record(
            facts.APPLICABILITY_SET,
            actor=actor,
            subject_kind="disclosures.applicability",
            subject_id=entry_id,
            area_id=area_id,
            data=facts.ItemData(
                village=area_id, item=item_code, applies="yes" if applies else "no"
            ),
        )
    return entry_id


def set_applicability_of(
    *,
    actor: Actor,
    key: str,
    area_ids: Sequence[UUID],
    playbook: str,
    item_code: str,
    applies: bool,
    reason: str,
    since: date | None = None,
) -> tuple[UUID, ...]:
    """Say so of several villages at once: of all of them, or refused of none."""
    with acting_as(actor):
        return tuple(
            set_applicability(
                actor=actor,
                key=f"{key}:{area_id.hex[-12:]}",
                area_id=area_id,
                playbook=playbook,
                item_code=item_code,
                applies=applies,
                reason=reason,
                since=since,
            )
            for area_id in sorted(area_ids)
        )


def begin_posting(
    *,
    actor: Actor,
    key: str,
    area_id: UUID,
    playbook: str,
    item_code: str,
    on: date,
    subject: str = "",
) -> UUID:
    """Begin a village's posting of an item about the period a day lies in; returns its id.

    What is posted at once is of that day and has a ``subject``. Conflict("posting_there") where
    one of the period is open or out: what is out is corrected.
    """
    actor.may(WRITE).or_refuse()
    posting_id, named = new_id(), subject.strip()
    body = {"area": area_id, "item": f"{playbook}/{item_code}", "on": str(on)}
    body |= {"subject": digest(named)}
    with acting_as(actor):
        place = _village(actor, area_id)
        earlier = journal.once(f"disclosures.begin_posting:{actor.id}", key, body, posting_id)
        if earlier is not None:
            return earlier
        row = queries.item_row(area_id, playbook, item_code, clock.today())
        if not row.applies:
            raise Refused(
                "item_not_here", Sentence("这一项不适用本村。", "This item does not apply here.")
            )
        if on > clock.today():
            raise Invalid("not_yet", Sentence("还没到这一天。", "That day has not come yet."))
        first, end = rules.period_of(row.spec, on)
        Posting.objects.create(
            id=posting_id,
            scope_code=place.scope_code,
            area_id=area_id,
            playbook=playbook,
            playbook_version=row.version_id,
            item_code=item_code,
            first=first,
            end=end,
            number=_number(area_id, playbook, row.spec, first, named),
            subject=named,
            state=PostingState.DRAFT,
            preparer_ids=[actor.id],
            begun_by_id=who(actor),
            begun_at=clock.now(),
        )
    return posting_id


def write_rows(
    *,
    actor: Actor,
    key: str,
    posting_id: UUID,
    rows: Sequence[Mapping[str, Cell]],
    replace: bool = False,
) -> int:
    """Add rows to a draft, or put them in place of all it has; returns how many it has then.

    Invalid("rows_unusable") names each wrong cell as ``<row>.<column>``, rows from 1, and
    nothing is written.
    """
    actor.may(WRITE).or_refuse()
    body = {"posting": posting_id, "rows": _told(rows)}
    body |= {"replace": replace}
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        scope = f"disclosures.write_rows:{actor.id}"
        if journal.once(scope, key, body, posting_id) is not None:
            return held.row_count
        require_draft(held, actor)
        item = item_as_applied(held.playbook_version, held.item_code)
        good = read_rows(item, rows)
        if replace:
            Row.objects.filter(posting_id=posting_id).delete()
        return add_rows(held, actor, good)


def change_row(
    *, actor: Actor, key: str, posting_id: UUID, row_id: UUID, cells: Mapping[str, Cell] | None
) -> None:
    """Put other cells in place of a draft's row, or remove it with None."""
    actor.may(WRITE).or_refuse()
    told = "" if cells is None else _told([cells])
    body = {"posting": posting_id, "row": row_id, "cells": told}
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        if journal.once(f"disclosures.change_row:{actor.id}", key, body, row_id) is not None:
            return
        require_draft(held, actor)
        rows = Row.objects.filter(pk=row_id, posting_id=posting_id)
        if not rows.exists():
            raise NotFound("row")
        if cells is None:
            rows.delete()
        else:
            item = item_as_applied(held.playbook_version, held.item_code)
            rows.update(cells=read_rows(item, [cells])[0])
        counted(held, actor)


def write_note(*, actor: Actor, key: str, posting_id: UUID, note: str) -> None:
    """Put a note beside a draft's rows; it is published with them."""
    actor.may(WRITE).or_refuse()
    if len(note.strip()) > NOTE_CHARACTERS_MAX:
        sentence = Sentence(
            "说明最多 {most} 字。",
            "A note has at most {most} characters.",
            {"most": NOTE_CHARACTERS_MAX},
        )
        raise Invalid("note_too_long", sentence, (FieldError("note", sentence),))
    body = {"posting": posting_id, "note": digest(note)}
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        if journal.once(f"disclosures.write_note:{actor.id}", key, body, posting_id) is not None:
            return
        require_draft(held, actor)
        Posting.objects.filter(pk=posting_id).update(note=note.strip())
        counted(held, actor)


def attach(
    *,
    actor: Actor,
    key: str,
    posting_id: UUID,
    document_id: UUID,
    file_name: str,
    caption: str = "",
) -> UUID:
    """Put a picture, a document of ``files`` already, beside a draft; returns the entry's id.

    NotFound for a document that is somebody's own, of another place, or no picture.
    """
    actor.may(WRITE).or_refuse()
    made = new_id()
    body = {"posting": posting_id, "document": document_id, "caption": digest(caption)}
    body |= {"name": digest(file_name)}
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        earlier = journal.once(f"disclosures.attach:{actor.id}", key, body, made)
        if earlier is not None:
            return earlier
        require_draft(held, actor)
        if files.issued(actor, document_id)[0].width is None:  # nobody's own, and a picture
            raise NotFound("document")
        places = Attachment.objects.filter(posting_id=posting_id)
        last = places.aggregate(last=Max("position"))["last"] or 0
        if places.filter(pages=[]).count() >= FILES_MAX:
            sentence = Sentence(
                "图片最多 {most} 张。", "{most} pictures at most.", {"most": FILES_MAX}
            )
            raise Invalid("files_too_many", sentence)
        Attachment.objects.create(
            id=made,
            posting_id=posting_id,
            document_id=document_id,
            position=last + 1,
            file_name=file_name.strip(),
            caption=caption.strip(),
        )
        counted(held, actor)
    return made


def detach(*, actor: Actor, key: str, posting_id: UUID, attachment_id: UUID) -> None:
    """Take a picture away from a draft."""
    actor.may(WRITE).or_refuse()
    body = {"posting": posting_id, "attachment": attachment_id}
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        if journal.once(f"disclosures.detach:{actor.id}", key, body, attachment_id) is not None:
            return
        require_draft(held, actor)
        Attachment.objects.filter(pk=attachment_id, posting_id=posting_id).delete()
        counted(held, actor)


def mask_found(*, actor: Actor, key: str, posting_id: UUID) -> int:
    """Cut every number that never goes out down to its tail, in a draft's rows and note.

    Returns how many places were changed; what is not a number a person has to reword.
    """
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        scope = f"disclosures.mask_found:{actor.id}"
        if journal.once(scope, key, {"posting": posting_id}, posting_id) is not None:
            return 0
        require_draft(held, actor)
        changed, rows = 0, rows_of(posting_id)
        item = item_as_applied(held.playbook_version, held.item_code)
        for row, cells in zip(
            rows, rules.without_numbers(item, [r.cells for r in rows]), strict=True
        ):
            if cells != row.cells:
                Row.objects.filter(pk=row.id).update(cells=cells)
                changed += 1
        note = rules.redacted(held.note)
        if note != held.note:
            Posting.objects.filter(pk=posting_id).update(note=note)
            changed += 1
        counted(held, actor)
    return changed


def submit_posting(*, actor: Actor, key: str, posting_id: UUID) -> None:
    """Hand a draft in for release by somebody else."""
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        scope = f"disclosures.submit_posting:{actor.id}"
        if journal.once(scope, key, {"posting": posting_id}, posting_id) is not None:
            return
        rules.may_move(PostingState(held.state), PostingVerb.SUBMIT, actor_id=actor.id).or_refuse()
        Posting.objects.filter(pk=posting_id).update(
            state=PostingState.SUBMITTED,
            submitted_by_id=actor.id,
            submitted_at=clock.now(),
            preparer_ids=sorted({*held.preparer_ids, actor.id}),
        )
        tell(facts.SUBMITTED, held, actor, amount=held.row_count)


def discard_posting(*, actor: Actor, key: str, posting_id: UUID) -> None:
    """Give a draft up; another may be begun for its period."""
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        scope = f"disclosures.discard_posting:{actor.id}"
        if journal.once(scope, key, {"posting": posting_id}, posting_id) is not None:
            return
        rules.may_move(PostingState(held.state), PostingVerb.DISCARD, actor_id=actor.id).or_refuse()
        Posting.objects.filter(pk=posting_id).update(state=PostingState.DISCARDED)


def require_draft(held: Posting, actor: Actor) -> None:
    """Raise Refused where a posting is no draft any more."""
    rules.may_move(PostingState(held.state), PostingVerb.EDIT, actor_id=actor.id).or_refuse()


def add_rows(
    held: Posting, actor: Actor, rows: Sequence[Mapping[str, str]], brought: UUID | None = None
) -> int:
    """Put rows behind those a draft has; returns how many it has then."""
    last = Row.objects.filter(posting_id=held.pk).aggregate(last=Max("position"))["last"] or 0
    Row.objects.bulk_create(
        Row(
            id=id_, posting_id=held.pk, position=last + place, cells=dict(cells), brought_id=brought
        )
        for place, (id_, cells) in enumerate(zip(new_ids(len(rows)), rows, strict=True), start=1)
    )
    return counted(held, actor)


def who(actor: Actor) -> UUID | None:
    """Return the account behind an actor; None for the installation's own."""
    return None if actor.role == SYSTEM_ROLE else actor.id


def tell(kind: str, held: Posting, actor: Actor, *, amount: int | None = None) -> UUID:
    """Journal what happened to a posting."""
    item = item_as_applied(held.playbook_version, held.item_code)
    in_time = "yes" if clock.today() <= rules.due_on(item, held.first) else "no"
    return journal.record(
        kind,
        actor=actor,
        subject_kind="disclosures.posting",
        subject_id=held.pk,
        area_id=held.area_id,
        amount=amount,
        data=facts.PostingData(
            village=held.area_id,
            item=held.item_code,
            group=item.group,
            origin=str(item.origin),
            period=held.first.isoformat(),
            version=held.version,
            in_time=in_time,
        ),
        playbook_version=held.playbook_version,
    )


def counted(held: Posting, actor: Actor) -> int:
    """Note how many rows a draft has, and that the actor had a hand in it."""
    many = Row.objects.filter(posting_id=held.pk).count()
    if many > rules.ROWS_MAX:
        sentence = Sentence(
            "一份公示最多 {most} 行。",
            "A posting has at most {most} rows.",
            {"most": rules.ROWS_MAX},
        )
        raise Invalid("rows_too_many", sentence)
    Posting.objects.filter(pk=held.pk).update(
        row_count=many, preparer_ids=sorted({*held.preparer_ids, actor.id})
    )
    return many


def _number(area_id: UUID, playbook: str, item: ItemSpec, first: date, subject: str) -> int:
    known = Posting.objects.filter(
        area_id=area_id, playbook=playbook, item_code=item.code, first=first
    ).exclude(state=PostingState.DISCARDED)
    if item.frequency is Frequency.AT_ONCE:
        if not subject or len(subject) > SUBJECT_CHARACTERS_MAX:
            sentence = Sentence(
                "请写明是什么事，最多 {most} 字。",
                "Say what it is, in {most} characters at most.",
                {"most": SUBJECT_CHARACTERS_MAX},
            )
            raise Invalid("subject_missing", sentence, (FieldError("subject", sentence),))
        return 1 + (known.aggregate(last=Max("number"))["last"] or 0)
    if known.exclude(state=PostingState.TAKEN_DOWN).exists():
        raise Conflict(
            "posting_there",
            Sentence("这一期已经有了，请打开它。", "There is one of this period: open that."),
        )
    return 1


def _village(actor: Actor, area_id: UUID) -> directory.AreaRow:
    place = directory.area(area_id)
    require_covers(actor, place.scope_code, "area")
    if not place.kind.is_village:
        raise Invalid("not_a_village", Sentence("请选村（社区）。", "Choose a village."))
    return place


def read_rows(item: ItemSpec, rows: Sequence[Mapping[str, Cell]]) -> list[dict[str, str]]:
    """Return rows in their one form; Invalid("rows_unusable") names each wrong cell."""
    good, errors = [], []
    for number, cells in enumerate(rows, start=1):
        row, wrong = rules.read_row(item, cells)
        errors += [FieldError(f"{number}.{code}", sentence) for code, sentence in wrong]
        good.append(row)
    if errors:
        raise Invalid("rows_unusable", errors[0].sentence, tuple(errors))
    return good


def _told(rows: Sequence[Mapping[str, Cell]]) -> str:
    """Return what a command remembers of rows: that they are the same, and nothing to read."""
    return digest(json.dumps([{code: str(cell) for code, cell in row.items()} for row in rows]))
