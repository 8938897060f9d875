"""A roster as an office keeps it: a sheet for each grid, a title, two rows of headings,
household cells merged over their members, a few rows that are wrong."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = "明华强芳敏静丽军磊洋勇艳杰娟涛超霞平刚桂"
HEADS = (
    ("户信息", "户号"), ("户信息", "户主"), ("户信息", "住址"),
    ("成员信息", "姓名"), ("成员信息", "与户主关系"), ("成员信息", "性别"),
    ("成员信息", "出生日期"), ("成员信息", "联系电话"), ("成员信息", "身份证号"), ("备注", "备注"),
)  # fmt: skip
MERGED = 3  # 户号, 户主, 住址
FIRST_ROW = 4  # below the title and two rows of headings
RELATIONS = ("户主", "配偶", "子女")


def roster(people: int, grids: Sequence[str], wrong_every: int = 0) -> bytes:
    """Return a workbook of so many people; every ``wrong_every``-th was born on 30 February."""
    book = Workbook()
    book.remove(book.active)
    per_sheet = -(-people // len(grids))
    number = 0
    for grid in grids:
        sheet = book.create_sheet(grid)
        _head(sheet, grid)
        number = _fill(sheet, number, min(per_sheet, people - number), wrong_every)
    notes = book.create_sheet("说明")
    notes.append(["本表由网格员按季度更新。"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def name_of(number: int) -> str:
    """Return the name of the n-th person; the names of 6,400 differ."""
    surname = SURNAMES[number % len(SURNAMES)]
    rest = number // len(SURNAMES)
    return surname + GIVEN[rest % len(GIVEN)] + GIVEN[rest // len(GIVEN) % len(GIVEN)]


def _head(sheet: Worksheet, grid: str) -> None:
    sheet.append([f"{grid}居民名册"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEADS))
    sheet.append([upper for upper, _ in HEADS])
    sheet.append([lower for _, lower in HEADS])
    begin = 1
    for place in range(2, len(HEADS) + 2):
        if place > len(HEADS) or HEADS[place - 1][0] != HEADS[begin - 1][0]:
            if place - begin > 1:
                sheet.merge_cells(start_row=2, start_column=begin, end_row=2, end_column=place - 1)
            begin = place


def _fill(sheet: Worksheet, number: int, people: int, wrong_every: int) -> int:
    row, last = FIRST_ROW, number + people
    while number < last:
        members = min(len(RELATIONS), last - number)
        head = name_of(number)
        for place in range(members):
            born: object = date(1940, 1, 1) + timedelta(days=(number * 37) % 25_000)
            if wrong_every and number % wrong_every == wrong_every - 1:
                born = "1990-02-30"
            household = (f"{number - place:06}", head, f"示例花园{number % 40 + 1}栋{number}室")
            sheet.append([
                *(household if place == 0 else (None,) * MERGED),
                name_of(number), RELATIONS[place], "女" if place == 1 else "男", born,
                f"139{number:08}" if place == 0 else None,
                "11010519491231002X" if number == 0 else None, None,
            ])  # fmt: skip
            number += 1
        if members > 1:
            for column in range(1, MERGED + 1):
                sheet.merge_cells(
                    start_row=row, start_column=column, end_row=row + members - 1, end_column=column
                )
        row += members
    return number
