"""What a playbook may say of links and patrols, and how its norms decide."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from liuchi.engines.visits.enums import Way
from liuchi.engines.visits.rules import may_log, may_pair, standing
from liuchi.engines.visits.spec import (
    LINK_LINTS,
    PATROL_CHECKS,
    PATROL_LINTS,
    LinksSpec,
    NormSpec,
    PatrolsSpec,
    explain_links,
    explain_patrols,
)
from liuchi.kernel.periods import Per, period
from liuchi.playbooks.registry import Context

PURPOSES = {"keep": {"legal_basis": "consent", "fields": ["household"], "retain": "1 year"}}
LINK: dict[str, Any] = {
    "code": "one-plus-n",
    "title": "党员联户",
    "keeper": "党员",
    "to": "household",
    "purpose": "keep",
    "norm": {"times": 1, "per": "quarter"},
}
PATROL: dict[str, Any] = {
    "code": "village-river",
    "title": "村级河长巡河",
    "kind": "river",
    "norm": {"times": 2},
}


def link_lints(**changed: Any) -> list[tuple[str, tuple[Any, ...]]]:
    raw = {"purposes": PURPOSES, "links": [{**LINK, **changed}]}
    return [(lint.code, found.path) for lint in LINK_LINTS for found in lint.check(Context(raw))]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        (
            {"to": "person"},
            [
                ("link-with-person", ("links", 0, "to")),
            ],
        ),
        ({"purpose": ""}, [("link-without-consent", ("links", 0, "purpose"))]),
        ({"to": "organization", "purpose": ""}, []),
        ({"diary": "text"}, [("link-written-down", ("links", 0, "diary"))]),
        ({"gps": True}, [("links-tracked", ("links", 0, "gps"))]),
        (
            {"norm": {"times": 1, "min_minutes": 5}},
            [("links-tracked", ("links", 0, "norm", "min_minutes"))],
        ),
        ({"ranking": "keeper"}, [("links-ranked", ("links", 0, "ranking"))]),
        (
            {"norm": {"times": 1, "block": True}},
            [("links-blocking", ("links", 0, "norm", "block"))],
        ),
    ],
)
def test_what_no_link_may_ask_for(changed: dict[str, Any], expected: list[Any]) -> None:
    assert link_lints(**changed) == expected


def test_a_patrol_leaves_no_track_and_finds_what_is_there() -> None:
    raw = {
        "patrols": [{**PATROL, "track": True, "finds": ["chaos", "other"]}],
        "cases": {"types": [{"code": "chaos"}]},
    }
    codes = [lint.code for lint in PATROL_LINTS for _ in lint.check(Context(raw))]
    paths = [found.path for check in PATROL_CHECKS for found in check(Context(raw))]
    assert (codes, paths) == (["patrols-tracked"], [("patrols", 0, "finds", 1)])


def test_a_section_is_told_in_both_languages() -> None:
    links = LinksSpec.model_validate([{**LINK, "at_least": 2, "ways": ["phone"]}])
    assert explain_links(links, "zh") == [
        "党员联户：党员联系，每季度 1 次（电话）；每人至少 2 户；住户同意才结对。",
        "次数不够只提醒，不排名；走访不定位，只记住户同意反映的事。",
    ]
    patrols = PatrolsSpec.model_validate([PATROL])
    assert explain_patrols(patrols, "en")[0] == "村级河长巡河 (of the village): 2 times a month."


@pytest.mark.parametrize(
    ("per", "on", "first", "end"),
    [
        (Per.DAY, date(2024, 2, 29), date(2024, 2, 29), date(2024, 3, 1)),
        (Per.WEEK, date(2025, 1, 1), date(2024, 12, 30), date(2025, 1, 6)),
        (Per.MONTH, date(2024, 12, 31), date(2024, 12, 1), date(2025, 1, 1)),
        (Per.QUARTER, date(2024, 11, 15), date(2024, 10, 1), date(2025, 1, 1)),
        (Per.QUARTER, date(2024, 3, 31), date(2024, 1, 1), date(2024, 4, 1)),
        (Per.YEAR, date(2024, 7, 1), date(2024, 1, 1), date(2025, 1, 1)),
    ],
)
def test_stretches_of_the_calendar(per: Per, on: date, first: date, end: date) -> None:
    assert period(per, on) == (first, end)


def test_a_norm_says_what_is_missing_and_no_more() -> None:
    norm = NormSpec(times=2, per=Per.MONTH)
    assert [standing(norm, done, date(2024, 5, 6)).missing for done in range(4)] == [2, 1, 0, 0]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, ""),
        ({"consented": False}, "no_consent"),
        ({"keepers": 1}, "linked_already"),
        ({"held": 9, "held_most": 9}, "too_many"),
        ({"held": 500}, ""),
    ],
)
def test_who_may_be_joined(changed: dict[str, Any], reason: str) -> None:
    given = {"consented": True, "keepers": 0, "keepers_most": 1, "held": 0, "held_most": None}
    assert may_pair(**(given | changed)).reason_code == reason


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, ""),
        ({"on": date(2024, 5, 7)}, "not_yet"),
        ({"on": date(2024, 3, 4)}, "too_long_ago"),
        ({"on": date(2024, 5, 1)}, ""),
        ({"begun_on": date(2024, 5, 2), "on": date(2024, 5, 1)}, "not_linked_then"),
        ({"ended_on": date(2024, 5, 5)}, "not_linked_then"),
        ({"way": Way.MESSAGE}, "way_unknown"),
    ],
)
def test_what_may_be_recorded(changed: dict[str, Any], reason: str) -> None:
    given: dict[str, Any] = {
        "on": date(2024, 5, 6),
        "today": date(2024, 5, 6),
        "begun_on": date(2024, 1, 1),
        "ended_on": None,
        "way": Way.VISIT,
        "ways": (Way.VISIT, Way.PHONE),
    }
    assert may_log(**(given | changed)).reason_code == reason
