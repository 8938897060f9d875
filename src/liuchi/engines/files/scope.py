"""Where contents lie on disk, and whose documents an actor may touch."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings

from liuchi.kernel.actors import Actor, Reach
from liuchi.kernel.errors import NotFound


def path_of(sha256: str) -> Path:
    """Return where a content lies: ``<data dir>/files/ab/cd/abcd…``."""
    return Path(settings.LIUCHI_DATA_DIR) / "files" / sha256[:2] / sha256[2:4] / sha256


def require_place(actor: Actor, scope_code: str, person_id: UUID | None) -> None:
    """Raise NotFound unless the actor may store something for this place and person."""
    own = actor.grants.get("files.document.write") is Reach.OWN
    if not actor.covers(scope_code) or (own and person_id != actor.person_id):
        raise NotFound("place")
