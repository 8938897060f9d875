"""All reads of files. Inside ``acting_as(actor)``; out of scope reads as not found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liuchi.engines.files.models import Document
from liuchi.engines.files.scope import path_of
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A stored file: size in bytes; width and height in pixels, None but for pictures."""

    id: UUID
    sha256: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    taken_at: datetime | None


def document(actor: Actor, document_id: UUID) -> DocumentRow:
    """Return a document of the actor's area; one's own where the reach is ``own``."""
    actor.may("files.document.read").or_refuse()
    require(actor)
    found = Document.objects.filter(pk=document_id).first()
    if found is None:
        raise NotFound("document")
    return row(found)


def visible(actor: Actor, document_ids: Iterable[UUID]) -> tuple[UUID, ...]:
    """Return those of some documents the actor may open, in their order; one query.

    A list of an activity belongs to the community: whoever stands on it does not see it.
    """
    require(actor)
    wanted = list(document_ids)
    if not wanted or not actor.may("files.document.read").allowed:
        return ()
    held = set(Document.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    return tuple(each for each in wanted if each in held)


def content(actor: Actor, document_id: UUID) -> tuple[DocumentRow, bytes]:
    """Return a document with its bytes; NotFound as well where the file itself is gone."""
    found = document(actor, document_id)
    return found, _bytes(found)


def issued(actor: Actor, document_id: UUID) -> tuple[DocumentRow, bytes]:
    """Return a document in scope with its bytes, whatever the verb.

    For an engine whose own verb lets the actor read what it had stored here.
    """
    require(actor)
    found = Document.objects.filter(pk=document_id, person_id__isnull=True).first()
    if found is None:
        raise NotFound("document")
    return row(found), _bytes(row(found))


def _bytes(found: DocumentRow) -> bytes:
    try:
        return path_of(found.sha256).read_bytes()
    except FileNotFoundError as error:
        raise NotFound("content") from error


def row(found: Document) -> DocumentRow:
    """Return the frozen row of a document."""
    return DocumentRow(
        found.id,
        found.sha256,
        found.media_type,
        found.size,
        found.width,
        found.height,
        found.taken_at,
    )
