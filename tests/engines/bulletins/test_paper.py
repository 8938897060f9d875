"""GB/T 9704-2012 measured on the finished page, by programs that did not make it."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pypdfium2
import pytest
from pypdfium2 import raw

from liuchi.engines.bulletins import rules
from liuchi.engines.bulletins.enums import Form
from liuchi.engines.bulletins.rules import Article, Proof, Sheet
from liuchi.kernel import paper
from pages_read import POINT_MM, codes, fonts, lines, read, size_mm

TEXT = "坚持公开公平公正，每一笔积分都要审核、公示、记账，居民可以随时查看明细并提出异议"
BODY = "\n".join(
    (
        "今年以来，罗冲社区共有184名居民用积分兑换了礼品。",
        "一、建机制，让规矩立起来",
        "（一）议定规则。确定38项加分细项。",
        "1.志愿活动。",
        "（1）周末卫生清扫。",
        *(f"{TEXT}。{TEXT}，社区按时答复。" for _ in range(14)),
    )
)
ADDRESS = "https://liuchi.example/verify/0198a7d2-8a50-702e-8e15-98a0735fdf56/"
SHEET = Sheet(
    masthead="信用社区建设简报",
    number=3,
    issuer="菱北办事处罗冲社区",
    day=date(2026, 11, 21),
    note="做法实在，现予刊发。",
    title="罗冲社区用信用积分凝聚志愿服务力量\n推动基层治理",
    corrects="",
    submitted_by="罗冲社区居民委员会",
    paragraphs=rules.paragraphs(BODY),
    report_to="办事处党工委、办事处。",
    send_to="各社区（村）。",
    distribute_to="各网格。",
    proof=Proof(ADDRESS, 12345, "0ff23456789abcde" * 4),
)
LEFT, RIGHT, TOP, BOTTOM = 28, 210 - 26, 37, 297 - 35
WITHIN_MM = 1


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return paper.to_pdf(rules.html_of(SHEET), title="简报")


def characters(pdf: bytes, page: int) -> list[tuple[str, float, float, float]]:
    """Return each character with where it stands on the page: x, baseline, size; mm and points."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        sheet = document[page]
        height = sheet.get_height()
        text = sheet.get_textpage()
        x, y, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX()
        for index in range(text.count_chars()):
            letter = chr(raw.FPDFText_GetUnicode(text, index))
            raw.FPDFText_GetCharOrigin(text, index, x, y)
            raw.FPDFText_GetMatrix(text, index, matrix)
            size = raw.FPDFText_GetFontSize(text, index) * matrix.d
            if not letter.isspace() and raw.FPDFText_IsGenerated(text, index) == 0:
                found.append((letter, x.value * POINT_MM, (height - y.value) * POINT_MM, size))
    return found


def baselines(
    pdf: bytes, page: int, size: float, *, digits: int = 1
) -> dict[float, list[tuple[str, float]]]:
    """Return the lines of one size, by their baseline, from the top."""
    found: dict[float, list[tuple[str, float]]] = defaultdict(list)
    for letter, x, y, points in characters(pdf, page):
        if round(points, 1) == size:
            found[round(y, digits)].append((letter, x))
    return dict(sorted(found.items()))


