"""A server of one's own instead of the embedded one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from liuchi.project.postgres import Cluster, Role

NAME = "somebody_elses"


@pytest.fixture
def own_server(cluster: Cluster) -> Iterator[dict[str, str]]:
    """An empty database and the two addresses of it, as an operator would set them."""
    with cluster.connect() as connection:
        cluster.create_database(connection, NAME)
        yield {
            "LIUCHI_DATABASE_URL": cluster.url(Role.APP, NAME),
            "LIUCHI_OWNER_DATABASE_URL": cluster.url(Role.OWNER, NAME),
        }
        connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def liuchi(data_dir: Path, own: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **own, "LIUCHI_MODE": "demo", "LIUCHI_DATA_DIR": str(data_dir)}
    return subprocess.run(
        [sys.executable, "-m", "liuchi.project.cli_entry", *words],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )


def test_a_server_of_ones_own_is_migrated_and_no_other_started(
    own_server: dict[str, str], cluster: Cluster, tmp_path: Path
) -> None:
    before = liuchi(tmp_path, own_server, "doctor")
    assert before.returncode == 1
    assert "Run liuchi migrate." in before.stdout
    migrated = liuchi(tmp_path, own_server, "migrate")
    assert (migrated.returncode, migrated.stderr) == (0, "")
    after = liuchi(tmp_path, own_server, "doctor")
    assert (after.returncode, after.stderr) == (0, ""), after.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys.json"]
    with cluster.connect(Role.APP, NAME) as connection:
        assert connection.execute("SELECT count(*) FROM django_session").fetchone() == (0,)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = liuchi(tmp_path / "file" / "data", {}, "doctor")
    assert done.returncode == 1
    assert f"{tmp_path}/file/data cannot be written (Not a directory)" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_server_that_does_not_answer_is_said(tmp_path: Path) -> None:
    nowhere = "postgresql://liuchi_app@/liuchi?host=/nonexistent"
    own = {"LIUCHI_DATABASE_URL": nowhere, "LIUCHI_OWNER_DATABASE_URL": nowhere}
    done = liuchi(tmp_path, own, "migrate")
    assert done.returncode == 1
    assert done.stderr.startswith("✗ ")
    assert done.stderr.count("\n") == 1
