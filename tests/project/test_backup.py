"""A night's backup, an empty machine, and the proof between them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections

from liuchi.engines.directory import actions as directory
from liuchi.engines.files import actions as files
from liuchi.engines.files.scope import path_in
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.kernel.actors import system_actor
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.ids import new_id
from liuchi.project import backup
from liuchi.project.backup import folder as layout
from liuchi.project.postgres import Cluster, Role
from liuchi.project.problems import CannotStart
from members import photo

VILLAGE = "340871001001"
COUNTED = (
    *("journal_fact", "journal_seal", "journal_command", "points_entry", "points_account"),
    *("points_claim", "directory_person", "directory_person_secret", "files_document"),
)


@pytest.fixture
def data_dir(tmp_path: Path, settings) -> Path:
    """The folder of the installation that is backed up, with what its documents hold."""
    held = settings.LIUCHI_DATA_DIR / "files"
    settings.LIUCHI_DATA_DIR = tmp_path / "data"
    if held.exists():
        shutil.copytree(held, settings.LIUCHI_DATA_DIR / "files")
    return settings.LIUCHI_DATA_DIR


@pytest.fixture
def empty_machine() -> Iterator[Path]:
    """Another machine's data directory, with nothing in it but the keys."""
    folder = Path(tempfile.mkdtemp(prefix="liuchi-restored-"))
    folder.chmod(0o755)
    shutil.copy(settings.LIUCHI.data_dir / "keys.json", folder)
    yield folder
    shutil.rmtree(folder)


