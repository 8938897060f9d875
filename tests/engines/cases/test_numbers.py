"""Numbers asked at closing: given once, counted once, whatever happens to the case later."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from engines.cases.world import SECTION, World
from liuchi.engines.cases import actions
from liuchi.engines.cases.rules import numbers_usable
from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import Refused

SPEC = CasesSpec.model_validate(SECTION)


@pytest.mark.parametrize(
    ("code", "numbers", "reason"),
    [
        ("0103", {"tonnes": Decimal("3.5")}, ""),
        ("0103", {"tonnes": Decimal(0), "boats": Decimal(2)}, ""),
        ("0103", {"boats": Decimal(2)}, "number_missing"),
        ("0103", {"tonnes": Decimal(-1)}, "number_wrong"),
        ("0103", {"tonnes": Decimal("0.0001")}, "number_wrong"),
        ("0103", {"tonnes": Decimal("NaN")}, "number_wrong"),
        ("0101", {}, ""),
        ("0101", {"tonnes": Decimal(1)}, "number_not_asked"),
    ],
)
def test_numbers_are_those_asked(code: str, numbers: dict[str, Decimal], reason: str) -> None:
    assert numbers_usable(SPEC.type(code), numbers).reason_code == reason


def _measured(world: World) -> list[tuple[Any, ...]]:
    with acting_as(world.root), connection.cursor() as cursor:
        cursor.execute(
            "SELECT amount, data->>'question', data->>'type' FROM journal_fact "
            "WHERE kind = 'cases.measured' ORDER BY id"
        )
        return list(cursor.fetchall())


def test_a_later_closing_takes_the_place_of_an_earlier_one(world: World) -> None:
    case_id = world.finished(type_code="0103", condition_code="")
    with pytest.raises(Refused) as refused:
        world.close(case_id)
    assert refused.value.code == "number_missing"
    world.close(case_id, numbers={"tonnes": Decimal("3.5")})
    actions.reopen_case(
        actor=world.secretary, key=world.key(), case_id=case_id, reason_code="again", opinion="又有"
    )
    world.dispatch(case_id)
    world.accept(case_id)
    world.finish(case_id)
    world.close(case_id, numbers={"tonnes": Decimal("5.25")})
    assert _measured(world) == [
        (Decimal("3.5"), "tonnes", "0103"),
        (Decimal("1.75"), "tonnes", "0103"),
    ]
