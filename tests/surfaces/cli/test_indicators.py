"""``liuchi indicators run`` as a province runs it: over folders alone, which may not hold.

What the command leaves with, a process of its own proves; the rest is asked within this one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from engines.indicators import worlds
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.queries.exports import Wanted
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.errors import Invalid
from liuchi.playbooks.registry import using
from liuchi.surfaces.cli import app

if TYPE_CHECKING:
    from conftest import Prepare

pytestmark = pytest.mark.slow

COUNTIES = {"laofeng": 120, "luochong": 200}
CODES = ("w.count", "w.amount")
BOUGHT, AGAIN = (f"facts/probe.bought/00000{number}.parquet" for number in (1, 2))
EXPECTED = """\
title: 安徽省
by: 2022-06-21
installations:
  - {name: luochong, title: 罗冲区}
  - {name: laofeng, title: 老峰区, by: 2022-06-18}
"""
LATE = (
    "老峰区：已计入，但晚于 2022-06-18 才送来 / 老峰区: counted, but handed over after 2022-06-18"
)
MISSING = EXPECTED + "  - {name: gaohe, title: 高河区}\n"


@pytest.fixture(scope="module")
def handed(
    prepare: Prepare, template: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str, worlds.Answers]:
    """What two counties handed over, an office's code, and what the second said of itself."""
    folder, office, live = tmp_path_factory.mktemp("province"), "", {}
    with using(worlds.kinds()), kernel_clock.using(SimulatedClock(worlds.NOW)):
        for seed, (name, facts) in enumerate(COUNTIES.items()):
            with prepare(template, worlds.made) as (_, areas):
                worlds.written(worlds.some_facts(facts, seed), areas)
                worlds.sealed()
                worlds.exported(folder / name, name)
                office = directory.area_named(worlds.OFFICE).code
                live = worlds.live(worlds.SYSTEM, Wanted(worlds.AS_OF[0], CODES, area=office))
    return folder, office, live


@pytest.fixture
def province(handed: tuple[Path, str, worlds.Answers], tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(handed[0], tmp_path / "province"))


def words(province: Path, *options: str, expected: str = "") -> list[str]:
    """Return a command that counts two figures as of a day both counties are sealed to."""
    said = ["indicators", "run", "--facts", str(province), "--as-of", str(worlds.AS_OF[0])]
    said += [word for code in CODES for word in ("--code", code)]
    if expected:
        names = province.parent / "expected.yaml"
        names.write_text(expected, encoding="utf-8")
        said += ["--federation", str(names)]
    return [*said, *options]


def run(*said: str) -> tuple[int, str, str]:
    """Run a command as the console does; return what it leaves with and writes."""
    done = subprocess.run(
        [sys.executable, "-m", "liuchi.project.cli_entry", *said],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "LIUCHI_MODE": "test"},
    )
    return done.returncode, done.stdout, done.stderr


def test_one_county_counts_what_it_said_itself(
    handed: tuple[Path, str, worlds.Answers], province: Path
) -> None:
    _, office, live = handed
    asked = ("--format", "json", "--area", office, "--prove")
    done = CliRunner().invoke(app, words(province / "luochong", *asked))
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert {(each["code"], each["key"]): each["text"] for each in told["figures"]} == live


def test_who_is_late_is_counted_and_said(province: Path) -> None:
    done = CliRunner().invoke(app, words(province, expected=EXPECTED))
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-2:] == [
        "罗冲区：已计入 / 罗冲区: counted",
        LATE,
    ]


def test_who_is_missing_is_said_and_the_command_ends_with_3(province: Path) -> None:
    status, figures, said = run(*words(province, "--format", "csv", expected=MISSING))
    assert status == 3
    assert figures.splitlines()[0] == "code,title,key,label,value,unit"
    assert "高河区: MISSING (due by 2022-06-21), not counted" in said


def altered(folder: Path) -> None:
    held = folder / BOUGHT
    content = bytearray(held.read_bytes())
    content[len(content) // 2] ^= 1
    held.write_bytes(content)


def removed(folder: Path) -> None:
    (folder / BOUGHT).unlink()


def doubled(folder: Path) -> None:
    shutil.copy(folder / BOUGHT, folder / AGAIN)


def unfinished(folder: Path) -> None:
    (folder / "manifest.json").unlink()


@pytest.mark.parametrize(
    ("spoil", "where", "said"),
    [
        (altered, BOUGHT, "was altered"),
        (removed, BOUGHT, "is missing (it belongs to seals 1)"),
        (doubled, AGAIN, "facts of seals 1 would count twice"),
        (unfinished, "manifest.json", "it was not finished"),
    ],
)
def test_what_does_not_hold_is_named_with_its_seal_and_nothing_is_counted(
    province: Path, spoil: Callable[[Path], None], where: str, said: str
) -> None:
    spoil(province / "laofeng")
    done = CliRunner().invoke(app, words(province, expected=EXPECTED))
    assert isinstance(done.exception, Invalid)
    assert done.stdout == ""
    (fault,) = done.exception.errors
    assert fault.field == f"{province}/laofeng/{where}"
    assert said in fault.sentence.in_language("en")


def test_what_was_handed_over_twice_is_refused_and_the_command_ends_with_1(province: Path) -> None:
    shutil.copytree(province / "laofeng", province / "laofeng-again")
    status, figures, said = run(*words(province))
    assert (status, figures) == (1, "")
    assert said.startswith("✗ ")
    assert f"{province}/laofeng-again: " in said
    assert "seals 1 to 1 would count twice" in said
