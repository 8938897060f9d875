"""Documents: contents first, then the row that makes them findable."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from liuchi.engines.files import queries, rules
from liuchi.engines.files.enums import MediaType
from liuchi.engines.files.facts import (
    DOCUMENT_ERASED,
    DOCUMENT_STORED,
    DocumentData,
    DocumentErasedData,
)
from liuchi.engines.files.models import Document
from liuchi.engines.files.queries import DocumentRow
from liuchi.engines.files.scope import path_of, require_place
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as, require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.ids import new_id


def store_image(
    content: bytes,
    filename: str,
    *,
    actor: Actor,
    key: str,
    scope_code: str,
    person_id: UUID | None = None,
    side_pixels_max: int = rules.STORED_SIDE_PIXELS_MAX,
) -> DocumentRow:
    """Store a photo without its metadata and return its row.

    ``person_id``: whose document it is; a resident may store one's own only. The name
    is looked at for its ending and forgotten. Invalid("not_an_image") for anything that
    is not the picture its name says, Invalid("image_too_large") past the limits.
    """
    actor.may("files.document.write").or_refuse()
    require_place(actor, scope_code, person_id)
    body = {
        "given": hashlib.sha256(content).hexdigest(),
        "scope_code": scope_code,
        "person": str(person_id),
    }
    # Decoding and the disk come before the transaction: neither may hold a connection.
    image = rules.clean_image(content, filename, side_pixels_max)
    sha256 = _keep(image.content)
    document = Document(
        id=new_id(),
        sha256=sha256,
        media_type=image.media_type,
        size=len(image.content),
        width=image.width,
        height=image.height,
        taken_at=image.taken_at,
        scope_code=scope_code,
        person_id=person_id,
        created_at=clock.now(),
        created_by=actor.id,
    )
    with acting_as(actor):
        done = once(f"files.store_image:{actor.id}", key, body, document.id)
        if done is not None:
            return queries.row(Document.objects.get(pk=done))
        document.save(force_insert=True)
        _journal(document, actor)
    return queries.row(document)


def erase_documents(document_ids: Iterable[UUID], *, actor: Actor) -> int:
    """Erase documents that nobody may keep any longer; return how many there were.

    The contents follow when ``jobs.sweep_contents`` finds that no document needs them.
    Repeating it changes nothing.
    """
    actor.may("files.document.erase").or_refuse()
    with acting_as(actor):
        found = list(Document.objects.filter(pk__in=list(document_ids)).order_by("pk"))
        for document in found:
            record(
                DOCUMENT_ERASED.kind,
                actor=actor,
                subject_kind="document",
                subject_id=document.id,
                area_id=actor.area_id,
                data=DocumentErasedData(document=document.id),
            )
        Document.objects.filter(pk__in=[document.pk for document in found]).delete()
    return len(found)


def store_issued(
    content: bytes,
    media_type: MediaType,
    *,
    actor: Actor,
    scope_code: str,
    pixels: tuple[int, int] | None = None,
) -> DocumentRow:
    """Store a file that this installation made and has issued; nobody's personal document.

    ``pixels`` are the width and height of a picture.

    Asks no verb and takes no key: it runs inside the action that issues, which has both.
    """
    require(actor)
    if not actor.covers(scope_code):
        raise NotFound("place")
    document = Document(
        id=new_id(),
        sha256=_keep(content),
        media_type=media_type,
        size=len(content),
        width=pixels[0] if pixels else None,
        height=pixels[1] if pixels else None,
        scope_code=scope_code,
        created_at=clock.now(),
        created_by=actor.id,
    )
    document.save(force_insert=True)
    _journal(document, actor)
    return queries.row(document)


def _keep(content: bytes) -> str:
    """Write a content under its hash unless it is there; whole and on disk, or not at all.

    A crash before the row leaves a content nobody can find, which is harmless, and
    never a row without its content.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if path.exists():
        os.utime(path)  # young again: the sweep of contents nobody needs passes it by
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return sha256


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _journal(document: Document, actor: Actor) -> None:
    record(
        DOCUMENT_STORED.kind,
        actor=actor,
        subject_kind="document",
        subject_id=document.id,
        area_id=actor.area_id,
        data=DocumentData(
            document=document.id,
            media_type=document.media_type,
            size_bytes=document.size,
            sha256=document.sha256,
        ),
    )
