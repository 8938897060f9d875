"""Where rows belong: villages and grids by name, alias or code, each looked up once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from liuchi.engines.directory import queries, rules
from liuchi.engines.directory.enums import AreaKind
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import LiuchiError
from liuchi.kernel.sentences import Sentence

_NO_VILLAGE = rules.Problem(
    "village",
    Sentence("您的范围内没有这个村（社区）。", "No such village or community in your area."),
)
_WHICH_VILLAGE = rules.Problem(
    "village", Sentence("请写明是哪个村（社区）。", "Say which village or community.")
)
_NO_GRID = rules.Problem(
    "grid", Sentence("这个村（社区）没有这个网格。", "No such grid in this village.")
)


@dataclass(frozen=True, slots=True)
class Home:
    """Where a person is registered."""

    village: UUID
    town: UUID
    grid: UUID | None
    scope_code: str


class Places:
    """Looks places up in the actor's area and remembers the answers."""

    def __init__(self, actor: Actor) -> None:
        """Begin with nothing looked up."""
        self._actor = actor
        self._homes: dict[tuple[str, str], Home | rules.Problem] = {}
        self._villages: dict[str, tuple[queries.AreaRow, UUID] | None] = {}
        self._grids: dict[UUID, tuple[queries.AreaRow, ...]] = {}

    def find(self, village: str, grid: str) -> Home | rules.Problem:
        """Return the place of a row; without a village, the actor's own."""
        if (village, grid) not in self._homes:
            self._homes[village, grid] = self._look_up(village.strip(), grid.strip())
        return self._homes[village, grid]

    def stands(self, home: Home) -> bool:
        """Whether a place that was found some time ago would be found the same today."""
        try:
            area = queries.area(home.village)
        except LiuchiError:
            return False
        grid = "" if home.grid is None else str(home.grid)
        found = self._villages.setdefault(area.code, self._find_village(area.code))
        if found is None or found[0].id != home.village:
            return False
        held = {str(each.id): each.scope_code for each in self._grids[area.id]}
        scope = held.get(grid) if grid else area.scope_code
        return (found[1], scope) == (home.town, home.scope_code)

    def _look_up(self, village: str, grid: str) -> Home | rules.Problem:
        if not village:
            own = self._own_village()
            if own is None:
                return _WHICH_VILLAGE
            village = own
        if village not in self._villages:
            self._villages[village] = self._find_village(village)
        found = self._villages[village]
        if found is None:
            return _NO_VILLAGE
        area, town = found
        if not grid:
            return Home(area.id, town, None, area.scope_code)
        held = _grid_called(grid, area.name, self._grids[area.id])
        if held is None:
            return _NO_GRID
        return Home(area.id, town, held.id, held.scope_code)

    def _own_village(self) -> str | None:
        if self._actor.area_id is None:
            return None
        area = queries.area(self._actor.area_id)
        if AreaKind(area.kind) is AreaKind.GRID and area.parent_id is not None:
            area = queries.area(area.parent_id)
        return area.code if AreaKind(area.kind).is_village else None

    def _find_village(self, text: str) -> tuple[queries.AreaRow, UUID] | None:
        try:
            area = queries.area_by_code(text) if text.isdecimal() else queries.area_named(text)
        except LiuchiError:
            return None
        town = queries.town_of(area.id)
        if not AreaKind(area.kind).is_village or town is None or not self._visible(area):
            return None
        self._grids[area.id] = queries.children(area.id)
        return area, town.id

    def _visible(self, area: queries.AreaRow) -> bool:
        # A grid worker registers people of the grid; the grid decides, later, by row.
        return self._actor.covers(area.scope_code) or self._actor.scope_code.startswith(
            area.scope_code
        )


class Areas:
    """Any places of the actor's, by name or code, each looked up once."""

    def __init__(self, actor: Actor) -> None:
        """Begin with nothing looked up."""
        self._actor = actor
        self._found: dict[str, UUID | None] = {}

    def find(self, text: str) -> UUID | None:
        """Return an area of the actor's; the actor's own for ""; None where there is none."""
        if text not in self._found:
            self._found[text] = self._look_up(text)
        return self._found[text]

    def _look_up(self, text: str) -> UUID | None:
        if not text:
            return self._actor.area_id
        try:
            area = queries.area_by_code(text) if text.isdecimal() else queries.area_named(text)
        except LiuchiError:
            return None
        return area.id if self._actor.covers(area.scope_code) else None


def _grid_called(
    text: str, village: str, grids: tuple[queries.AreaRow, ...]
) -> queries.AreaRow | None:
    """Return the grid of a name or code; 第一网格 is 罗冲第一网格 within 罗冲社区."""
    for grid in grids:
        if text in (grid.name, grid.code):
            return grid
    alike = [grid for grid in grids if grid.name.endswith(text) or text.endswith(grid.name)]
    return alike[0] if len(alike) == 1 and village else None
