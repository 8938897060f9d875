"""Importing organisations: known by code, else by name and place; and undoing it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from engines.directory.rosters import bring, counts, everything, ready, said
from liuchi.engines.directory import actions, queries
from liuchi.engines.files.actions import imports
from liuchi.kernel.errors import Refused
from liuchi.kernel.ids import new_id

USCC = "91350100M000100Y43"
HEADERS = ["单位名称", "类别", "统一社会信用代码", "所在社区"]


@pytest.fixture(autouse=True)
def staging(settings, tmp_path: Path) -> None:
    settings.LIUCHI_DATA_DIR = tmp_path


@pytest.fixture
def secretary(official):
    return official("secretary", "罗冲社区")


def held():
    rows = everything("directory_organization")["directory_organization"]
    return sorted((row["name"], row["kind"], row["uscc"]) for row in rows)


def test_organisations_come_in_change_and_go_back(secretary):
    rows = [HEADERS, ["示例便民超市", "商铺", USCC, None], ["罗冲居委会", None, None, "罗冲社区"]]
    import_id, report = bring(secretary, rows, target="organisations")
    assert counts(report) == (2, 0, 0, 0)
    assert held() == [("示例便民超市", "shop", USCC), ("罗冲居委会", "committee", None)]
    assert counts(bring(secretary, rows, target="organisations")[1]) == (0, 0, 2, 0)
    before = held()
    later, report = bring(
        secretary, [HEADERS, ["示例新超市", "超市", USCC, None]], target="organisations"
    )
    assert counts(report) == (0, 1, 0, 0)
    done = imports.undo(later, actor=secretary, key="a")
    assert (done.removed, done.restored, held()) == (0, 1, before)
    done = imports.undo(import_id, actor=secretary, key="b")
    assert (done.removed, done.restored, held()) == (2, 0, [])


def test_a_wrong_row_says_what_to_do(secretary, official):
    bring(
        official("secretary", "盛塘社区"),
        [HEADERS, ["盛塘公司", "企业", USCC, None]],
        target="organisations",
    )
    _, report = ready(
        secretary,
        [
            HEADERS,
            ["示例单位", "其他", None, None],
            ["示例公司", "企业", "91350100M000100Y44", None],
            ["示例公司", "企业", None, "盛塘社区"],
            ["示例公司", "企业", USCC, None],
            ["好公司", "企业", None, None],
        ],
        target="organisations",
    )
    assert counts(report) == (1, 0, 0, 4)
    assert said(report) == [
        (2, "B", "类别请填居委会、机关、商铺、协会、企业或阵地。"),
        (3, "C", "统一社会信用代码不对，请核对 18 位。"),
        (4, "D", "您的范围内没有这个地方。"),
        (5, "C", "这个单位已登记在别处，请先核对。"),
    ]
    assert [name for name, _, _ in held()] == ["盛塘公司"]


def test_what_is_in_use_stays(root, secretary, account, official):
    import_id, _ = bring(
        secretary, [HEADERS, ["示例超市", None, None, None]], target="organisations"
    )
    (row,) = everything("directory_organization")["directory_organization"]
    place = queries.area_named("罗冲社区").id
    actions.appoint(account("li"), "shopkeeper", place, row["id"], actor=root, key=str(new_id()))
    report = imports.undo(import_id, actor=secretary, key="a")
    assert [p.sentence.in_language("zh") for p in report.rows] == ["已有岗位等记录，予以保留。"]
    with pytest.raises(Refused):
        bring(official("recorder", "罗冲社区"), [HEADERS, ["示例超市"]], target="organisations")


def test_a_venue_is_counted_until_its_import_is_undone(secretary):
    rows = [HEADERS, ["罗冲文明实践站", None, None, "罗冲社区"], ["罗冲图书室", "阵地", None, None]]
    import_id, report = bring(secretary, rows, target="organisations")
    assert counts(report) == (2, 0, 0, 0)
    assert facts_of("directory.organization_registered") == ["venue", "venue"]
    imports.undo(import_id, actor=secretary, key="c")
    assert facts_of("directory.organization_removed") == ["venue", "venue"]


def facts_of(kind: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data->>'organization_kind' FROM journal_fact WHERE kind = %s", [kind]
        )
        return [row[0] for row in cursor.fetchall()]
