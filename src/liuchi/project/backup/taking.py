"""Taking a backup while everybody works: one snapshot for rows, contents and manifest."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

from liuchi.engines.files.scope import path_in
from liuchi.engines.journal import jobs as journal
from liuchi.kernel import clock
from liuchi.kernel.sentences import Sentence
from liuchi.project.backup import folder as layout
from liuchi.project.database import OWNER
from liuchi.project.postgres import binaries
from liuchi.project.problems import CannotStart

_WORDS_MAX = 400


@dataclass(frozen=True, slots=True)
class Taken:
    """A finished backup: where, what, which contents were damaged, how many old ones went."""

    folder: Path
    manifest: layout.Manifest
    damaged: tuple[str, ...]
    pruned: int


def take(target: Path, *, data_dir: Path, keep: int) -> Taken:
    """Back everything up into ``target``, keep the newest ``keep``; returns what was done.

    The journal is sealed first. A damaged photo does not stop a backup: it is named, since
    a night without a backup would lose more than it.
    """
    journal.seal()
    moment = clock.now()
    draft = target / f".{layout.name_for(moment)}"
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)
    draft.mkdir(mode=0o700)
    try:
        with snapshot() as (connection, name):
            dump(draft / layout.DUMP, name)
            names = _contents(connection)
            stores = (data_dir / "files", target / layout.STORE)
            damaged = tuple(_copy(names, *stores))
            held = [name for name in names if name not in set(damaged)]
            listed = "".join(f"{name}\n" for name in held).encode()
            layout.write_whole(draft / layout.FILES, listed)
            manifest = _manifest(connection, draft, moment, held, listed)
        layout.write_whole(draft / layout.MANIFEST, layout.to_json(manifest))
        finished = draft.rename(target / layout.name_for(moment))
        layout.sync_folder(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    note_erasures(data_dir, target)
    return Taken(finished, manifest, damaged, layout.prune(target, keep))


def note_erasures(*folders: Path) -> int:
    """Write down in each folder whose secrets were destroyed; return how many are known.

    A restored database knows nothing of what was erased after its backup. This runs every
    minute, so that the list outlives the machine wherever the backups do.
    """
    known = 0
    for folder in folders:
        path = folder / layout.ERASURES
        before = layout.read_erasures(path)
        with connections[OWNER].cursor() as cursor:
            cursor.execute("SELECT ordinal FROM journal_head")
            (through,) = cursor.fetchone()
            cursor.execute(
                "SELECT subject_id FROM journal_fact WHERE ordinal > %s AND ordinal <= %s "
                "AND kind = 'directory.person_erased'",
                [before.through, through],
            )
            people = sorted({*before.people, *(row[0] for row in cursor.fetchall())})
        after = layout.Erasures(through=max(through, before.through), people=tuple(people))
        if after != before:
            layout.write_whole(path, layout.to_json(after))
        known = len(people)
    return known


@contextmanager
def snapshot() -> Iterator[tuple[psycopg.Connection[tuple[Any, ...]], str]]:
    """Open a transaction as the owner that sees one moment; yields it and its name."""
    values = connections[OWNER].settings_dict
    with psycopg.connect(
        host=values["HOST"],
        port=values["PORT"],
        user=values["USER"],
        password=values["PASSWORD"],
        dbname=values["NAME"],
    ) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None  # noqa: S101  a SELECT without FROM
        yield connection, row[0]


def dump(path: Path, snapshot_name: str) -> None:
    """Write the database as the snapshot sees it, without sessions."""
    run(
        "pg_dump",
        *("--format=custom", "--no-owner", f"--snapshot={snapshot_name}"),
        *("--exclude-table-data=django_session", f"--file={path}"),
    )
    path.chmod(0o600)


def run(program: str, *words: str) -> None:
    """Run one of PostgreSQL's programs as the owner; the password stays off its command line."""
    values = connections[OWNER].settings_dict
    environment = {
        **os.environ,
        "PGHOST": str(values["HOST"]),
        "PGPORT": str(values["PORT"]),
        "PGUSER": str(values["USER"]),
        "PGPASSWORD": str(values["PASSWORD"]),
        "PGDATABASE": str(values["NAME"]),
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        [binaries.installed() / "bin" / program, *words],
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise CannotStart(
            "postgres_program_failed",
            Sentence(
                "{program} 没有完成：{why}",
                "{program} did not finish: {why}",
                {"program": program, "why": done.stderr.strip()[-_WORDS_MAX:]},
            ),
        )


def _contents(connection: psycopg.Connection[tuple[Any, ...]]) -> list[str]:
    rows = connection.execute("SELECT DISTINCT sha256 FROM files_document ORDER BY 1").fetchall()
    return [row[0] for row in rows]


def _copy(names: list[str], source: Path, target: Path) -> Iterator[str]:
    """Copy what the store lacks; yields contents that are gone or no longer what they were."""
    for name in names:
        if not layout.copy_content(path_in(source, name), path_in(target, name), name):
            yield name


def _manifest(
    connection: psycopg.Connection[tuple[Any, ...]],
    draft: Path,
    moment: Any,
    held: list[str],
    listed: bytes,
) -> layout.Manifest:
    row = connection.execute(
        "SELECT (SELECT count(*) FROM journal_fact), (SELECT ordinal FROM journal_head), "
        "coalesce((SELECT max(number) FROM journal_seal), 0), "
        "coalesce((SELECT root FROM journal_seal ORDER BY number DESC LIMIT 1), ''), "
        "current_setting('server_version'), "
        "ARRAY(SELECT DISTINCT ring_id FROM directory_person_key ORDER BY 1)"
    ).fetchone()
    assert row is not None  # noqa: S101  a SELECT without FROM
    facts, ordinal, seal, root, server, key_ids = row
    return layout.Manifest(
        format=layout.FORMAT,
        version=importlib.metadata.version("liuchi"),
        server=server,
        taken_at=moment,
        app_role=connections[DEFAULT_DB_ALIAS].settings_dict["USER"],
        key_ids=tuple(key_ids),
        facts=facts,
        ordinal=ordinal,
        seal=seal,
        root=root,
        files=len(held),
        dump_sha256=layout.sha256_of(draft / layout.DUMP),
        files_sha256=hashlib.sha256(listed).hexdigest(),
    )
