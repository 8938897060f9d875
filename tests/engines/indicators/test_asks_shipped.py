"""What the shipped methods ask whom, by their own sections."""

from __future__ import annotations

from pathlib import Path

from liuchi.kernel.periods import Per
from liuchi.playbooks import asks_of, load, registry
from liuchi.playbooks.asks import Rhythm, entries

PLAYBOOKS = Path(__file__).resolve().parents[3] / "playbooks"


def test_sections_say_what_they_ask() -> None:
    contacts = asks_of(load(PLAYBOOKS / "lingbei" / "contacts").compiled())
    assert [
        (each.code, each.verb, str(each.rhythm and each.rhythm.words)) for each in contacts
    ] == [
        ("visits.link.grid-household", "visits.visit.log", "每月 1 次 / 1 times a month"),
        ("visits.patrol.village-river", "visits.visit.log", "每月 2 次 / 2 times a month"),
    ]
    villages = asks_of(load(PLAYBOOKS / "jingkai" / "open-villages").compiled())
    monthly = [each for each in villages if each.rhythm == Rhythm(1, Per.MONTH)]
    assert {each.verb for each in monthly} == {
        "disclosures.posting.write",
        "disclosures.posting.release",
        "disclosures.committee.write",
    }
    matters = asks_of(load(PLAYBOOKS / "lingbei" / "charging-wires").compiled())
    closing = next(each for each in matters if each.code == "cases.closed")
    assert [(field.of, field.title) for field in closing.fields][-1] == (
        "附近没有充电桩或不够用",
        "新增充电口",
    )


def test_every_entry_is_a_kind_of_fact() -> None:
    assert set(entries()) - set(registry.fact_kinds()) == set()


def test_what_the_house_fills_in_is_not_asked() -> None:
    methods = (load(folder).compiled() for folder in PLAYBOOKS.glob("*/*"))
    filled = [
        (item["title"], column["title"])
        for compiled in methods
        for item in (compiled.get("disclosures") or {}).get("items", [])  # type: ignore[attr-defined]
        for column in item["columns"]
        if column["code"] in ((item.get("from") or {}).get("columns") or {})
    ]
    assert filled
    asked = {
        (field.of, field.title)
        for folder in PLAYBOOKS.glob("*/*")
        for each in asks_of(load(folder).compiled())
        for field in each.fields
    }
    assert [each for each in filled if each in asked] == []
