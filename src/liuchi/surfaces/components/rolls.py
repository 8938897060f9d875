"""Long lists of people as they come: pasted, or a column of a workbook; who each line is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Description
from liuchi.kernel.actors import Actor
from liuchi.kernel.sheets import header_of, open_workbook, text_of

NAMED_MAX = 200_000
_LINES = re.compile(r"[\r\n,，、;；]+")
_NUMBERED = re.compile(r"^\d+[.．、)）]\s*")
_NAMES = ("姓名", "名字", "name")
_HOUSEHOLDS = ("户号", "住户", "household")


@dataclass(frozen=True, slots=True)
class Named:
    """One line: a name, and the number of the household where it is given."""

    name: str
    household: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Who the lines are, and the lines that are nobody or several, each with what to do."""

    people: tuple[UUID, ...]
    open: tuple[tuple[str, str], ...]


def pasted(text: str) -> tuple[Named, ...]:
    """Return the lines of a pasted list: a name, and after a space the household's number."""
    lines = (_NUMBERED.sub("", line.strip()).split() for line in _LINES.split(text))
    return tuple(Named(line[0], line[1] if len(line) > 1 else "") for line in lines if line)


def from_workbook(data: bytes, filename: str) -> tuple[Named, ...]:
    """Return the names of a workbook's first sheet: by their heading, else the first column."""
    with open_workbook(data, filename) as workbook:
        table = workbook.table(workbook.sheets[0].name, words=[*_NAMES, *_HOUSEHOLDS])
        heads = [header_of(each) for each in table.headers]
        name, house = _column(heads, _NAMES), _column(heads, _HOUSEHOLDS)
        return tuple(
            Named(text_of(row.cells[name or 0]), "" if house is None else text_of(row.cells[house]))
            for row in table.rows
            if text_of(row.cells[name or 0])
        )


def _column(heads: Sequence[str], words: Iterable[str]) -> int | None:
    return next((n for n, head in enumerate(heads) if head in words), None)


def found(actor: Actor, lines: Sequence[Named]) -> Found:
    """Look everybody up in the actor's area; some statements, however many lines."""
    lines = tuple(dict.fromkeys(lines))[:NAMED_MAX]
    named = directory.people_named(actor, [each.name for each in lines if not each.household])
    housed = [each for each in lines if each.household]
    matched = directory.recognised(
        actor, [Description(each.name, household=each.household) for each in housed]
    )
    with_house = dict(zip(housed, matched, strict=True))
    people: dict[UUID, None] = {}
    unclear: list[tuple[str, str]] = []
    for each in lines:
        who = with_house.get(each)
        rows = named.get(each.name, ())
        if isinstance(who, UUID):
            people[who] = None
        elif not each.household and len(rows) == 1:
            people[rows[0].id] = None
        elif not each.household and rows:
            unclear.append((each.name, _("有 {n} 位，请在姓名后写户号").format(n=len(rows))))
        else:
            unclear.append((f"{each.name} {each.household}".strip(), _("名册里没有找到")))
    return Found(tuple(people), tuple(unclear))
