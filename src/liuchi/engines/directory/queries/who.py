"""Who a request comes from: one statement for all requests that ask at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection

from liuchi.engines.directory.queries.gathering import Gathering
from liuchi.engines.directory.queries.posts import PostRow, named
from liuchi.engines.journal.scope import learn, planned_once
from liuchi.kernel import clock

_ASKED_MAX = 100
_ASK = "SELECT * FROM directory_who(%s::text[], %s::uuid[], %s::uuid[], %s, %s)"


@dataclass(frozen=True, slots=True)
class Comer:
    """A session's key, and the account and device it named when it was last read."""

    session_key: str
    user_id: UUID | None
    device_id: UUID | None


@dataclass(frozen=True, slots=True)
class Who:
    """What stands of a :class:`Comer` at this moment.

    ``session_data`` is the session as stored, None where it has ended; ``user`` None where
    there is no such account or it is closed; ``device_seen_on`` None where the device was
    turned away. ``ways`` is JSON; see :func:`posts_found`.
    """

    comer: Comer
    session_data: str | None
    user: AbstractBaseUser | None
    device_seen_on: date | None
    ways: str
    tokens: Any


def who(comer: Comer) -> Who:
    """Return what stands of a session, its account, its device and its posts, read now."""
    return _gathering.ask(comer)


def posts_found(found: Who) -> tuple[PostRow, ...]:
    """Return the posts that were read along, in the order of :func:`posts_of`."""
    if found.comer.user_id is None:
        return ()
    learn(found.tokens)
    return named(found.comer.user_id, _ways(found.ways))


@lru_cache(maxsize=2_000)
def _ways(text: str) -> tuple[tuple[UUID, str, UUID, str, str, str], ...]:
    return tuple(
        (UUID(id_), role, UUID(area_id), area_name, held_at, scope_code)
        for id_, role, area_id, area_name, held_at, scope_code in json.loads(text)
    )


def _ask(comers: Sequence[Comer]) -> list[Who]:
    with planned_once() as cursor:
        cursor.execute(
            _ASK,
            [
                [each.session_key for each in comers],
                [each.user_id for each in comers],
                [each.device_id for each in comers],
                clock.today(),
                clock.now(),
            ],
        )
        return [_who(each, *row[1:]) for each, row in zip(comers, cursor.fetchall(), strict=True)]


def _who(  # noqa: PLR0917  the columns of the function, in its order
    comer: Comer,
    session_data: str | None,
    username: str | None,
    display_name: str,
    password: str,
    language: str,
    must_change_password: bool,  # noqa: FBT001
    created_at: datetime,
    sessions_from: datetime | None,
    device_seen_on: date | None,
    ways: str | None,
    tokens: str,
) -> Who:
    user = None
    if username is not None:
        user = get_user_model()(
            id=comer.user_id,
            username=username,
            display_name=display_name,
            password=password,
            language=language,
            is_active=True,
            must_change_password=must_change_password,
            created_at=created_at,
            sessions_from=sessions_from,
        )
        user._state.adding = False  # noqa: SLF001  it is a row that was read
        user._state.db = connection.alias  # noqa: SLF001
    return Who(comer, session_data, user, device_seen_on, ways or "[]", tokens)


_gathering: Gathering[Comer, Who] = Gathering(_ask, _ASKED_MAX)
