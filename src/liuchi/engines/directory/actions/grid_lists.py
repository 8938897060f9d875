"""Importing grids: an Excel list with or without outlines, or GeoJSON; and undoing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry

from liuchi.engines.directory import queries
from liuchi.engines.directory.actions.grids import (
    GridGiven,
    next_sequence,
    remove_grids,
    take_outline_back,
    write_grids,
    write_outlines,
)
from liuchi.engines.directory.enums import AreaKind, GridSetting
from liuchi.engines.directory.models import Area, Grid
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.directory.queries.grids import held_today, outside, overlap
from liuchi.engines.directory.rules import grids as grid_rules
from liuchi.engines.directory.rules import outlines
from liuchi.engines.directory.rules.outlines import Outline
from liuchi.engines.files.actions.lists import ListWork
from liuchi.engines.files.rules import (
    ImportBatch,
    ImportReport,
    ListReader,
    ListRow,
    RowProblem,
    UndoReport,
)
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import LiuchiError
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

_NAME = Sentence("请写网格名称，最多 40 字。", "Give the grid's name, 40 at most.")
_VILLAGE = Sentence("您的范围内没有这个村（社区）。", "No such village in your area.")
_WHICH = Sentence("请写明是哪个村（社区）。", "Say which village or community.")
_SETTING = Sentence("类别请填城市网格、农村网格或村界。", "Kind: urban, rural or boundary.")
_TWICE = Sentence("这个网格在表里出现过，这一行没有导入。", "Already in this table; left out.")
_VOIDED = Sentence("这个编码已作废，不能再用。", "This code was voided and cannot be used.")
_TAKEN = Sentence("这个编码是别的网格的，请核对。", "The code is another grid's. Check it.")
_NO_BORDER = Sentence("村界这一行要有边界。", "A boundary row needs an outline.")
_FULL = Sentence("这个村的编码用完了。", "The village has no code left.")
_IN_USE = Sentence("已有岗位、居民等记录，予以保留。", "Posts or people name it; kept.")
_CHANGED_SINCE = Sentence("导入后又有改动，予以保留。", "Changed again after the import; kept.")


@dataclass(slots=True)
class _Given:
    """What a row says, in one form. ``known`` is the place it speaks of, None for a new grid."""

    row: ListRow
    village: AreaRow
    name: str
    code: str
    setting: GridSetting | None
    outline: Outline | None
    known: AreaRow | None

    @property
    def is_boundary(self) -> bool:
        return self.known is self.village


@dataclass(slots=True)
class _Kept:
    """What an undo needs: places in the file by grid, by outline and by setting."""

    made: dict[str, list[Any]] = field(default_factory=dict)
    drawn: dict[str, list[Any]] = field(default_factory=dict)
    settings: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GridWork(ListWork):
    """What the directory does with a list of grids."""

    lock = "liuchi.directory.grids"

    def bring(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Add what is new, draw what differs; each row by itself is good or refused."""
        reader = ListReader()
        given = _read(reader, batch, actor)
        given = _apart(reader, given)
        fresh = _numbered(reader, [each for each in given if each.known is None])
        kept = _Kept()
        write_grids([grid for grid, _ in fresh], actor)
        kept.made = {str(grid.id): _place(each.row) for grid, each in fresh}
        ids = {id(each): grid.id for grid, each in fresh}
        drawn = _to_draw(given, ids)
        for id_, before in write_outlines(((a, o) for a, o, _ in drawn), actor).items():
            kept.drawn[str(id_)] = [str(before) if before else None]
        for (_, _, each), line in zip(drawn, kept.drawn.values(), strict=True):
            line[:0] = _place(each.row)
        changed = _settings(given, kept) | {id(each) for _, _, each in drawn if each.known}
        return ImportReport(
            new=len(fresh),
            changed=len(changed),
            unchanged=len(given) - len(fresh) - len(changed),
            refused=len(reader.refused),
            # Read first, then held against each other: back in the file's order.
            rows=tuple(sorted(reader.problems, key=lambda row: (row.sheet, row.row))),
            kept={"made": kept.made, "drawn": kept.drawn, "settings": kept.settings},
        )

    def undo(self, batch_id: UUID, kept: Mapping[str, Any], actor: Actor) -> UndoReport:  # noqa: ARG002
        """Remove new grids that nothing names, and give back outlines and settings."""
        stayed: list[RowProblem] = []
        made = {UUID(id_): place for id_, place in kept.get("made", {}).items()}
        gone = remove_grids(list(made), actor)
        stayed += [
            RowProblem(sheet, number, "name", _IN_USE)
            for id_, (sheet, number) in made.items()
            if id_ not in gone
        ]
        rows_gone = {tuple(place) for id_, place in made.items() if id_ in gone}
        restored = 0
        for id_, (sheet, number, before) in kept.get("drawn", {}).items():
            if (sheet, number) in rows_gone:
                continue
            if take_outline_back(UUID(id_), UUID(before) if before else None, actor):
                restored += 1
            else:
                stayed.append(RowProblem(sheet, number, "outline", _CHANGED_SINCE))
        for id_, (_sheet, _number, now, before) in kept.get("settings", {}).items():
            restored += Grid.objects.filter(pk=id_, setting=now).update(setting=before)
        return UndoReport(len(gone), restored, tuple(stayed))


