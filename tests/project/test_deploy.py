"""The files an operator starts from: the container, the compose file, the database script."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from liuchi.kernel.keyring import KeyRing
from liuchi.project import settings as liuchi_settings
from liuchi.project.commands import app as own
from liuchi.project.postgres import Cluster, Role, binaries

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PANGO = re.compile(r'^PANGO = \("(\S+)", "(\S+)", "(\S+)"\)', re.MULTILINE)
PASSWORDS = {"LIUCHI_OWNER_PASSWORD", "LIUCHI_APP_PASSWORD"}  # of the two roles, in addresses


@pytest.fixture
def strange_server() -> Iterator[Cluster]:
    """A PostgreSQL that knows nothing of Liuchi."""
    folder = Path(tempfile.mkdtemp(prefix="liuchi-deploy-"))
    folder.chmod(0o755)
    with Cluster(folder, options={"fsync": "off"}).running() as server:
        with server.connect() as connection:
            connection.execute("DROP DATABASE liuchi")
            connection.execute("DROP ROLE liuchi_owner, liuchi_app")
        yield server
    shutil.rmtree(folder)


def test_every_setting_the_files_name_is_one_of_ours() -> None:
    known = set(re.findall(r"``(LIUCHI_\w+|PORT)``", liuchi_settings.__doc__ or "")) | PASSWORDS
    named = {
        name
        for file in ("compose.yaml", "Dockerfile", "make-database.sh")
        for name in re.findall(r"\bLIUCHI_[A-Z_]+\b", (DEPLOY / file).read_text())
    }
    assert named - known == set()


def test_compose_says_what_production_insists_on() -> None:
    services = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text())["services"]
    given = {"LIUCHI_MODE": "production"} | {
        name: {"LIUCHI_SECRET_KEY": "k" * 50, "LIUCHI_KEY_RING": KeyRing.generate().to_text(),
               "LIUCHI_ALLOWED_HOSTS": "liuchi.example"}.get(name, value)
        for name, value in services["liuchi"]["environment"].items()
    }  # fmt: skip
    settings = liuchi_settings.from_environment(given)
    assert (settings.mode, settings.embedded) == (liuchi_settings.Mode.PRODUCTION, False)


def test_what_the_container_copies_and_runs_is_there() -> None:
    container = (DEPLOY / "Dockerfile").read_text()
    services = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text())["services"]
    left_out = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    setup = (ROOT / "scripts" / "setup.py").read_text()
    built = services["liuchi"]["build"]
    volumes = services["database"]["volumes"]
    mounted = [Path(each.split(":")[0]) for each in volumes if each[0] == "."]

    assert (DEPLOY / built["context"] / built["dockerfile"]).resolve() == DEPLOY / "Dockerfile"
    assert [os.access(DEPLOY / path, os.X_OK) for path in mounted] == [True]
    needed = {"scripts", "src", "playbooks", "pyproject.toml", "requirements.lock", "README.md",
              "package.json", "package-lock.json"}  # fmt: skip
    assert {name for name in needed if (ROOT / name).exists()} - set(left_out) == needed
    packages = re.findall(r"--no-install-recommends ([\w. -]+?) \\", container)
    assert {tuple(each.split()) for each in packages} == {PANGO.findall(setup)[0]}
    commands = [json.loads(each)[1] for each in re.findall(r"CMD (\[.+\])", container)]
    assert set(commands) <= {command.name or command.callback.__name__
                             for command in own.registered_commands}  # fmt: skip
    assert commands == ["health", "serve"]


def test_what_deploy_env_keeps_secret_is_in_no_image_and_no_commit() -> None:
    for file in (DEPLOY / "Dockerfile.dockerignore", ROOT / ".gitignore"):
        assert "deploy/.env" in file.read_text().splitlines()


@pytest.mark.slow
def test_the_script_makes_what_liuchi_needs_and_no_more(strange_server: Cluster) -> None:
    values = re.findall(r"'([^']+)'", secrets())
    owner, app = values[2], values[3]
    done = subprocess.run(
        [DEPLOY / "make-database.sh"],
        check=False,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PATH": f"{binaries.installed() / 'bin'}:{os.environ['PATH']}",
            "PGHOST": str(strange_server.socket_dir),
            "PGUSER": "postgres",
            "PGPASSWORD": strange_server.password(Role.SUPERUSER),
            "LIUCHI_OWNER_PASSWORD": owner,
            "LIUCHI_APP_PASSWORD": app,
        },
    )
    assert done.returncode == 0, done.stderr
    at = f"@/liuchi?host={strange_server.socket_dir}"
    migrated = liuchi(
        "migrate",
        LIUCHI_DATABASE_URL=f"postgresql://liuchi_app:{app}{at}",
        LIUCHI_OWNER_DATABASE_URL=f"postgresql://liuchi_owner:{owner}{at}",
        LIUCHI_DATA_DIR=str(strange_server.data_dir / "own"),
    )
    assert (migrated.returncode, migrated.stderr) == (0, "")
    with strange_server.connect() as connection:
        rights = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles "
            "WHERE rolname LIKE 'liuchi%' ORDER BY 1"
        ).fetchall()
    assert rights == [("liuchi_app", False, False, False), ("liuchi_owner", False, False, False)]


def test_health_is_a_fault_where_nothing_listens(tmp_path: Path) -> None:
    done = liuchi("health", PORT="1", LIUCHI_DATA_DIR=str(tmp_path / "none"))
    assert (done.returncode, done.stderr) == (1, "")


def secrets() -> str:
    done = liuchi("secrets")
    assert done.returncode == 0, done.stderr
    return done.stdout


def liuchi(*words: str, **values: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "liuchi.project.cli_entry", *words],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "LIUCHI_MODE": "demo", **values},
    )
