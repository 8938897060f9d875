"""``liuchi indicators run`` as a province runs it: a process of its own, which has no database."""

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

from engines.indicators import worlds
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.queries.exports import Wanted
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.clock import SimulatedClock
from liuchi.playbooks.registry import using

if TYPE_CHECKING:
    from conftest import Prepare

pytestmark = pytest.mark.slow

COUNTIES = {"laofeng": 120, "luochong": 200}
BOUGHT = "facts/probe.bought/000001.parquet"
EXPECTED = """\
title: 安徽省
by: 2022-06-21
installations:
  - {name: luochong, title: 罗冲区}
  - {name: laofeng, title: 老峰区, by: 2022-06-18}
"""
MISSING = EXPECTED + "  - {name: gaohe, title: 高河区}\n"


@pytest.fixture(scope="module")
def handed(
    prepare: Prepare, template: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, worlds.Answers]:
    """What two counties handed over, and what the second said of itself by month."""
    folder, live = tmp_path_factory.mktemp("province"), {}
    with using(worlds.kinds()), kernel_clock.using(SimulatedClock(worlds.NOW)):
        for seed, (name, facts) in enumerate(COUNTIES.items()):
            with prepare(template, worlds.made) as (_, areas):
                worlds.written(worlds.some_facts(facts, seed), areas)
                worlds.sealed()
                worlds.exported(folder / name, name)
                office = directory.area_named(worlds.OFFICE).code
                wanted = Wanted(as_of=worlds.AS_OF[0], area=office, codes=("w.count", "w.amount"))
                live = worlds.live(worlds.SYSTEM, wanted)
    return folder, live


@pytest.fixture
def province(handed: tuple[Path, worlds.Answers], tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(handed[0], tmp_path / "province"))


def run(province: Path, *options: str, expected: str = "") -> subprocess.CompletedProcess[str]:
    """Count two figures as of a day both counties are sealed to."""
    words = ["indicators", "run", "--facts", str(province), "--as-of", str(worlds.AS_OF[0])]
    if expected:
        names = province.parent / "expected.yaml"
        names.write_text(expected, encoding="utf-8")
        words += ["--federation", str(names)]
    return subprocess.run(
        [
            *(sys.executable, "-m", "liuchi.project.cli_entry", *words),
            *("--code", "w.count", "--code", "w.amount", *options),
        ],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "LIUCHI_MODE": "test"},
    )


def test_one_county_counts_what_it_said_itself(
    handed: tuple[Path, worlds.Answers], province: Path
) -> None:
    office = "340891"
    done = run(province / "luochong", "--format", "json", "--area", office, "--prove")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert {(each["code"], each["key"]): each["text"] for each in told["figures"]} == handed[1]


def test_who_is_late_is_counted_and_said(province: Path) -> None:
    done = run(province, expected=EXPECTED)
    assert done.returncode == 0
    said = done.stdout.splitlines()
    assert "罗冲区：已计入 罗冲区: counted" in said
    assert (
        "老峰区：已计入，但晚于 2022-06-18 才送来 老峰区: counted, but handed over after 2022-06-18"
    ) in said


def test_who_is_missing_is_said_and_the_command_ends_with_3(province: Path) -> None:
    done = run(province, "--format", "csv", expected=MISSING)
    assert done.returncode == 3
    assert done.stdout.splitlines()[0] == "code,title,key,label,value,unit"
    assert "高河区: MISSING (due by 2022-06-21), not counted" in done.stderr


def altered(folder: Path) -> None:
    held = folder / BOUGHT
    content = bytearray(held.read_bytes())
    content[len(content) // 2] ^= 1
    held.write_bytes(content)


def removed(folder: Path) -> None:
    (folder / BOUGHT).unlink()


def doubled(folder: Path) -> None:
    shutil.copy(folder / BOUGHT, folder / BOUGHT.replace("000001", "000002"))


def unfinished(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def handed_twice(folder: Path) -> None:
    shutil.copytree(folder, folder.with_name("laofeng-again"))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (altered, f"laofeng/{BOUGHT}: "),
        (removed, f"laofeng/{BOUGHT}: "),
        (doubled, "laofeng/facts/probe.bought/000002.parquet: "),
        (unfinished, "laofeng/manifest.json: "),
        (handed_twice, "laofeng-again: "),
    ],
)
def test_what_does_not_hold_is_named_with_its_seal_and_nothing_is_counted(
    province: Path, spoil: Callable[[Path], None], said: str
) -> None:
    spoil(province / "laofeng")
    done = run(province, expected=EXPECTED)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
