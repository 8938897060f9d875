# ruff: noqa: INP001  run as a file
"""Excel out: rows a second and memory, at two lengths; memory must not grow with the list.

``python bench/excel.py`` prints a line for each length, each measured in a process of its
own. The peer is openpyxl in its write-only mode, in the same run.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

LENGTHS = (20_000, 200_000)
HEADS = ("姓名", "出生年份", "住户", "网格", "社区", "哪一天")


def records(length: int) -> Iterator[dict[str, object]]:
    """Yield a roster as the desk lists it."""
    day = date(2026, 3, 2)
    for n in range(length):
        yield dict(zip(HEADS, (f"居民{n}", 1950 + n % 60, f"{n // 3}户", "一网格", "罗冲", day),
                       strict=True))  # fmt: skip


def prepare() -> None:
    """Set Django up, whose memory is not the list's."""
    os.environ.setdefault("LIUCHI_MODE", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuchi.project.django_settings")
    import django  # noqa: PLC0415

    django.setup()
    import liuchi.surfaces.components.excel  # noqa: F401, PLC0415


def ours(length: int, path: Path) -> None:
    """Write through the product's own writer."""
    from liuchi.engines.directory.queries import Page  # noqa: PLC0415
    from liuchi.surfaces.components import excel  # noqa: PLC0415
    from liuchi.surfaces.components.tables import Column, Listing, Shape  # noqa: PLC0415

    columns = tuple(
        Column(head, lambda row: row, Shape.DAY if head == HEADS[-1] else Shape.TEXT)
        for head in HEADS
    )
    listing = Listing("bench", "居民", columns, lambda _a, _l: Page((), None), empty="")
    excel.write(path, listing, records(length))


def peer(length: int, path: Path) -> None:
    """Write the same with openpyxl."""
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet("居民")
    sheet.append(HEADS)
    for record in records(length):
        sheet.append(list(record.values()))
    book.save(path)


def measure(who: str, length: int) -> None:
    """Do it once in this process and print what it took."""
    if who == "ours":
        prepare()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        began = time.perf_counter()
        (ours if who == "ours" else peer)(length, path)
        took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{who:<6}{length:>9,} rows  {length / took:>9,.0f} rows/s {peak:>6.0f} MB\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1], int(sys.argv[2]))
    else:
        for each in ("ours", "peer"):
            for rows in LENGTHS:
                subprocess.run([sys.executable, __file__, each, str(rows)], check=True)
