"""What everybody may see of a case, and what never."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import shapely

from liuchi.engines.cases import actions, queries
from liuchi.engines.cases.enums import CaseState, Channel
from liuchi.engines.cases.queries import PublicWanted
from liuchi.engines.cases.rules import is_public, public_point
from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.directory.actions import grids
from liuchi.engines.directory.actions.grids import GridGiven
from liuchi.engines.directory.enums import GridSetting
from liuchi.engines.directory.rules.outlines import Outline, read_outline
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import system_actor
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


def test_a_place_is_told_to_a_hundred_metres_and_among_fields_by_its_middle() -> None:
    door, middle = (
        (Decimal("117.060149"), Decimal("30.5102")),
        (Decimal("117.07"), Decimal("30.52")),
    )
    told = (Decimal("117.060"), Decimal("30.510"))
    assert public_point(door, None, is_rural=False) == told
    assert public_point(door, middle, is_rural=False) == told
    assert public_point(door, middle, is_rural=True) == middle
    assert public_point(door, None, is_rural=True) is None
    assert public_point(None, middle, is_rural=True) is None


def square(west: float, south: float) -> Outline:
    held = read_outline(str(shapely.box(west, south, west + 0.02, south + 0.02)), one_piece=True)
    assert isinstance(held, Outline)
    return held


def test_a_house_among_fields_is_shown_at_the_middle_of_its_grid(world: World) -> None:
    by = system_actor(new_id(), "directory.grid.write")
    made = {
        setting: GridGiven(new_id(), world.village.id, str(setting), code, setting)
        for setting, code in (
            (GridSetting.RURAL, f"{world.village.scope_code}091"),
            (GridSetting.URBAN, f"{world.village.scope_code}092"),
        )
    }
    rural, urban = made[GridSetting.RURAL], made[GridSetting.URBAN]
    with acting_as(by):
        grids.write_grids([*made.values()], by)
    undrawn = world.filed(area_id=rural.id)
    with acting_as(by):
        grids.write_outlines(
            [(rural.id, square(117.05, 30.5)), (urban.id, square(117.08, 30.5))], by
        )
    points = {
        place: (Decimal(longitude), Decimal("30.5102"))
        for place, longitude in ((rural, "117.0543"), (urban, "117.0901"))
    }
    lone, street = (
        world.filed(area_id=place.id, longitude=at[0], latitude=at[1])
        for place, at in points.items()
    )

    def at(case_id: UUID) -> tuple[Decimal | None, Decimal | None]:
        row = queries.public_case(case_id)
        return row.longitude, row.latitude

    middle = (Decimal("117.060"), Decimal("30.510"))
    assert (at(lone), at(undrawn), at(street)) == (
        middle,
        middle,
        (Decimal("117.090"), Decimal("30.510")),
    )
    # A case of the community itself lies somewhere among its fields, which nobody has drawn.
    assert at(world.filed()) == (None, None)


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
