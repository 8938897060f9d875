"""The Word file as an office opens it: laid out by LibreOffice, and measured on its pages.

Whoever makes the file and whoever lays it out are different programs. LibreOffice is not part of
the set-up (300 MB); where it is not, the run's summary says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest

from engines.bulletins.test_paper import (
    ADDRESS,
    BOTTOM,
    LEFT,
    MANY,
    RIGHT,
    SEVERAL,
    SHEET,
    TOP,
    WITHIN_MM,
    baselines,
    characters,
    strokes,
)
from liuchi.engines.bulletins import rules
from liuchi.engines.bulletins.rules import Sheet
from liuchi.engines.bulletins.rules.word_parts import FACES
from liuchi.kernel import paper
from pages_read import POINT_MM, codes, lines, read, size_mm

pytestmark = pytest.mark.slow

FOOT = 2.1  # below a baseline: in a line of exact height the letters stand at its foot
LAID_OUT_WITHIN_SECONDS = 120
# A machine of an office has these fonts; this one has open ones that stand in for them.
STAND_INS = "".join(
    f"<match><test name='family'><string>{name}</string></test>"
    f"<edit name='family' mode='assign' binding='same'>"
    f"<string>{face.others[-1]}</string></edit></match>"
    for name, face in FACES.items()
)
FONTS_CONF = f"""<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{paper.FONTS_FOLDER}</dir><cachedir prefix="xdg">fontconfig</cachedir>
{STAND_INS}</fontconfig>"""

# The text ends where the band would begin: it goes to a page of its own.
FULL = replace(SHEET, send_to=MANY, distribute_to=MANY, paragraphs=SHEET.paragraphs[:13])


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every kind of sheet as a PDF that LibreOffice made of its Word file."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("there is no LibreOffice (apt-get install libreoffice-writer-nogui)")
    folder = tmp_path_factory.mktemp("word")
    conf = folder / "fonts.conf"
    conf.write_text(FONTS_CONF, encoding="utf-8")
    for name, sheet in {"one": SHEET, "several": SEVERAL, "full": FULL}.items():
        made = rules.docx_of(sheet, made_at=datetime(2026, 11, 21, 9))  # noqa: DTZ001  Word keeps none
        (folder / f"{name}.docx").write_bytes(made)
    subprocess.run(
        [
            *(office, "--headless", f"-env:UserInstallation=file://{folder}/profile"),
            *("--convert-to", "pdf", "--outdir", str(folder)),
            *(str(each) for each in sorted(folder.glob("*.docx"))),
        ],
        check=True,
        capture_output=True,
        timeout=LAID_OUT_WITHIN_SECONDS,
        env={**os.environ, "FONTCONFIG_FILE": str(conf), "HOME": str(folder)},
    )
    return {each.stem: each.read_bytes() for each in folder.glob("*.pdf")}


def inked(pdf: bytes) -> str:
    """Return every character of a document but its page numbers, in one order."""
    pages = range(len(read(pdf).pages))
    found = [line for page in pages for line in lines(pdf, page) if not line.startswith("— ")]
    return "".join(sorted("".join("".join(found).split())))


@pytest.mark.parametrize(("name", "sheet"), [("one", SHEET), ("full", FULL)])
def test_it_says_to_the_character_what_the_pdf_says(
    laid_out: dict[str, bytes], name: str, sheet: Sheet
) -> None:
    made = paper.to_pdf(rules.html_of(sheet), title="简报")
    assert inked(laid_out[name]) == inked(made)
    assert size_mm(laid_out[name]) == (210, 297)


def test_a_full_page_has_22_lines_of_28_characters(laid_out: dict[str, bytes]) -> None:
    found = baselines(laid_out["one"], 1, 16.0)
    heights = list(found)
    assert len(heights) == 22
    assert max(len(line) for line in found.values()) == 28
    assert {round((below - above) / POINT_MM) for above, below in pairwise(heights)} == {29}
    full = next(line for line in found.values() if len(line) == 28)
    advance = (full[27][1] - full[0][1]) / 27
    assert abs(full[0][1] - LEFT) < WITHIN_MM
    assert abs(full[27][1] + advance - RIGHT) < WITHIN_MM
    assert abs(heights[0] + FOOT - 29 * POINT_MM - TOP) < WITHIN_MM
    assert abs(heights[-1] + FOOT - BOTTOM) < WITHIN_MM


def test_every_page_keeps_its_margins(laid_out: dict[str, bytes]) -> None:
    for name, pdf in laid_out.items():
        for page in range(len(read(pdf).pages)):
            placed = [(x, y) for _, x, y, _ in characters(pdf, page) if y < BOTTOM]
            assert min(x for x, _ in placed) > LEFT - WITHIN_MM, (name, page)
            assert max(x for x, _ in placed) < RIGHT, (name, page)
            assert min(y for _, y in placed) > TOP, (name, page)


def test_page_numbers_stand_outside_and_below(laid_out: dict[str, bytes]) -> None:
    pdf = laid_out["one"]
    for page in range(len(read(pdf).pages)):
        number = [(x, y) for _, x, y, _ in characters(pdf, page) if y > BOTTOM]
        assert {abs(y - BOTTOM - 11.5) < WITHIN_MM for _, y in number} == {True}
        assert {size for *_, y, size in characters(pdf, page) if y > BOTTOM} == {14}
        if page % 2 == 0:  # 1, 3, …: right, one character in
            assert abs(max(x for x, _ in number) - (RIGHT - 2 * 14 * POINT_MM)) < WITHIN_MM
        else:
            assert abs(min(x for x, _ in number) - (LEFT + 14 * POINT_MM)) < WITHIN_MM


@pytest.mark.parametrize("name", ["one", "several", "full"])
def test_the_band_stands_at_the_foot_of_the_last_page_with_its_code(
    laid_out: dict[str, bytes], name: str
) -> None:
    pdf = laid_out[name]
    last = len(read(pdf).pages) - 1
    band = strokes(pdf, last)[-3:]
    # Strokes reach beyond their bounds by their own width, which the PDF's filled rules do not.
    assert [round(stroke[3] * POINT_MM / 2, 2) for stroke in band] == [0.35, 0.26, 0.35]
    for left, right, *_ in band:
        assert abs(left - LEFT) < WITHIN_MM
        assert abs(right - RIGHT) < WITHIN_MM
    assert abs(band[-1][2] - BOTTOM) < WITHIN_MM
    assert [codes(pdf, page) for page in range(last + 1)] == [[]] * last + [[ADDRESS]]


def test_the_red_rule_stands_four_millimetres_below_its_line(laid_out: dict[str, bytes]) -> None:
    red = strokes(laid_out["one"], 0)[0]
    issuer = max(y for y in baselines(laid_out["one"], 0, 16.0) if y < red[2])
    assert abs(red[0] - LEFT) < WITHIN_MM
    assert abs(red[1] - RIGHT) < WITHIN_MM
    assert abs(red[2] - (issuer + FOOT + 4)) < WITHIN_MM
