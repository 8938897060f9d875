"""Areas: the shipped reference data, and what a reorganisation changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from ruamel.yaml import YAML

from liuchi.engines.directory import queries
from liuchi.engines.directory.enums import AreaKind, CodeSystem, NameKind, Tree
from liuchi.engines.directory.facts import AREA_MOVED, AreaMovedData
from liuchi.engines.directory.models import Area, AreaCode, AreaLink, AreaName, Grid
from liuchi.engines.directory.rules.grids import usual_setting
from liuchi.engines.directory.scope import require_covers
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as, changed
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, FieldError, Invalid
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "anqing.yaml"


@dataclass(frozen=True, slots=True)
class _Node:
    """One area of the file, with the name of its parent in each tree."""

    raw: Mapping[str, Any]
    parent: str | None
    statistical_parent: str | None

    @property
    def name(self) -> str:
        return str(self.raw["name"])

    @property
    def village_kind(self) -> str:
        """What the village of a grid is."""
        return str(self.raw["village_kind"])


def load_reference_areas(path: Path = REFERENCE) -> int:
    """Add the areas of a reference file that are not known yet; return how many.

    Safe to repeat, also after areas were recoded: an area is known by any managing
    code it ever had. Ships with the software, so it asks for nobody's rights.
    """
    data = YAML(typ="safe").load(path)
    start: date = data["valid_from"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('liuchi.areas', 0))")
        known = dict(
            AreaCode.objects.filter(system=CodeSystem.MANAGING).values_list("code", "area_id")
        )
        nodes = list(_nodes(data["areas"], None))
        fresh = [node for node in nodes if node.raw["code"] not in known]
        areas = [_area(node, start) for node in fresh]
        Area.objects.bulk_create(areas)
        by_name = {node.name: known.get(node.raw["code"]) for node in nodes}
        by_name.update({node.name: area.id for node, area in zip(fresh, areas, strict=True)})
        ids = {name: id_ for name, id_ in by_name.items() if id_ is not None}
        AreaName.objects.bulk_create(name for node in fresh for name in _names(node, ids, start))
        AreaCode.objects.bulk_create(code for node in fresh for code in _codes(node, ids, start))
        AreaLink.objects.bulk_create(link for node in fresh for link in _links(node, ids, start))
        Grid.objects.bulk_create(
            Grid(area_id=area.id, setting=usual_setting(AreaKind(node.village_kind)))
            for node, area in zip(fresh, areas, strict=True)
            if area.kind == AreaKind.GRID
        )
        if fresh:
            cursor.execute("SELECT directory_rebuild_closure()")
        changed("areas")
    return len(fresh)


def reorganise(
    *,
    area_id: UUID,
    new_parent_id: UUID,
    on: date,
    actor: Actor,
    key: str,
    tree: Tree = Tree.MANAGING,
    new_code: str | None = None,
) -> None:
    """Give an area another parent from a day on (not a future one).

    In the managing tree ``new_code`` is needed; it begins with the new parent's, and
    everything that carries a scope code is restamped at once. Facts stay as they are:
    they name the leaf area. Figures of earlier days keep the earlier tree.
    """
    actor.may("directory.area.write").or_refuse()
    area, parent = queries.area(area_id), queries.area(new_parent_id)
    require_covers(actor, area.scope_code, "area")
    require_covers(actor, parent.scope_code, "area")
    code = _usable_code(new_code, parent, area, tree)
    if on > clock.today():
        raise _invalid("on", "生效日期不能晚于今天。", "The day in force cannot be in the future.")
    body = {"area": str(area_id), "parent": str(new_parent_id), "on": str(on), "tree": tree}
    with acting_as(actor):
        if once(f"directory.reorganise:{actor.id}", key, {**body, "code": code}, area_id):
            return
        before = _relink(area_id, new_parent_id, tree, on)
        if tree is Tree.MANAGING:
            _recode(area_id, area.scope_code, code, on)
        changed("areas")
        record(
            AREA_MOVED.kind,
            actor=actor,
            subject_kind="area",
            subject_id=area_id,
            area_id=area_id,
            data=AreaMovedData(
                area=area_id, tree=tree, parent_before=before, parent=new_parent_id, code=code
            ),
        )


def _usable_code(
    new_code: str | None, parent: queries.AreaRow, area: queries.AreaRow, tree: Tree
) -> str:
    if tree is Tree.STATISTICAL:
        return area.scope_code
    code = new_code or ""
    if not code.isdecimal() or not code.startswith(parent.scope_code) or code == parent.scope_code:
        raise _invalid(
            "new_code",
            f"新代码须以上级代码 {parent.scope_code} 开头。",
            f"The new code begins with the parent's, {parent.scope_code}.",
        )
    return code


def _relink(area_id: UUID, parent_id: UUID, tree: Tree, on: date) -> UUID | None:
    """End the present link and begin the new one; returns the parent before."""
    now = AreaLink.objects.filter(tree=tree, child_id=area_id, valid_to__isnull=True).first()
    try:
        with transaction.atomic():
            if now is not None:
                AreaLink.objects.filter(pk=now.pk).update(valid_to=on)
            AreaLink.objects.create(tree=tree, parent_id=parent_id, child_id=area_id, valid_from=on)
            with connection.cursor() as cursor:
                cursor.execute("SELECT directory_rebuild_closure()")
    except IntegrityError as error:
        raise Conflict(
            "area_link_refused",
            Sentence(
                "这次调整与已有的隶属关系冲突（日期重叠或成环），请核对。",
                "This conflicts with the parents on record (dates overlap, or a circle).",
            ),
        ) from error
    return None if now is None else now.parent_id


def _recode(area_id: UUID, old: str, new: str, on: date) -> None:
    """Begin new managing codes for the area and all below, and restamp what carries them."""
    if Area.objects.filter(scope_code=new).exclude(pk=area_id).exists():
        raise _invalid("new_code", f"代码 {new} 已有地方使用。", f"The code {new} is taken.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_restamp(%s, %s, %s)", [area_id, new, on])
    if old == new:
        return
    moved = list(Area.objects.filter(scope_code__startswith=new).values_list("id", "scope_code"))
    AreaCode.objects.filter(
        system=CodeSystem.MANAGING, area_id__in=[id_ for id_, _ in moved], valid_to__isnull=True
    ).update(valid_to=on)
    AreaCode.objects.bulk_create(
        AreaCode(area_id=id_, system=CodeSystem.MANAGING, code=code, valid_from=on)
        for id_, code in moved
    )


def _nodes(raw: list[Mapping[str, Any]], parent: str | None) -> Iterator[_Node]:
    for area in raw:
        yield _Node(area, parent, area.get("statistical_parent", parent))
        yield from _nodes(area.get("children", []), area["name"])
        yield from _nodes(list(_numbered(area)), area["name"])
        for number, name in enumerate(area.get("grids", []), start=1):
            grid = {
                "name": name,
                "kind": AreaKind.GRID,
                "code": f"{area['code']}{number:03d}",
                "provisional": True,
                "village_kind": area["kind"],
            }
            yield _Node(grid, area["name"], None)


def _numbered(area: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield invented villages of a town, ``communities: 2`` and ``villages: 5``.

    Their codes are in the ranges of the rules: up to 199 for communities, from 200 for villages.
    """
    short = str(area["name"]).removesuffix("街道")
    short = short if short != area["name"] else short[:-1]
    for key, kind, word, first in (
        ("communities", AreaKind.COMMUNITY, "社区", 101),
        ("villages", AreaKind.VILLAGE, "村", 201),
    ):
        for number in range(area.get(key, 0)):
            yield {
                "name": f"{short}示例{number + 1}{word}",
                "kind": kind,
                "code": f"{area['code']}{first + number:03d}",
                "provisional": True,
            }