def command(machine: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``liuchi`` there, as an operator does."""
    environment = {**os.environ, "LIUCHI_MODE": "demo", "LIUCHI_DATA_DIR": str(machine)}
    return subprocess.run(
        [sys.executable, "-m", "liuchi.project.cli_entry", *words],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
    )


def keep_photo(person_id: UUID | None = None) -> str:
    actor = system_actor(new_id(), "files.document.write")
    stored = files.store_image(
        photo(), "evidence.jpg", actor=actor, key=str(new_id()), scope_code=VILLAGE,
        person_id=person_id,
    )  # fmt: skip
    return stored.sha256


def people(count: int) -> list[UUID]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT person_id FROM directory_person_key ORDER BY 1 LIMIT %s", [count])
        return [row[0] for row in cursor.fetchall()]


def erase(person_id: UUID) -> None:
    actor = system_actor(new_id(), "directory.person.write")
    directory.erase_person(person_id=person_id, actor=actor, key=str(new_id()))


def counts(cursor) -> dict[str, int]:
    return {
        table: cursor.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in COUNTED
    }


def documents(database: str, cluster: Cluster) -> int:
    with cluster.connect(Role.OWNER, database) as rows:
        query = "SELECT count(DISTINCT sha256) FROM files_document"
        return rows.execute(query).fetchone()[0]


@pytest.mark.slow
def test_last_nights_backup_is_restored_on_an_empty_machine(
    demo_database: str, cluster: Cluster, data_dir: Path, empty_machine: Path, tmp_path: Path
) -> None:
    before, after = people(2)
    erase(before)
    picture = keep_photo()
    taken = backup.take(tmp_path / "backups", data_dir=data_dir, keep=2)
    assert taken.damaged == ()
    with cluster.connect(Role.OWNER, demo_database) as source:
        expected = counts(source)
    assert taken.manifest.facts == expected["journal_fact"]
    assert taken.manifest.files == documents(demo_database, cluster)

    erase(after)  # the morning after: the backup does not know of it, the list beside it does
    journal_jobs.catch_up()
    backup.note_erasures(tmp_path / "backups")

    done = command(empty_machine, "restore", str(taken.folder))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"root {taken.manifest.root}" in done.stdout
    assert "erased again: 1" in done.stdout
    assert (
        path_in(empty_machine / "files", picture).read_bytes()
        == path_in(data_dir / "files", picture).read_bytes()
    )

    with (
        Cluster(empty_machine).running() as restored,
        restored.connect(Role.OWNER, "liuchi") as rows,
    ):
        found = counts(rows)
        erased = rows.execute(
            "SELECT id FROM directory_person WHERE erased_at IS NOT NULL ORDER BY id"
        ).fetchall()
        secrets = rows.execute(
            "SELECT count(*) FROM directory_person_secret WHERE person_id = ANY(%s)",
            [[before, after]],
        ).fetchone()
    assert erased == [(before,), (after,)]
    assert secrets == (0,)
    assert found["points_entry"] == expected["points_entry"]
    assert found["journal_fact"] == expected["journal_fact"] + 1  # the erasure, done again
    again = command(empty_machine, "restore", str(taken.folder))
    assert again.returncode == 1
    assert "The database is in use" in again.stderr


def test_only_the_newest_stay_with_what_they_need(
    db: str, clock: SimulatedClock, data_dir: Path, tmp_path: Path
) -> None:
    journal_jobs.make_partitions()
    target = tmp_path / "backups"
    picture = keep_photo()
    kept = [backup.take(target, data_dir=data_dir, keep=2)]
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM files_document")
    for night in (1, 2):
        clock.advance(timedelta(days=1))
        kept.append(backup.take(target, data_dir=data_dir, keep=2))
        stored = path_in(target / "files", picture).exists()
        assert stored is (night == 1), "as long as one of the two needs it"
    assert layout.backups(target) == [taken.folder for taken in kept[1:]]
    assert [taken.pruned for taken in kept] == [0, 0, 1]


def test_a_photo_that_is_gone_is_named_and_stops_nothing(
    db: str, clock: SimulatedClock, data_dir: Path, tmp_path: Path
) -> None:
    journal_jobs.make_partitions()
    picture = keep_photo()
    path_in(data_dir / "files", picture).write_bytes(b"rust")
    taken = backup.take(tmp_path / "backups", data_dir=data_dir, keep=2)
    assert (taken.damaged, taken.manifest.files) == ((picture,), 0)


@pytest.mark.usefixtures("db", "clock")
@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "not_a_backup"),
        (lambda folder: say(folder, format=2), "backup_of_another_format"),
        (lambda folder: flip(folder / "database.dump"), "backup_damaged"),
        (lambda folder: (folder / "files.txt").write_text("x"), "backup_damaged"),
        (lambda folder: say(folder, key_ids=["lost"]), "backup_of_other_keys"),
        (lambda folder: None, "restore_into_used"),
    ],
)
def test_what_cannot_be_restored_is_refused_before_anything_happens(
    data_dir: Path,
    tmp_path: Path,
    harm: Callable[[Path], object],
    code: str,
) -> None:
    journal_jobs.make_partitions()
    taken = backup.take(tmp_path / "backups", data_dir=data_dir, keep=2)
    harm(taken.folder)
    with pytest.raises(CannotStart) as refused:
        backup.restore(taken.folder, data_dir=data_dir)
    assert refused.value.code == code


def test_rows_that_were_altered_do_not_prove_themselves(
    db: str, clock: SimulatedClock, data_dir: Path, tmp_path: Path
) -> None:
    journal_jobs.make_partitions()
    keep_photo()
    manifest = backup.take(tmp_path / "backups", data_dir=data_dir, keep=2).manifest
    assert backup.prove(manifest) == (1, 1)
    for claimed in ({"facts": 2}, {"root": "0" * 64}):
        with pytest.raises(CannotStart) as refused:
            backup.prove(manifest.model_copy(update=claimed))
        assert refused.value.code == "restore_does_not_hold"


def test_without_its_keys_nothing_is_restored(tmp_path: Path) -> None:
    done = command(tmp_path / "nothing", "restore", str(tmp_path))
    assert done.returncode == 1
    assert "There is no keys.json" in done.stderr
    assert not (tmp_path / "nothing").exists()


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def say(folder: Path, **values: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))
