import os
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections

from liuchi.engines.journal.jobs import make_partitions
from liuchi.kernel.clock import SimulatedClock
from liuchi.project import backup, doctor
from liuchi.project.doctor import State
from liuchi.project.postgres import Cluster
from liuchi.project.settings import Mode, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    # A server of one's own: doctor asks Django's connections, which ``db`` has pointed.
    return Settings(
        database_url="postgresql://", owner_database_url="postgresql://", data_dir=tmp_path
    )


def by_code(findings: tuple[doctor.Finding, ...]) -> dict[str, State]:
    return {finding.code: finding.state for finding in findings}


def faults(findings: tuple[doctor.Finding, ...]) -> list[str]:
    return [finding.code for finding in findings if finding.state is State.FAULT]


def test_every_part_is_looked_at(db: str, settings: Settings) -> None:
    assert set(by_code(doctor.examine(settings))) == {
        *("python", "postgres_programs", "disk_space", "key_ring", "front_end", "printing"),
        *("browser", "connection", "migrations", "partitions", "sequencer"),
        *("notices", "backup"),
    }


def test_every_fault_has_its_mend(db: str, settings: Settings) -> None:
    (settings.data_dir / "keys.json").write_text("{}")
    (settings.data_dir / "keys.json").chmod(0o644)
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    findings = doctor.examine(settings)
    assert {"key_ring", "migrations"} <= set(faults(findings))
    assert [f.code for f in findings if f.state is State.FAULT and f.mend is None] == []


def test_a_database_that_does_not_answer_is_a_fault(
    db: str, cluster: Cluster, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections["owner"].close()
    monkeypatch.setitem(connections["owner"].settings_dict, "NAME", "no_such_database")
    findings = doctor.examine(settings)
    assert faults(findings)[-1] == "connection"


def test_the_command_leaves_with_1_on_a_fault(tmp_path: Path) -> None:
    environment = {**os.environ, "LIUCHI_MODE": "demo", "LIUCHI_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "liuchi.project.cli_entry", "doctor"]
    first = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert (first.returncode, first.stderr) == (0, "")
    keys = tmp_path / "keys.json"
    keys.chmod(keys.stat().st_mode | stat.S_IROTH)
    second = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert second.returncode == 1
    assert f"Run chmod 600 {keys}" in second.stdout


@pytest.mark.parametrize(
    ("mode", "state"), [(Mode.DEMO, State.NOTE), (Mode.PRODUCTION, State.FAULT)]
)
def test_production_without_a_backup_is_a_fault(
    db: str, settings: Settings, mode: Mode, state: State
) -> None:
    findings = doctor.examine(settings.model_copy(update={"mode": mode}))
    assert by_code(findings)["backup"] is state


def test_a_backup_is_good_for_a_day(
    db: str, settings: Settings, clock: SimulatedClock, tmp_path: Path
) -> None:
    make_partitions()
    kept = settings.model_copy(update={"backup_dir": tmp_path / "backups"})
    assert by_code(doctor.examine(kept))["backup"] is State.FAULT
    backup.take(tmp_path / "backups", data_dir=tmp_path, keep=3)
    assert by_code(doctor.examine(kept))["backup"] is State.GOOD
    clock.advance(timedelta(hours=27))
    assert by_code(doctor.examine(kept))["backup"] is State.FAULT
