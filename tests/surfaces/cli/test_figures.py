"""``liuchi figures check`` over the demo: rows of a newspaper page of May 2022.

The CSV beside this file holds what 诚信有“价”让居民幸福再加码 printed (the document the
example playbook names), one figure a row.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from liuchi.surfaces.cli import app

PRINTED = Path(__file__).with_name("figures_2022-05.csv")

pytestmark = pytest.mark.usefixtures("demo_database")


def check(path: Path, entries: str) -> tuple[int, dict[str, tuple[str, str]], str]:
    """Return exit status, computed and verdict by id, and everything printed."""
    result = CliRunner().invoke(app, ["figures", "check", str(path), "--entries", entries])
    rows = {}
    for line in result.output.splitlines():
        cells = [cell.strip() for cell in re.split("[│┃]", line)]
        if len(cells) > 6 and cells[1].startswith("s"):
            rows[cells[1]] = (cells[4], cells[5].split(":")[0])
    return result.exit_code, rows, result.output


def test_the_printed_figures_are_computed() -> None:
    status, rows, output = check(PRINTED, "s4.2,s4.3")
    assert rows == {
        "s4.2-01": ("38", "equal"),
        "s4.2-03": ("198", "within interval"),
        "s4.3-01": ("49", "equal"),
        "s4.3-02": ("30", "equal"),
        "s4.3-03": ("18", "equal"),
    }
    assert status == 0
    assert "/desk/figures/credit.redeemers/?area=" in output
    assert "CONTRADICTION in source s4.3-01" in output
    assert [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in output.splitlines()
        if line.startswith(("│ 004_", "│ 合计"))
    ] == [["004_827183e65e715b29", "4", "1", "5"], ["合计 all", "4", "1", "5"]]


def test_what_is_not_tied_or_contradicts_itself_says_so() -> None:
    status, rows, _ = check(PRINTED, "s4.1,s4.4")
    assert rows == {
        "s4.1-01": ("3", "equal"),
        "s4.4-01": ("4", "equal"),
        "s4.4-02": ("5", "equal"),
    }
    assert status == 0


@pytest.mark.parametrize(
    ("printed", "altered", "id_", "computed"),
    [
        ("residents redeemed,49,", "residents redeemed,50,", "s4.3-01", "49"),
        ("add-point indicators,38,", "add-point indicators,39,", "s4.2-01", "38"),
        ("gift pack,200,", "gift pack,150,", "s4.2-03", "198"),
    ],
)
def test_an_altered_row_is_a_mismatch(
    tmp_path: Path, printed: str, altered: str, id_: str, computed: str
) -> None:
    text = PRINTED.read_text(encoding="utf-8")
    assert text.count(printed) == 1
    other = tmp_path / "altered.csv"
    other.write_text(text.replace(printed, altered), encoding="utf-8")
    status, rows, _ = check(other, "s4.2,s4.3")
    assert status == 1
    assert rows[id_] == (computed, "MISMATCH")
    assert [verdict for _, verdict in rows.values()].count("MISMATCH") == 1


def test_a_file_that_is_no_list_of_figures_is_refused_with_its_line(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(PRINTED.read_text(encoding="utf-8").replace(",30,", ",thirty,"))
    status, _, output = check(wrong, "s4.3")
    assert status == 2
    assert "第6行，value" in output


def test_unknown_entries_are_named_as_such() -> None:
    status, _, output = check(PRINTED, "s9.9")
    assert status == 2
    assert "No such entries" in output