class _Villages:
    """Villages and their grids in the actor's area, each looked up once."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._found: dict[str, AreaRow | None] = {}
        self._grids: dict[UUID, dict[str, AreaRow]] = {}

    def of(self, row: ListRow, code: str, outline: Outline | None) -> AreaRow | Sentence:
        text = row.text("village") or code[: -grid_rules.SEQUENCE_DIGITS]
        if text:
            return self._named(text) or (
                _VILLAGE if row.text("village") else self._named(code) or _VILLAGE
            )
        if self._actor.area_id is not None:
            own = queries.area(self._actor.area_id)
            if AreaKind(own.kind).is_village:
                return own
        found = None if outline is None else queries.place_at(*outline.centre)
        if found is None or not self._actor.covers(found.village.scope_code):
            return _WHICH
        return found.village

    def grids(self, village: AreaRow) -> dict[str, AreaRow]:
        if village.id not in self._grids:
            self._grids[village.id] = {
                key: row
                for row in queries.grids_of(village.id)
                for key in (row.name, row.scope_code)
            }
        return self._grids[village.id]

    def _named(self, text: str) -> AreaRow | None:
        if text not in self._found:
            try:
                row = queries.area_by_code(text) if text.isdecimal() else queries.area_named(text)
            except LiuchiError:
                self._found[text] = None
            else:
                fits = AreaKind(row.kind).is_village and self._actor.covers(row.scope_code)
                self._found[text] = row if fits else None
        return self._found[text]


def _read(reader: ListReader, batch: ImportBatch, actor: Actor) -> list[_Given]:
    villages, seen = _Villages(actor), set[tuple[UUID, str]]()
    found = []
    for row in reader.rows(batch):
        each = _given(row, reader, villages)
        if each is None:
            continue
        marks = {(each.village.id, mark) for mark in (each.name, each.code) if mark}
        if marks & seen:
            reader.refuse(row, "name", _TWICE)
            continue
        seen |= marks
        found.append(each)
    return found


def _given(row: ListRow, reader: ListReader, villages: _Villages) -> _Given | None:
    name, code, kind = row.text("name"), row.text("code"), row.text("setting")
    boundary, setting = grid_rules.is_boundary(kind), grid_rules.setting_of(kind)
    outline: Outline | None = None
    if text := row.text("outline"):
        read = outlines.read_outline(text, one_piece=not boundary)
        if isinstance(read, Outline):
            outline = read
        else:
            reader.refuse(row, "outline", read)
    village = villages.of(row, "" if boundary and not row.text("village") else code, outline)
    if isinstance(village, Sentence):
        reader.refuse(row, "village", village)
        return None
    if kind and not boundary and setting is None:
        reader.refuse(row, "setting", _SETTING)
    if boundary and not row.text("outline"):
        reader.refuse(row, "outline", _NO_BORDER)
    if not boundary and not 0 < len(name) <= grid_rules.NAME_CHARACTERS_MAX:
        reader.refuse(row, "name", _NAME)
    known = village if boundary else _known(row, village, reader, villages.grids(village))
    if (row.sheet, row.number) in reader.refused:
        return None
    return _Given(
        row, village, "" if boundary else name, "" if boundary else code, setting, outline, known
    )


def _known(
    row: ListRow, village: AreaRow, reader: ListReader, grids: Mapping[str, AreaRow]
) -> AreaRow | None:
    """Return the grid a row speaks of, known by its code, else by its name."""
    name, code = row.text("name"), row.text("code")
    by_name = grids.get(name)
    if not code:
        return by_name
    usable = grid_rules.code_usable(code, village.scope_code)
    if not usable.allowed and usable.sentence is not None:
        reader.refuse(row, "code", usable.sentence)
        return None
    held = grids.get(code)
    if held is None and Area.objects.filter(scope_code=code).exists():
        reader.refuse(row, "code", _VOIDED)
    elif (held is not None and held.name != name) or (by_name is not None and by_name != held):
        reader.refuse(row, "code", _TAKEN)
    return held


def _apart(reader: ListReader, given: Sequence[_Given]) -> list[_Given]:
    """Return the rows whose outlines lie in their village and over no other grid's.

    The first of two that overlap comes in: what stands already, then by row.
    """
    drawn = [each for each in given if each.outline is not None]
    redrawn = {each.known.id for each in drawn if each.known is not None}
    around = held_today()
    around |= {
        each.village.id: each.outline.geometry
        for each in drawn
        if each.is_boundary and each.outline is not None
    }
    names = {row.id: row.name for row in queries.areas(around).values()}
    standing: list[tuple[str, BaseGeometry]] = [
        (names[id_], shape)
        for id_, shape in around.items()
        if id_ not in redrawn and AreaKind(queries.area(id_).kind) is AreaKind.GRID
    ]
    grids = [each for each in drawn if not each.is_boundary]
    shapes = [shape for _, shape in standing]
    shapes += [each.outline.geometry for each in grids if each.outline is not None]
    pairs = _pairs(shapes)
    bad: set[int] = set()
    for number, each in enumerate(grids, start=len(standing)):
        village = around.get(each.village.id)
        metres = outlines.beyond(shapes[number], village) if village is not None else 0
        sentence = outside(each.name, each.village.name, metres) if metres else None
        for other in sorted(pairs.get(number, ())):
            if sentence is None and other < number and other not in bad:
                name = (
                    standing[other][0]
                    if other < len(standing)
                    else grids[other - len(standing)].name
                )
                over = outlines.overlaps(shapes[number], shapes[other])
                sentence = overlap(each.name, name, over) if over else None
        if sentence is not None:
            bad.add(number)
            reader.refuse(each.row, "outline", sentence)
    return [each for each in given if (each.row.sheet, each.row.number) not in reader.refused]


def _pairs(shapes: Sequence[BaseGeometry]) -> dict[int, set[int]]:
    """Return which shapes touch which: the tree spares comparing each with each."""
    found: dict[int, set[int]] = {}
    if not shapes:  # an empty array has no geometries in it
        return found
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        if a != b:
            found.setdefault(a, set()).add(b)
    return found


def _numbered(reader: ListReader, fresh: Sequence[_Given]) -> list[tuple[GridGiven, _Given]]:
    """Give new grids their codes: those they brought, then the next by where they lie."""
    found: list[tuple[GridGiven, _Given]] = []
    for village in {each.village.id: each.village for each in fresh}.values():
        own = [each for each in fresh if each.village.id == village.id]
        brought = [int(each.code[-grid_rules.SEQUENCE_DIGITS :]) for each in own if each.code]
        first = max([next_sequence(village.scope_code), *(number + 1 for number in brought)])
        unnumbered = [each for each in own if not each.code]
        centres = {str(n): each.outline.centre for n, each in enumerate(unnumbered) if each.outline}
        numbers = outlines.numbered(centres, first)
        rest = [n for n, each in enumerate(unnumbered) if str(n) not in numbers]
        numbers |= {str(n): place for place, n in enumerate(rest, start=first + len(numbers))}
        for n, each in enumerate(unnumbered):
            if numbers[str(n)] not in grid_rules.SEQUENCES:
                reader.refuse(each.row, "code", _FULL)
                continue
            each.code = f"{village.scope_code}{numbers[str(n)]:0{grid_rules.SEQUENCE_DIGITS}d}"
        usual = grid_rules.usual_setting(AreaKind(village.kind))
        found += [
            (GridGiven(new_id(), village.id, each.name, each.code, each.setting or usual), each)
            for each in own
            if each.code
        ]
    return found


def _to_draw(
    given: Sequence[_Given], ids: Mapping[int, UUID]
) -> list[tuple[UUID, Outline, _Given]]:
    standing = held_today()
    drawn = []
    for each in given:
        area_id = each.known.id if each.known is not None else ids.get(id(each))
        if each.outline is None or area_id is None:
            continue
        before = standing.get(area_id)
        if before is None or not each.outline.geometry.equals(before):
            drawn.append((area_id, each.outline, each))
    return drawn


def _settings(given: Sequence[_Given], kept: _Kept) -> set[int]:
    """Change what kind known grids are, where the file says so; which rows did."""
    known = {
        each.known.id: each
        for each in given
        if each.known is not None and not each.is_boundary and each.setting is not None
    }
    changed = set()
    for id_, before in Grid.objects.filter(pk__in=known).values_list("area_id", "setting"):
        each = known[id_]
        if each.setting is not None and before != each.setting:
            Grid.objects.filter(pk=id_).update(setting=each.setting)
            kept.settings[str(id_)] = [*_place(each.row), str(each.setting), before]
            changed.add(id(each))
    return changed


def _place(row: ListRow) -> list[Any]:
    return [row.sheet, row.number]
