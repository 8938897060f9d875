"""Each import contract is broken once on purpose and must name the offender."""

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).parent / "lint-imports"


@dataclass(frozen=True)
class Breach:
    """Which contract, by a line in which module (made if it is not there), named how."""

    contract: str
    module: str
    line: str

    @property
    def id(self) -> str:
        return f"{self.contract.split(':')[0]}-{self.module}"


BREACHES = [
    Breach("layers", "liuchi.kernel.ids", "import liuchi.playbooks.registry"),
    Breach("layers", "liuchi.playbooks.registry", "import liuchi.engines.journal.enums"),
    Breach("layers", "liuchi.surfaces.desk.urls", "import liuchi.project.settings"),
    Breach("layers", "liuchi.utils", "# a stray module"),
    Breach("engines", "liuchi.engines.journal.actions", "import liuchi.engines.points.enums"),
    Breach("engines", "liuchi.engines.accounts.actions", "import liuchi.engines.files.queries"),
    Breach("engines", "liuchi.engines.cases.enums", "import liuchi.engines.points.enums"),
    Breach("engines", "liuchi.engines.helpers", "# a stray module"),
    Breach(
        "rooms of an engine", "liuchi.engines.points.models", "import liuchi.engines.points.queries"
    ),
    Breach("rooms of an engine", "liuchi.engines.points.utils", "# a stray module"),
    Breach("surfaces", "liuchi.surfaces.portal.urls", "import liuchi.surfaces.desk.urls"),
    Breach("private rooms", "liuchi.surfaces.desk.urls", "import liuchi.engines.points.facts"),
    Breach("plain Python", "liuchi.engines.points.rules", "import django"),
    Breach("plain Python", "liuchi.kernel.ids", "import psycopg"),
    Breach(
        "models of journal", "liuchi.engines.points.actions", "import liuchi.engines.journal.models"
    ),
    Breach(
        "models of accounts",
        "liuchi.engines.points.actions",
        "import liuchi.engines.accounts.models",
    ),
    Breach("models of files", "liuchi.surfaces.desk.urls", "import liuchi.engines.files.models"),
    Breach(
        "models of directory",
        "liuchi.engines.points.queries",
        "import liuchi.engines.directory.models",
    ),
    Breach(
        "models of points",
        "liuchi.engines.indicators.queries",
        "import liuchi.engines.points.models",
    ),
    Breach("models of cases", "liuchi.surfaces.desk.urls", "import liuchi.engines.cases.models"),
    Breach("models of visits", "liuchi.surfaces.desk.urls", "import liuchi.engines.visits.models"),
    Breach(
        "models of disclosures",
        "liuchi.surfaces.desk.urls",
        "import liuchi.engines.disclosures.models",
    ),
    Breach(
        "models of notices", "liuchi.surfaces.desk.urls", "import liuchi.engines.notices.models"
    ),
    Breach(
        "models of bulletins",
        "liuchi.surfaces.desk.urls",
        "import liuchi.engines.bulletins.models",
    ),
    Breach(
        "models of collect",
        "liuchi.surfaces.desk.urls",
        "import liuchi.engines.collect.models",
    ),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            LINTER,
            "--no-logo",
            "--config",
            folder / "pyproject.toml",
            "--cache-dir",
            folder / "cache",
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(
        ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.mo")
    )
    for module in {part for each in BREACHES for part in (each.module, each.line.split()[-1])}:
        if module.startswith("liuchi.") and not file_of(folder, module).exists():
            # A room an engine has no use for yet: empty is enough to be imported.
            file_of(folder, module).parent.mkdir(parents=True, exist_ok=True)
            file_of(folder, module).touch()
    for stray in (each for each in BREACHES if each.line.startswith("#")):
        file_of(folder, stray.module).unlink(missing_ok=True)
    for package in (p for p in (folder / "src" / "liuchi").rglob("*") if any(p.glob("*.py"))):
        (package / "__init__.py").touch()
    return folder


def file_of(folder: Path, module: str) -> Path:
    base = folder / "src" / Path(*module.split("."))
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")


def contract_names() -> list[str]:
    read = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [contract["name"] for contract in read["tool"]["importlinter"]["contracts"]]


def test_every_contract_holds(house: Path) -> None:
    done = lint(house)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_is_broken_below() -> None:
    assert {name.split(":")[0] for name in contract_names()} == {each.contract for each in BREACHES}


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: breach.id)
def test_a_breach_is_named(house: Path, breach: Breach) -> None:
    file = file_of(house, breach.module)
    before = file.read_text() if file.exists() else None
    file.write_text(f"{before or ''}\n{breach.line}\n")
    try:
        done = lint(house)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before)
    (name,) = [name for name in contract_names() if name.split(":")[0] == breach.contract]
    assert done.returncode == 1, done.stdout + done.stderr
    # Names of contracts are folded at the terminal's width; the report after them is not.
    words = " ".join(done.stdout.split())
    assert f"{name} BROKEN" in words
    assert breach.module in words


def test_a_surface_that_opens_the_database_is_named(house: Path) -> None:
    file = house / "src" / "liuchi" / "surfaces" / "stray.py"
    file.write_text("from django.db import connection\n")
    done = subprocess.run(
        [LINTER.with_name("ruff"), "check", "--no-cache", "--output-format", "concise", file],
        check=False,
        capture_output=True,
        text=True,
    )
    file.unlink()
    assert done.returncode == 1
    assert "TID251 `django.db` is banned" in done.stdout
