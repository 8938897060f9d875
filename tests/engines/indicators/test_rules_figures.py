"""Which figures a place is shown before anybody asks."""

from __future__ import annotations

from liuchi.engines.indicators.rules import figures


def named(**playbooks: int) -> list[tuple[str, str]]:
    return [(book, f"{book}.{n}") for book, many in playbooks.items() for n in range(many)]


def test_every_method_gives_its_first_before_any_gives_its_second() -> None:
    assert figures.headlines(named(a=3, b=3, c=5)) == ("a.0", "a.1", "b.0", "b.1", "c.0")
    assert figures.headlines(named(a=1, b=5)) == ("a.0", "b.0", "b.1", "b.2", "b.3")
    assert figures.headlines(named(a=2, b=1)) == ("a.0", "a.1", "b.0")
    many = named(a=2, b=2, c=2, d=2, e=2, f=2)
    assert figures.headlines(many) == ("a.0", "b.0", "c.0", "d.0", "e.0")
