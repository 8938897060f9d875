"""Loading the demo into an empty demo database; what it holds, the ``cli`` knows."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from django.db import connections
from django.utils.module_loading import import_string

from liuchi.project.database import OWNER
from liuchi.project.settings import Mode, Settings

_MODULE = "liuchi.surfaces.cli.demo"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A printed demo account."""

    username: str
    password: str
    words: str


def load_if_empty(settings: Settings) -> tuple[SignIn, ...]:
    """Load the demo if mode is demo and the journal is empty; return the sign-ins to print."""
    if settings.mode is not Mode.DEMO or find_spec(_MODULE) is None:
        return ()
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT FROM journal_fact)")
        (empty,) = cursor.fetchone()
    if empty:
        print("· 正在装入演示数据 loading demo data …", flush=True)
        import_string(f"{_MODULE}.load_demo")()
    return tuple(
        SignIn(each.username, each.password, each.words)
        for each in import_string(f"{_MODULE}.sign_ins")()
    )
