"""Names as people type and paste them, and who they are on the roster."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import PersonRow
from liuchi.kernel.actors import Actor

NAMES_MAX = 300
_BETWEEN = re.compile(r"[\s,，、;；/|]+")
_NUMBERED = re.compile(r"^\d+[.．、)）]?")


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A name several people have: their rows, to choose one by grid and year of birth."""

    name: str
    rows: tuple[PersonRow, ...]
    field: str


@dataclass(frozen=True, slots=True)
class Roll:
    """A list of people under way: who is on it, which names are open, which nobody has."""

    people: tuple[PersonRow, ...]
    doubtful: tuple[Doubtful, ...]
    unknown: tuple[str, ...]

    @property
    def is_settled(self) -> bool:
        """Whether every name that was given is somebody."""
        return not self.doubtful and not self.unknown


def split_names(text: str) -> tuple[str, ...]:
    """Return the names of a pasted list, each once, in order; numbers before them go."""
    words = (_NUMBERED.sub("", word).strip() for word in _BETWEEN.split(text))
    return tuple(dict.fromkeys(word for word in words if word))[:NAMES_MAX]


def roll_of(actor: Actor, data: QueryDict, extra: Sequence[UUID] = ()) -> Roll:
    """Return the list a form holds: ids ticked, names typed, choices between namesakes.

    ``extra`` are added behind. What is out of the actor's area is left out: nobody gets a
    stranger onto a list by an id. A name is never dropped: it is somebody, several, or none.
    """
    ids = [*_ids(data.getlist("person"))]
    names = [*split_names(data.get("names", "")), *data.getlist("doubtful")]
    found = directory.people_named(actor, names)
    doubtful, unknown = [], []
    for name in dict.fromkeys(names):
        rows = found.get(name.replace(" ", ""), found.get(name, ()))
        field = f"which-{name}"
        chosen = data.get(field, "")
        if not rows:
            unknown.append(name)
        elif len(rows) == 1:
            ids.append(rows[0].id)
        elif chosen == "none":
            continue
        elif any(str(row.id) == chosen for row in rows):
            ids.append(UUID(chosen))
        else:
            doubtful.append(Doubtful(name, rows, field))
    ids.extend(extra)
    people = directory.people_of(actor, ids)
    ordered = dict.fromkeys(each for each in ids if each in people)
    return Roll(tuple(people[each] for each in ordered), tuple(doubtful), tuple(unknown))


def _ids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