def _area(node: _Node, start: date) -> Area:
    return Area(
        id=new_id(),
        kind=AreaKind(node.raw["kind"]),
        scope_code=node.raw["code"],
        provisional=node.raw.get("provisional", False),
        valid_from=start,
    )


def _names(node: _Node, ids: Mapping[str, UUID], start: date) -> Iterator[AreaName]:
    names = [(node.name, NameKind.OFFICIAL)]
    names += [(alias, NameKind.ALIAS) for alias in node.raw.get("aliases", [])]
    for name, kind in names:
        yield AreaName(area_id=ids[node.name], name=name, kind=kind, valid_from=start)


def _codes(node: _Node, ids: Mapping[str, UUID], start: date) -> Iterator[AreaCode]:
    history = node.raw.get("history", {})
    area_id = ids[node.name]
    yield AreaCode(
        area_id=area_id, system=CodeSystem.MANAGING, code=node.raw["code"], valid_from=start
    )
    for system, code in node.raw.get("codes", {}).items():
        former = history.get("codes", {}).get(system)
        since = history["until"] if former else start
        yield AreaCode(area_id=area_id, system=CodeSystem(system), code=code, valid_from=since)
        if former:
            yield AreaCode(
                area_id=area_id, system=system, code=former, valid_from=start, valid_to=since
            )


def _links(node: _Node, ids: Mapping[str, UUID], start: date) -> Iterator[AreaLink]:
    child = ids[node.name]
    if node.parent:
        yield AreaLink(
            tree=Tree.MANAGING, parent_id=ids[node.parent], child_id=child, valid_from=start
        )
    if node.statistical_parent:
        history = node.raw.get("history", {})
        former = history.get("statistical_parent")
        since = history["until"] if former else start
        parent = ids[node.statistical_parent]
        yield AreaLink(tree=Tree.STATISTICAL, parent_id=parent, child_id=child, valid_from=since)
        if former:
            yield AreaLink(
                tree=Tree.STATISTICAL,
                parent_id=ids[former],
                child_id=child,
                valid_from=start,
                valid_to=since,
            )


def _invalid(field: str, zh: str, en: str) -> Invalid:
    sentence = Sentence(zh, en)
    return Invalid("area_change_unusable", sentence, (FieldError(field, sentence),))
