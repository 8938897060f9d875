"""Which place a list of cases is about: the post's own, or one of those below it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import AreaRow
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Ground:
    """The place shown and those to choose from; of one place there is no choice."""

    area: AreaRow
    choices: tuple[AreaRow, ...]
    path: str

    @property
    def urls(self) -> tuple[tuple[AreaRow, str, bool], ...]:
        """Each place with its address and whether it is the one shown."""
        return tuple(
            (each, f"{self.path}?{urlencode({'area': each.code})}", each.id == self.area.id)
            for each in self.choices
        )


def ground(request: HttpRequest, actor: Actor, *, lists: bool = False) -> Ground:
    """Return the place asked for by ``?area=``, within the actor's own; NotFound outside it.

    ``lists``: only a town, community or grid, by which rows are found; whoever is above towns
    sees one town at a time.
    """
    if actor.area_id is None:
        raise NotFound("area")
    own = directory.area(actor.area_id)
    below = directory.children(own.id)
    is_above = not (own.kind.is_town or own.kind.is_village or own.kind is AreaKind.GRID)
    choices = below if lists and is_above else (own, *below)
    wanted = request.GET.get("area", "")
    if not wanted:
        if not choices:
            raise NotFound("area")
        return Ground(choices[0], choices, request.path)
    found = directory.area_by_code(wanted)
    if not actor.covers(found.scope_code) or (lists and found not in choices):
        raise NotFound("area")
    return Ground(found, choices if found in choices else (*choices, found), request.path)