def strokes(pdf: bytes, page: int) -> list[tuple[float, float, float, float]]:
    """Return drawn rules: left, right, top, thickness in mm; QR squares are too small to be one."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        sheet = document[page]
        height = sheet.get_height()
        for item in sheet.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,)):
            left, bottom, right, top = item.get_bounds()
            if (right - left) * POINT_MM > 100:
                found.append(
                    (left * POINT_MM, right * POINT_MM, (height - top) * POINT_MM, (top - bottom))
                )
    return sorted(found, key=lambda stroke: stroke[2])


def test_the_text_reads_back_to_the_character(pdf: bytes) -> None:
    pages = len(read(pdf).pages)
    written = "".join("".join(lines(pdf, page)[:-1]) for page in range(pages))
    expected = (
        "信用社区建设简报",
        "第3期",
        "菱北办事处罗冲社区2026年11月21日",
        "编者按：做法实在，现予刊发。",
        "罗冲社区用信用积分凝聚志愿服务力量推动基层治理",
        "罗冲社区居民委员会",
        *(paragraph.text for paragraph in SHEET.paragraphs),
        "扫码核对本期是否与原件一致。",
        "日志序号：12345",
        "封签：" + SHEET.proof.root if SHEET.proof else "",
        "报：办事处党工委、办事处。",
        "送：各社区（村）。",
        "发：各网格。",
        "菱北办事处罗冲社区2026年11月21日印发",
    )
    assert written.replace(" ", "") == "".join(expected).replace(" ", "")
    assert [lines(pdf, page)[-1] for page in range(pages)] == [
        f"— {page} —" for page in range(1, pages + 1)
    ]


def test_fonts_are_embedded_and_the_page_is_a4(pdf: bytes) -> None:
    assert fonts(pdf) == {
        "Liuchi-Sans-Bold": True,
        "Liuchi-Serif": True,
        "Liuchi-Serif-Bold": True,
    }
    assert size_mm(pdf) == (210, 297)


def test_a_full_page_has_22_lines_of_28_characters(pdf: bytes) -> None:
    found = baselines(pdf, 1, 16.0)
    heights = list(found)
    pitch = [later - earlier for earlier, later in pairwise(heights)]

    assert len(heights) == 22
    assert max(len(line) for line in found.values()) == 28
    assert {round(step / POINT_MM) for step in pitch} == {29}
    full = next(line for line in found.values() if len(line) == 28)
    advance = (full[27][1] - full[0][1]) / 27
    assert abs(full[0][1] - LEFT) < WITHIN_MM
    assert abs(full[27][1] + advance - RIGHT) < WITHIN_MM
    assert abs(advance - 156 / 28) < 0.01


def test_headings_do_not_stretch_the_grid(pdf: bytes) -> None:
    lines_ = [
        y
        for y, line in baselines(pdf, 0, 16.0, digits=3).items()
        if y > 170 or line[0][0] == "今"  # the text, without what stands above it
    ]
    assert len(lines_) == 9
    assert {round(below - above, 1) for above, below in pairwise(lines_)} == {10.2}


def test_the_text_block_keeps_its_margins(pdf: bytes) -> None:
    for page in range(len(read(pdf).pages)):
        placed = [(x, y) for _, x, y, size in characters(pdf, page) if y < BOTTOM]
        assert min(x for x, _ in placed) > LEFT - WITHIN_MM
        assert max(x for x, _ in placed) < RIGHT
    first, last = (list(baselines(pdf, 1, 16.0))[at] for at in (0, -1))
    # A baseline stands below the middle of its line of 10.2 mm.
    assert abs(first - (TOP + 7.2)) < WITHIN_MM
    assert abs(last - (BOTTOM - 3.1)) < WITHIN_MM


def test_paragraphs_begin_two_characters_in(pdf: bytes) -> None:
    begins = {
        line[0][0]: line[0][1]
        for line in baselines(pdf, 0, 16.0).values()
        if line[0][0] in "今一（1"
    }
    assert len(begins) == 4
    for letter, x in begins.items():
        assert abs(x - (LEFT + 2 * 156 / 28)) < WITHIN_MM, letter


def test_title_and_masthead_are_centred_in_their_sizes(pdf: bytes) -> None:
    page = characters(pdf, 0)
    for size, count in ((48.0, 8), (22.0, 17)):
        line = [(letter, x) for letter, x, _, points in page if round(points) == size][:count]
        width = line[1][1] - line[0][1]
        middle = (line[0][1] + line[-1][1] + width) / 2
        assert abs(middle - (LEFT + 156 / 2)) < 2 * WITHIN_MM, size


def test_rules_are_where_the_standard_draws_them(pdf: bytes) -> None:
    red = strokes(pdf, 0)[0]
    issuer = max(y for y in baselines(pdf, 0, 16.0) if y < red[2])
    assert abs(red[0] - LEFT) < WITHIN_MM
    assert abs(red[1] - RIGHT) < WITHIN_MM
    assert abs(red[2] - (issuer + 3.1 + 4)) < WITHIN_MM  # 4 mm below the line's foot

    record = strokes(pdf, len(read(pdf).pages) - 1)
    assert [round(stroke[3] * POINT_MM, 2) for stroke in record] == [0.35, 0.25, 0.35]
    assert all(abs(left - LEFT) < WITHIN_MM for left, *_ in record)
    assert abs(record[-1][2] - BOTTOM) < WITHIN_MM


def test_page_numbers_stand_outside_and_below(pdf: bytes) -> None:
    for page in range(len(read(pdf).pages)):
        number = [(x, y) for _, x, y, size in characters(pdf, page) if y > BOTTOM]
        assert {round(y - BOTTOM) in {11, 12} for _, y in number} == {True}  # 7 mm and its height
        if page % 2 == 0:  # 1, 3, …: right, one character in
            assert abs(max(x for x, _ in number) - (RIGHT - 2 * 14 * POINT_MM)) < WITHIN_MM
        else:
            assert abs(min(x for x, _ in number) - (LEFT + 14 * POINT_MM)) < WITHIN_MM


def test_the_code_on_the_last_page_leads_to_the_proof(pdf: bytes) -> None:
    last = len(read(pdf).pages) - 1
    assert [codes(pdf, page) for page in (0, last)] == [[], [ADDRESS]]


def test_a_heading_is_never_the_last_line_of_a_page() -> None:
    text = [f"{TEXT}。{TEXT}，社区按时答复。"] * 9
    for before in range(3):  # wherever the heading would fall
        body = "\n".join(("开头。",) * before + (*text, "二、下一步", *text))
        pdf = paper.to_pdf(
            rules.html_of(replace(SHEET, paragraphs=rules.paragraphs(body))), title="x"
        )
        ends = [lines(pdf, page)[-2] for page in range(len(read(pdf).pages))]
        assert "二、下一步" not in ends


def test_a_draft_says_so_and_proves_nothing() -> None:
    sheet = replace(SHEET, number=None, proof=None)
    pdf = paper.to_pdf(rules.html_of(sheet), title="草稿")
    assert lines(pdf)[1] == "（草稿，未签发）"
    assert codes(pdf, len(read(pdf).pages) - 1) == []


def test_markup_in_a_text_stays_text() -> None:
    sheet = replace(SHEET, title="<b>甲</b>&乙", note="", masthead="<i>")
    assert lines(paper.to_pdf(rules.html_of(sheet), title="x"))[:1] == ["<i>"]
    assert "<b>甲</b>&乙" in "".join(lines(paper.to_pdf(rules.html_of(sheet), title="x")))


FURTHER = (
    "近年来，居民可以随时查看明细并提出异议。\n# 突出共建。一是分工到人。责任到户。二是统筹到片。\n"
    "表：各社区情况\n| 社区 | 申报（件） |\n| 罗冲社区 | 120 |\n| 盛塘社区 | 88 |\n"
    "柱图：各社区申报\n| 社区 | 申报 |\n| 罗冲社区 | 120 |\n| 盛塘社区 | 88 |\n"
    "下一步，我们将继续把公示贴到每个楼栋。"
)
MANY = (
    "市委组织部部务会成员，各县（市、区）委组织部长，市委各部委、"
    "市直各单位党组（党委、工委）负责同志，各社区（村）党组织书记，各网格长。"
)
SEVERAL = replace(
    SHEET,
    more=(
        Article("坚持共治共享", "盛塘社区居民委员会", rules.paragraphs(FURTHER)),
        Article("把事办在前头", "乌岭社区居民委员会", rules.paragraphs(FURTHER)),
    ),
    box=True,
)


def test_several_units_each_begin_a_page_with_their_title_and_name() -> None:
    pdf = paper.to_pdf(rules.html_of(SEVERAL), title="简报")
    tops = [lines(pdf, page)[:2] for page in range(len(read(pdf).pages))]
    assert ["坚持共治共享", "盛塘社区居民委员会"] in tops
    assert ["把事办在前头", "乌岭社区居民委员会"] in tops
    said = [line for page in range(len(tops)) for line in lines(pdf, page)]
    assert said.count("一、突出共建。一是分工到人。责任到户。二是统筹到片。") == 2
    assert said.count("表1　各社区情况".replace("　", " ")) + said.count("表1　各社区情况") == 2
    assert tops[1] == ["罗冲社区用信用积分凝聚志愿服务力量", "推动基层治理"]
    assert lines(pdf, 0)[-2] == "领导批示："  # a leader writes on the first page, below the note
    assert said.count("领导批示：") == 1
    assert all(fonts(pdf).values())
    for page in range(len(tops)):
        placed = [x for _, x, y, _ in characters(pdf, page) if y < BOTTOM]
        assert min(placed) > LEFT - WITHIN_MM
        assert max(placed) < RIGHT


def test_a_long_list_runs_on_below_its_first_office() -> None:
    pdf = paper.to_pdf(rules.html_of(replace(SHEET, send_to=MANY)), title="简报")
    found = baselines(pdf, len(read(pdf).pages) - 1, 14.0)
    sent = [line for line in found.values() if "".join(c for c, _ in line)[1:2] == "："]
    runs_on = [
        line
        for line in found.values()
        if len(line) > 5 and "".join(letter for letter, _ in line)[:4] in MANY
    ]
    assert [line[0][0] for line in sent] == ["报", "送", "发"]
    assert len(runs_on) == 2
    for line in runs_on:
        assert abs(line[0][1] - sent[1][2][1]) < 0.1


def test_a_review_and_a_prompt_sheet_have_their_own_head_and_close() -> None:
    title = "件件有记录 分分有来处\n——2022年工作综述"
    review = replace(SHEET, form=Form.REVIEW, title=title, note="")
    said = lines(paper.to_pdf(rules.html_of(review), title="综述"))
    assert said[:3] == ["件件有记录 分分有来处", "——2022年工作综述", "罗冲社区居民委员会"]
    prompt = replace(
        SHEET,
        form=Form.PROMPT,
        masthead="菱北办事处提示单",
        send_to="盛塘社区居民委员会。",
        paragraphs=SHEET.paragraphs[:1],
        note="",
        submitted_by="",
    )
    said = lines(paper.to_pdf(rules.html_of(prompt), title="提示单"))
    assert said[1] == "〔2026〕3号"
    assert "盛塘社区居民委员会：" in said
    assert said[said.index("菱北办事处罗冲社区") + 1] == "2026年11月21日"
    assert said[said.index("抄送：各网格。") - 1] == "报：办事处党工委、办事处。"
