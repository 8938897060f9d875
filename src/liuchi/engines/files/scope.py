"""Where contents lie on disk, and whose documents an actor may touch."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings

from liuchi.kernel.actors import Actor, Reach
from liuchi.kernel.errors import NotFound
from liuchi.kernel.keyring import KeyRing


def path_of(sha256: str) -> Path:
    """Return where a content lies: ``<data dir>/files/ab/cd/abcd…``."""
    return path_in(Path(settings.LIUCHI_DATA_DIR) / "files", sha256)


def path_in(store: Path, sha256: str) -> Path:
    """Return where a content lies in a store: the installation's, or a backup's."""
    return store / sha256[:2] / sha256[2:4] / sha256


def require_place(actor: Actor, scope_code: str, person_id: UUID | None) -> None:
    """Raise NotFound unless the actor may store something for this place and person."""
    own = actor.grants.get("files.document.write") is Reach.OWN
    if not actor.covers(scope_code) or (own and person_id != actor.person_id):
        raise NotFound("place")


def staged_path(import_id: UUID, *, bad_rows: bool = False) -> Path:
    """Return where the sealed file of an import lies, or its wrong rows."""
    ending = "rows" if bad_rows else "file"
    return staging_folder() / f"{import_id}.{ending}"


def staging_folder() -> Path:
    """Return the folder of everything that is on its way in."""
    return Path(settings.LIUCHI_DATA_DIR) / "imports"


def key_ring() -> KeyRing:
    """Return the installation's ring."""
    ring: KeyRing = settings.LIUCHI_KEY_RING
    return ring
