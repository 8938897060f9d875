"""Writing new cases: those that come at once go into the database as one statement.

Whoever reports while a statement runs waits for the next, which takes all that wait. What was
decided is proved where it is written: the statement looks once more whether the places, the
methods and the calendar it was decided by still hold, and takes nothing in where they do not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection
from pydantic_core import to_json

from liuchi.engines.directory.queries.gathering import Gathering
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import as_remembered, planned_once
from liuchi.kernel import clock
from liuchi.kernel.errors import Busy
from liuchi.kernel.sentences import Sentence

AT_ONCE_MAX = 64
_THOUGHTS_MAX = 4
_TAKE_IN = "SELECT made, of_case, digest FROM cases_take_in(%s::jsonb)"

_Row = tuple[UUID | None, UUID | None, str | None]


@dataclass(frozen=True, slots=True)
class _Item:
    """What is written for one report, as JSON; ``digest`` is the mark of what was said."""

    text: bytes
    digest: str
    at: datetime


def written(rows: Mapping[str, Any], kept: Mapping[str, str]) -> tuple[UUID, UUID] | None:
    """Write one new case in the caller's transaction, or with others at once where there is none.

    Returns the report and the case of the key's first use; None where what is ``kept`` holds
    no longer. Raises ``Conflict("key_reused")``.
    """
    item = _Item(to_json({**rows, "kept": kept}), rows["digest"], rows["at"])
    if connection.in_atomic_block:
        found: _Row | Exception = _call([item])[0]
    else:
        found = _filing.ask(item)
    if isinstance(found, Exception):
        raise found
    made, case_id, digest = found
    if made is None or case_id is None:
        return None
    if digest != item.digest:
        raise journal.key_reused()
    return made, case_id


def thought_over(think: Callable[[], Mapping[str, Any]]) -> tuple[UUID, UUID]:
    """Write the rows of a new case that ``think`` comes to by what is kept in memory.

    Where that has changed meanwhile it thinks again, by what holds now. Outside a transaction.
    """
    for thought in range(_THOUGHTS_MAX):
        with as_remembered(anew=thought > 0) as kept:
            try:
                rows = think()
            except Exception:
                if thought:
                    raise
                continue  # a refusal by what may hold no longer is none
        found = written(rows, kept)
        if found is not None:
            return found
    raise _busy()


def _take_in(items: Sequence[_Item]) -> list[_Row | Exception]:
    """Take in what waits. One that breaks the statement is found by taking each in by itself."""
    try:
        return list(_call(items))
    except Exception as error:  # noqa: BLE001  whatever it is, the others must not suffer from it
        if len(items) > 1:
            return [each for item in items for each in _take_in([item])]
        if isinstance(error, OperationalError | InterfaceError):
            connection.close()
            return [_busy()]
        return [error]


def _call(items: Sequence[_Item]) -> list[_Row]:
    for at in {clock.local_day(item.at): item.at for item in items}.values():
        journal.make_room(at)
    told = b"[%s]" % b",".join(item.text for item in items)
    with planned_once() as cursor:
        cursor.execute(_TAKE_IN, [told.decode()])
        return list(cursor.fetchall())


def _busy() -> Busy:
    return Busy(
        "cases_busy",
        Sentence(
            "上报的人很多，请稍后再点一次，不会重复上报。",
            "Many report at once. Send it again in a moment; it will not be there twice.",
        ),
    )


_filing: Gathering[_Item, _Row | Exception] = Gathering(_take_in, AT_ONCE_MAX)
