"""Grades in a playbook: the short list of steps, several schemes, and what is refused."""

import pytest
from pydantic import ValidationError

from liuchi.engines.points.spec import GradesSpec, PointsSpec
from liuchi.kernel.durations import Period

SECTION = {
    "currency": {"code": "credit", "title": "信用积分"},
    "rules": [{"code": "help", "title": "邻里互助", "class": "互助", "award": 5}],
}
STEPS = [
    {"code": "A", "of": "earned", "within": "12 months", "at_least": 30, "title": "A级"},
    {"code": "AA", "of": "earned", "within": "12 months", "at_least": 60, "title": "AA级"},
]


def grades(said) -> GradesSpec:
    return PointsSpec.model_validate({**SECTION, "grades": said}).grades


def test_a_list_of_steps_is_one_local_scheme():
    (scheme,) = grades(STEPS).local
    assert (scheme.code, scheme.within, scheme.valid_for) == (
        "local",
        Period.parse("12 months"),
        Period.parse("12 months"),
    )
    found = [scheme.step_for(points) for points in (29, 30, 59, 60, 1000)]
    assert [None if each is None else (each[0], each[1].named) for each in found] == [
        None,
        (1, "A级"),
        (1, "A级"),
        (2, "AA级"),
        (2, "AA级"),
    ]
    assert grades(STEPS) == grades(grades(STEPS).model_dump())
    assert not grades([])
    assert not PointsSpec.model_validate(SECTION).grades


def test_an_official_scheme_has_an_order_and_nothing_to_count():
    held = grades(
        {"official": [{"code": "xyh", "title": "信用户", "issuer": "省平台", "codes": ["A", "AA"]}]}
    )
    (scheme,) = held.official
    assert [scheme.rank(code) for code in ("A", "AA", "B")] == [1, 2, None]
    assert held.schemes == (scheme,)


@pytest.mark.parametrize(
    "said",
    [
        [STEPS[0], {**STEPS[1], "at_least": 10}],
        [STEPS[0], {**STEPS[1], "within": "6 months"}],
        {"official": [{"code": "x", "title": "信用户", "issuer": "省平台", "codes": []}]},
        {"local": [{"steps": STEPS, "publicity": "5 days"}]},
        [{"code": "D", "at_least": 0}],
    ],
)
def test_what_makes_no_sense_is_refused(said):
    with pytest.raises(ValidationError):
        grades(said)
