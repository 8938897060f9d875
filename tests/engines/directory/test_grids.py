"""Grids and outlines: brought by list or GeoJSON, numbered, held against each other, undone."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from engines.directory.rosters import bring, choose, counts, everything, ready, receive, said
from liuchi.engines.directory import actions, queries
from liuchi.engines.directory.rules.outlines import Outline, numbered, read_outline
from liuchi.engines.files.actions import imports
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

HEADERS = ["网格名称", "网格编码", "所属村", "类别", "边界"]
VILLAGE = "黄铺村"  # has no grids of its own
CODE = "340882901001"
TABLES = ("directory_area", "directory_grid", "directory_area_outline", "directory_area_code")


@pytest.fixture(autouse=True)
def staging(settings, tmp_path: Path) -> None:
    settings.LIUCHI_DATA_DIR = tmp_path


@pytest.fixture
def town(db: str) -> Actor:
    return system_actor(new_id(), "directory.grid.write", "accounts.post.write")


def square(west: float, south: float, side: float = 0.01) -> str:
    east, north = west + side, south + side
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return f"POLYGON(({', '.join(f'{x:.4f} {y:.4f}' for x, y in corners)}))"


def listed(actor: Actor) -> list[tuple[str, str, str, int | None]]:
    with acting_as(actor):
        rows = queries.grid_page(actor, village_id=queries.area_named(VILLAGE).id).rows
    return [(row.name, row.code, str(row.setting), row.square_metres) for row in rows]


def findings(name: str = VILLAGE) -> list[str]:
    return [
        each.in_language("zh") for each in queries.outline_findings(queries.area_named(name).id)
    ]


def test_a_list_comes_in_numbered_from_the_north_west_and_goes_back(town):
    rows = [
        HEADERS,
        ["东南", None, VILLAGE, None, square(116.01, 30.00)],
        ["西北", None, VILLAGE, "城市网格", square(116.00, 30.01)],
        ["东北", None, VILLAGE, None, square(116.01, 30.01)],
        ["西南", None, VILLAGE, None, square(116.00, 30.00)],
        ["没画的", None, VILLAGE, None, None],
    ]
    before = everything(*TABLES)
    _, report = ready(town, rows, target="grids")
    assert (counts(report), said(report)) == ((5, 0, 0, 0), [])
    assert everything(*TABLES) == before  # a dry run leaves nothing
    import_id, _ = bring(town, rows, target="grids")
    metres = listed(town)[0][3]
    assert metres == pytest.approx(0.01**2 * 111_320**2 * 0.866, rel=0.002)
    assert [row[:3] for row in listed(town)] == [
        ("西北", f"{CODE}001", "urban"),
        ("东北", f"{CODE}002", "rural"),
        ("西南", f"{CODE}003", "rural"),
        ("东南", f"{CODE}004", "rural"),
        ("没画的", f"{CODE}005", "rural"),
    ]
    at = queries.place_at(116.015, 30.015)
    assert at is not None
    assert (at.village.name, at.grid and at.grid.name) == (VILLAGE, "东北")
    assert queries.place_at(116.5, 30.5) is None
    assert counts(bring(town, rows, target="grids")[1]) == (0, 0, 5, 0)
    done = imports.undo(import_id, actor=town, key="a")
    assert (done.removed, done.restored, done.rows) == (5, 0, ())
    assert everything(*TABLES) == before
    assert queries.place_at(116.015, 30.015) is None


def test_a_wrong_row_says_what_to_do_and_the_others_come_in(town):
    bow = "POLYGON((116 30, 116.01 30.01, 116.01 30, 116 30.01, 116 30))"
    rows = [
        HEADERS,
        ["村界", None, VILLAGE, "村界", square(116.0, 30.0, 0.02)],
        ["甲", f"{CODE}007", VILLAGE, None, square(116.0, 30.0)],
        ["乙", None, VILLAGE, None, square(116.005, 30.0)],
        ["丙", None, VILLAGE, None, square(116.015, 30.0)],
        ["丁", None, VILLAGE, None, bow],
        ["戊", None, VILLAGE, None, "POLYGON((30 116, 30.1 116, 30.1 116.1, 30 116))"],
        ["己", "340882901002001", VILLAGE, None, None],
        ["庚", None, "没有这里", None, None],
        ["辛", None, VILLAGE, "太空", None],
        ["甲", None, VILLAGE, None, None],
        [None, None, VILLAGE, None, None],
        ["壬", None, VILLAGE, None, None],
    ]
    _, report = bring(town, rows, target="grids")
    assert counts(report) == (2, 1, 0, 9)
    assert said(report) == [
        (4, "E", "乙与甲重叠 536568 平方米。"),
        (5, "E", "丙有 536568 平方米在黄铺村以外。"),
        (6, "E", "边界自己交叉了，请重画。"),
        (7, "E", "坐标应为经纬度，先经后纬，在中国范围内。"),
        (8, "B", f"网格编码应是 {CODE} 加 3 位数字。"),
        (9, "C", "您的范围内没有这个村（社区）。"),
        (10, "D", "类别请填城市网格、农村网格或村界。"),
        (11, "A", "这个网格在表里出现过，这一行没有导入。"),
        (12, "A", "请写网格名称，最多 40 字。"),
    ]
    assert [row[:2] for row in listed(town)] == [("甲", f"{CODE}007"), ("壬", f"{CODE}008")]
    assert findings() == ["壬还没有边界。", "黄铺村有 3219194 平方米不在任何网格里。"]


def test_geojson_is_a_table_too_and_an_outline_drawn_anew_can_be_taken_back(town, clock):
    def content(*squares: tuple[str, float]) -> bytes:
        features = [
            {
                "type": "Feature",
                "properties": {"name": name, "village": VILLAGE, "备注": {"a": 1}},
                "geometry": ring(west),
            }
            for name, west in squares
        ]
        return json.dumps({"type": "FeatureCollection", "features": features}).encode()

    def ring(west: float) -> dict[str, Any]:
        read = read_outline(square(west, 30.0), one_piece=True)
        assert isinstance(read, Outline)
        return read.geojson()

    def take(given: bytes) -> UUID:
        import_id = imports.receive(
            given, "网格.geojson", target="grids", actor=town, key=str(new_id())
        ).id
        choose(town, import_id)
        imports.check(import_id, actor=town)
        imports.run(import_id, actor=town, key=str(new_id()))
        return import_id

    take(content(("甲", 116.0), ("乙", 116.01)))
    clock.advance(timedelta(days=1))
    second = take(content(("甲", 116.0), ("乙", 116.011)))
    assert queries.place_at(116.0105, 30.005) is None
    assert imports.undo(second, actor=town, key="b").restored == 1
    at = queries.place_at(116.0105, 30.005)
    assert at is not None
    assert at.grid is not None
    assert at.grid.name == "乙"
    with pytest.raises(Invalid) as wrong:
        receive(town, b'{"type": "Nothing"}', "grids")
    assert wrong.value.code == "file_unknown"


def test_a_code_is_voided_with_a_reason_once_nobody_is_left(town, account):
    bring(town, [HEADERS, ["甲", None, VILLAGE, None, square(116.0, 30.0)]], target="grids")
    grid = queries.area_by_code(f"{CODE}001")
    root = system_actor(new_id(), "accounts.post.write", "directory.area.write")
    post = actions.appoint(account("worker"), "recorder", grid.id, actor=root, key="p")
    with pytest.raises(Refused, match="grid_held"):
        actions.void_grid(grid_id=grid.id, reason="并入乙网格", actor=town, key="1")
    actions.end_post(post_id=post, actor=root, key="e")
    with pytest.raises(Refused, match="reason_missing"):
        actions.void_grid(grid_id=grid.id, reason=" ", actor=town, key="2")
    actions.void_grid(grid_id=grid.id, reason="并入乙网格", actor=town, key="3")
    actions.void_grid(grid_id=grid.id, reason="并入乙网格", actor=town, key="3")
    with pytest.raises(Refused, match="grid_voided"):
        actions.void_grid(grid_id=grid.id, reason="并入乙网格", actor=town, key="4")
    with acting_as(town):
        assert queries.grid(town, grid.id).void_reason == "并入乙网格"
    assert queries.place_at(116.005, 30.005) is None
    again = [HEADERS, ["甲", f"{CODE}001", VILLAGE, None, None], ["乙", None, VILLAGE, None, None]]
    _, report = bring(town, again, target="grids")
    assert said(report) == [(2, "B", "这个编码已作废，不能再用。")]
    assert listed(town)[-1][:2] == ("乙", f"{CODE}002")


def test_grids_of_another_village_are_not_there(official):
    secretary = official("secretary", "罗冲社区")
    other = queries.children(queries.area_named("盛塘社区").id)[0]
    with pytest.raises(NotFound):
        actions.void_grid(grid_id=other.id, reason="不归我管", actor=secretary, key="1")
    rows = [HEADERS, ["甲", None, "盛塘社区", None, None]]
    assert said(ready(secretary, rows, target="grids")[1]) == [
        (2, "C", "您的范围内没有这个村（社区）。")
    ]
    with acting_as(secretary):
        names = {row.village_name for row in queries.grid_page(secretary).rows}
    assert names == {"罗冲社区"}
    with pytest.raises(Refused):
        ready(official("reviewer", "罗冲社区"), rows, target="grids")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "边界读不出，请给 GeoJSON 或 WKT 多边形。"),
        ("[1]", "边界读不出，请给 GeoJSON 或 WKT 多边形。"),
        (
            '{"type": "Polygon", "coordinates": [[["a", 1]]]}',
            "边界读不出，请给 GeoJSON 或 WKT 多边形。",
        ),
        ("POINT(116 30)", "边界要是多边形，不能是点或线。"),
        (
            '{"type": "Polygon", "coordinates": [[[116, 30], [116.1, 30], [116.1, 30.1]]]}',
            "边界没有闭合：首尾两点要相同。",
        ),
    ],
)
def test_what_is_no_outline(text: str, sentence: str) -> None:
    read = read_outline(text, one_piece=True)
    assert isinstance(read, Sentence)
    assert read.in_language("zh") == sentence


def test_numbers_go_by_rows_from_the_north() -> None:
    centres = {"a": (1.0, 1.0), "b": (2.0, 1.02), "c": (1.0, 2.0), "d": (2.0, 1.98)}
    assert numbered(centres, 5) == {"c": 5, "d": 6, "a": 7, "b": 8}
    assert numbered({}, 1) == {}
