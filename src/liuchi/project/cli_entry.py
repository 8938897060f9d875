"""The console entry ``liuchi``: settings, database, Django, then the command.

Commands live in ``liuchi.surfaces.cli``; those that run the installation itself are
in ``liuchi.project.commands``. The entry opens what a command needs before it starts,
so that no command has to know where the database comes from.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from types import FrameType

import django
import typer
from django.db import OperationalError

from liuchi.kernel.errors import LiuchiError
from liuchi.kernel.sentences import Sentence
from liuchi.project import keys, logs
from liuchi.project.postgres import Cluster
from liuchi.project.problems import CannotStart
from liuchi.project.settings import Mode, Settings, from_environment

CANNOT_WRITE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.ENOTDIR})

# Commands that read files alone, or that open the database themselves.
WITHOUT_DATABASE = frozenset(
    {
        *("serve", "worker", "migrate", "doctor", "restore", "health", "secrets", "keys"),
        *("playbook check", "playbook test", "playbook explain", "playbook schema"),
        "playbook lints",
        *("journal verify", "indicators run"),
    }
)


def main() -> None:
    """Run one command and leave with its exit status; a refusal is one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuchi.project.django_settings")
    signal.signal(signal.SIGTERM, _leave)
    try:
        settings = from_environment()
        logs.configure(settings.mode)
        prepare(sys.argv[1:], settings)
        with database_for(sys.argv[1:], settings):
            application(sys.argv[1:])()
    except (CannotStart, LiuchiError) as problem:
        print(f"✗ {problem.sentence}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except OperationalError as error:
        print(f"✗ {silent(error).sentence}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        if error.errno not in CANNOT_WRITE:
            raise
        print(f"✗ {unwritable(error).sentence}", file=sys.stderr)
        sys.exit(1)


def application(words: Sequence[str]) -> typer.Typer:
    """Return the commands to choose from.

    ``serve`` and ``worker`` start without the others, whose libraries for figures take
    most of a second to import, three times over at each start.
    """
    own: typer.Typer = import_module("liuchi.project.commands").app
    if words and words[0] in {"serve", "worker"}:
        return own
    every: typer.Typer = import_module("liuchi.surfaces.cli").app
    if words and words[0] == "figures":
        workshop = import_module("liuchi.project.examples").ExampleWorkshop(from_environment())
        import_module("liuchi.surfaces.cli.figures").use_workshop(workshop)
    every.registered_commands += own.registered_commands
    return every


def silent(error: OperationalError) -> CannotStart:
    """Return the refusal for a database that does not answer."""
    return CannotStart(
        "database_silent",
        Sentence(
            "数据库没有应答：{why}。请运行 liuchi doctor。",
            "The database does not answer: {why}. Run liuchi doctor.",
            {"why": str(error).strip().splitlines()[0]},
        ),
    )


def _leave(number: int, _frame: FrameType | None) -> None:
    """Leave in order on SIGTERM: whatever was opened is closed on the way out."""
    sys.exit(128 + number)


def unwritable(error: OSError) -> CannotStart:
    """Return the refusal for a disk that is full or a folder that is somebody else's."""
    return CannotStart(
        "cannot_write",
        Sentence(
            "无法写入 {where}（{why}）：请腾出空间，检查目录属主，或另设 LIUCHI_DATA_DIR。",
            "{where} cannot be written ({why}): free some space, check whose folder it is, or set "
            "another LIUCHI_DATA_DIR.",
            {"where": str(error.filename or ""), "why": os.strerror(error.errno or 0)},
        ),
    )


def prepare(words: Sequence[str], settings: Settings) -> None:
    """Make the installation's keys, if this is its first start, and set Django up.

    A restore makes none: fresh keys would open nothing of what it brings back.
    """
    if words[:1] == ["restore"] and not settings.key_ring:
        keys.refuse_missing(settings.data_dir)
    elif settings.mode is not Mode.TEST:
        keys.read_or_make(settings.data_dir)
    django.setup()


@contextlib.contextmanager
def database_for(words: Sequence[str], settings: Settings) -> Iterator[None]:
    """Keep the embedded database running for the block, where the command needs it."""
    asks = [word for word in words if not word.startswith("-")]
    free = not asks or "--help" in words
    free = free or asks[0] in WITHOUT_DATABASE or " ".join(asks[:2]) in WITHOUT_DATABASE
    if free or not settings.embedded or settings.mode is Mode.TEST:
        yield
        return
    with Cluster(settings.data_dir, port=settings.postgres_port).running():
        yield


if __name__ == "__main__":
    main()
