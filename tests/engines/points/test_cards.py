"""Cards and grades in force, as anybody's page may ask for them."""

from datetime import date

from django.db import connections

from liuchi.engines.points.queries import cards, grades


def test_whoever_is_unknown_holds_nothing(world):
    assert grades.standings(world.people[0], date(2026, 3, 2)) == ()
    assert cards.read("0000000000", date(2026, 3, 2)).state == "unknown"
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT * FROM points_cards_refused('2026-03-02')")
        assert cursor.fetchall() == []
