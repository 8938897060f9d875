"""What everybody may see of a case, and what never."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from liuchi.engines.cases import actions, queries
from liuchi.engines.cases.enums import CaseState, Channel
from liuchi.engines.cases.queries import PublicWanted
from liuchi.engines.cases.rules import is_public, rounded
from liuchi.engines.cases.spec import CasesSpec
from liuchi.kernel import clock
from liuchi.kernel.errors import Invalid, NotFound
from liuchi.kernel.ids import new_id

if TYPE_CHECKING:
    from engines.cases.world import World

SPEC = CasesSpec.model_validate(
    {
        "types": [
            {"code": "env", "title": "环境"},
            {"code": "rubbish", "title": "垃圾", "parent": "env"},
            {"code": "quarrel", "title": "纠纷", "sensitive": True},
            {"code": "quarrel-home", "title": "家庭纠纷", "parent": "quarrel"},
            {"code": "office", "title": "作风", "about_office": True},
        ]
    }
)


@pytest.mark.parametrize(
    ("code", "sensitive", "shown"),
    [
        ("rubbish", False, True),
        ("rubbish", True, False),  # it was sensitive when it was reported
        ("quarrel-home", False, False),  # what stands under a sensitive type is
        ("office", False, False),
        ("unheard-of", False, False),
    ],
)
def test_what_is_public(code: str, *, sensitive: bool, shown: bool) -> None:
    assert is_public(SPEC, code, sensitive=sensitive) is shown


def test_a_place_is_told_to_a_hundred_metres() -> None:
    assert [rounded(Decimal("117.060149")), rounded(None)] == [Decimal("117.060"), None]


def test_everybody_sees_the_matter_and_no_word_of_the_report(world: World) -> None:
    case_id = world.filed(text="隔壁老赵乱扔", contact="13855550000")
    row = queries.public_case(case_id)

    assert (row.type_title, row.area_name, row.who) == ("暴露垃圾", "盛塘社区", "盛塘社区")
    assert (row.longitude, row.latitude) == (Decimal("117.060"), Decimal("30.510"))
    assert row.due_at is not None
    told = str(asdict(row))
    assert [word for word in ("老赵", "1385555", "菜场") if word in told] == []


def test_a_complaint_about_an_office_is_on_no_list(world: World) -> None:
    shown = world.filed()
    hidden = world.case_of(
        world.report(type_code="09", condition_code="", actor=None, channel=Channel.ANONYMOUS)
    )
    page = queries.public_cases(PublicWanted(place_id=world.town.id))

    assert [row.id for row in page.rows] == [shown]
    with pytest.raises(NotFound):
        queries.public_case(hidden)
    with pytest.raises(NotFound):
        queries.public_case(new_id())


def test_a_list_is_paged_and_narrowed(world: World) -> None:
    cases = [world.filed() for _ in range(3)]
    world.dispatch(cases[0])
    world.clock.advance(timedelta(days=1))
    later = world.filed(area_id=world.other.id, actor=world.clerk)

    def ids(**wanted: Any) -> list[Any]:
        return [row.id for row in queries.public_cases(PublicWanted(**wanted)).rows]

    first = queries.public_cases(PublicWanted(), limit=3)
    second = queries.public_cases(PublicWanted(), after=first.next_after, limit=3)
    assert [row.id for row in (*first.rows, *second.rows)] == [later, *reversed(cases)]
    assert second.next_after is None
    assert ids(place_id=world.village.id) == cases[::-1]
    assert ids(states=(CaseState.DISPATCHED,)) == [cases[0]]
    assert ids(type_codes=("0102",)) == []
    assert ids(begun=clock.now()) == [later]
    assert ids(ended=clock.now() - timedelta(hours=1)) == cases[::-1]
    with pytest.raises(Invalid):
        queries.public_cases(PublicWanted(), after="?")


def test_the_moves_of_public_cases_are_told_and_nothing_between_offices(world: World) -> None:
    begun = clock.now()
    case_id = world.dispatched()
    actions.note_case(actor=world.clerk, key=world.key(), case_id=case_id, text="问过老赵了")
    world.report(type_code="09", condition_code="", actor=None, channel=Channel.ANONYMOUS)

    told = queries.public_steps(begun, clock.now())

    assert [(each.case.id, each.verb) for each in told] == [
        (case_id, "report"),
        (case_id, "file"),
        (case_id, "dispatch"),
    ]
    assert queries.public_steps(begun, clock.now(), skip=2) == told[2:]
    assert queries.public_steps(begun, clock.now(), place_id=world.other.id) == ()
