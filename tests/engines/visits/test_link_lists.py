"""A list of links: tried, imported, undone; a fault of each kind harms no other line."""

from __future__ import annotations

from typing import Any

import pytest

from engines.directory.rosters import choose, receive
from engines.visits.test_visits import Linked, linked
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.files.actions import imports
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.visits import actions, queries
from liuchi.engines.visits.rules.link_lists import LinkFault
from liuchi.kernel import clock

__all__ = ["linked"]

HEADS = ("序号", "结对类型", "包联人", "户号", "户主", "河段", "所属社区")
FAULTY: list[tuple[str, dict[str, object]]] = [
    ("what_unknown", {"what": "没有这一项"}),
    ("village_unknown", {"village": "火星社区"}),
    ("household_missing", {"household": ""}),
    ("household_unknown", {"household": "9999"}),
    ("member_unknown", {"household": "", "member": "没有这人"}),
    ("reach_missing", {"what": "村级河长巡河", "household": ""}),
    ("keeper_missing", {"keeper": ""}),
    ("keeper_unknown", {"keeper": "没有这位"}),
    ("no_consent", {"household": "0001"}),
    ("twice_in_table", {}),
]


def line(**said: object) -> list[object]:
    good = {"what": "党员联户", "keeper": "丙三", "household": "0000", "village": "盛塘社区"}
    told = good | said
    names = ("number", "what", "keeper", "household", "member", "reach", "village")
    return [told.get(name, "") for name in names]


def standing(linked: Linked) -> list[tuple[str, str, str]]:
    secretary = linked.world.secretary
    with acting_as(secretary):
        return [(row.title, row.label, row.keeper) for row in queries.links(secretary).rows]


@pytest.fixture
def listing(linked: Linked, settings: Any, tmp_path: Any) -> Linked:
    settings.LIUCHI_DATA_DIR = tmp_path
    linked.agree(0)
    return linked


def test_each_fault_is_named_at_its_line_and_the_rest_is_linked(listing: Linked) -> None:
    by = listing.world.secretary
    worker = accounts.names_of([listing.world.worker.id])[listing.world.worker.id]
    good = [line(), line(what="村级河长巡河", keeper=worker, household="", reach="小河东段")]
    rows = [list(HEADS), *good, *(line(**said) for _, said in FAULTY)]
    import_id = receive(by, rows, "links")
    choose(by, import_id)
    tried = imports.check(import_id, actor=by)
    expected = [(place, code) for place, (code, _) in enumerate(FAULTY, start=2 + len(good))]
    assert [(row.row, row.code) for row in tried.rows] == expected
    left = set(LinkFault) - {code for code, _ in FAULTY}
    assert left == {"what_missing", "village_missing", "keeper_ambiguous", "target_unknown"}
    assert (tried.new, tried.refused, standing(listing)) == (2, len(FAULTY), [])
    done = imports.run(import_id, actor=by, key="go")
    assert (done.new, done.refused) == (2, len(FAULTY))
    assert standing(listing) == [
        ("党员联户", "0000", "丙*"),
        ("村级河长巡河", "小河东段", worker),
    ]

    again = receive(by, [list(HEADS), *good], "links")
    choose(by, again)
    tried = imports.check(again, actor=by)
    assert (tried.new, tried.unchanged, tried.refused) == (0, 2, 0)

    with acting_as(by):
        river = next(row for row in queries.links(by).rows if row.label == "小河东段")
    actions.log_visit(
        actor=listing.world.worker, key="was-there", link_id=river.id, on=clock.today()
    )
    undone = imports.undo(import_id, actor=by, key="back")
    assert (undone.removed, len(undone.rows)) == (1, 1)
    assert standing(listing) == [("村级河长巡河", "小河东段", worker)]
