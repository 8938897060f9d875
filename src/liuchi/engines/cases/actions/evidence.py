"""Photos that come with a report: kept for the staff of the place, and nobody's in particular."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.cases.scope import INTAKE
from liuchi.engines.directory import queries as directory
from liuchi.engines.files import actions as files
from liuchi.kernel.actors import Actor, system_actor

_KEEPER = system_actor(INTAKE.id, "files.document.write")


def keep_photo(
    content: bytes, name: str, *, area_id: UUID, key: str, actor: Actor | None = None
) -> UUID:
    """Store a photo of a report about an area and return its id; Invalid where it is none.

    Whoever reports with an account, or with none, has it stored by the installation: the
    picture belongs to the place, and says no more than it shows.
    """
    by = _KEEPER if actor is None or actor.own_rows_only else actor
    scope_code = directory.area(area_id).scope_code
    return files.store_image(content, name, actor=by, key=key, scope_code=scope_code).id
