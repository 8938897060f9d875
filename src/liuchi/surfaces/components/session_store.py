"""Sessions as Django keeps them, read together with everything else that says who is asking.

A request needs its session, the account and device it names, and the posts held today. The
session says inside which account that is; this process remembers what it said the last time and
asks for all at once (``directory.who``). Nothing is taken from memory: where the session has
come to say otherwise, what it says now is asked for.
"""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.crypto import constant_time_compare

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Comer, Who

DEVICE = "liuchi_device"
BACKEND = "liuchi.engines.accounts.actions.PasswordBackend"
_REMEMBERED_MAX = 20_000

_Named = tuple[UUID | None, UUID | None]
_NOBODY: _Named = (None, None)
_named: dict[str, _Named] = {}
"""The account and device each session named when it was last read here."""


class SessionStore(DatabaseStore):
    """A session in the database; ``who`` is what was read with it."""

    who: Who | None = None

    def load(self) -> dict[str, Any]:
        """Read the session and what it names; one statement, two where it names others now."""
        key = self.session_key
        if key is None:
            return {}
        named = _named.get(key, _NOBODY)
        for _ in range(2):
            found = directory.who(Comer(key, *named))
            if found.session_data is None:
                self._session_key = None
                return {}
            data = _decoded(found.session_data)
            if _names(data) == named:
                break
            named = _names(data)
        if len(_named) > _REMEMBERED_MAX:
            _named.clear()
        _named[key] = named
        self.who = found
        return deepcopy(data)


def was_read(key: str) -> bool:
    """Whether this process has read a session of that key that named an account. For counting."""
    return _named.get(key, _NOBODY)[0] is not None


def who_of(session: object) -> Who | None:
    """Return what was read with a session, if it is still the same one and names an account."""
    if not isinstance(session, SessionStore):
        return None
    named = _names_now(session)
    found = session.who
    if (
        found is None
        or found.user is None
        or found.comer != Comer(session.session_key or "", *named)
    ):
        return None
    return found


def user_of(session: object) -> AbstractBaseUser | None:
    """Return the account a session is of, None where Django has to look for itself.

    The same tests as ``django.contrib.auth.get_user``: the backend, and that the password
    has not been changed since.
    """
    found = who_of(session)
    if found is None or found.user is None or not isinstance(session, SessionStore):
        return None
    proof = session.get(HASH_SESSION_KEY)
    is_same = proof and constant_time_compare(proof, found.user.get_session_auth_hash())
    return found.user if is_same and session.get(BACKEND_SESSION_KEY) == BACKEND else None


def _names_now(session: SessionStore) -> _Named:
    return _names({name: session.get(name) for name in (SESSION_KEY, DEVICE)})


def _names(data: dict[str, Any]) -> _Named:
    user, device = data.get(SESSION_KEY), data.get(DEVICE)
    return (UUID(user) if user else None, UUID(device) if device else None)


@lru_cache(maxsize=2_000)
def _decoded(text: str) -> dict[str, Any]:
    """Return what a session says: the same text always says the same."""
    return SessionStore().decode(text)
