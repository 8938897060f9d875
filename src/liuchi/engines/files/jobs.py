"""Periodic work of files."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from liuchi.engines.files.actions import imports
from liuchi.engines.files.models import Document
from liuchi.engines.files.scope import path_of
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import system_actor
from liuchi.kernel.ids import new_id

CONTENT_YOUNG = timedelta(days=1)
"""A content younger than this may belong to a document whose row is still to come."""


def damaged_documents() -> tuple[UUID, ...]:
    """Return documents whose content is missing or no longer what was stored."""
    with acting_as(system_actor(new_id(), "files.document.read")):
        held = list(Document.objects.order_by("id").values_list("id", "sha256"))
    return tuple(id_ for id_, sha256 in held if not _whole(sha256))


def _whole(sha256: str) -> bool:
    try:
        return hashlib.sha256(path_of(sha256).read_bytes()).hexdigest() == sha256
    except FileNotFoundError:
        return False


def forget_imports() -> int:
    """Delete tables nobody finished importing within a day; returns how many."""
    return imports.forget_expired(actor=system_actor(new_id())) + imports.forget_strays()


def sweep_contents() -> int:
    """Delete contents no document needs: of erased ones and of uploads that broke off."""
    store = Path(settings.LIUCHI_DATA_DIR) / "files"
    before = (clock.now() - CONTENT_YOUNG).timestamp()
    old = {path.name: path for path in store.glob("??/??/*") if path.stat().st_mtime < before}
    with acting_as(system_actor(new_id(), "files.document.read")):
        held = set(Document.objects.filter(sha256__in=old).values_list("sha256", flat=True))
    for name in old.keys() - held:
        old[name].unlink()
    return len(old.keys() - held)
