"""A bulletin set for PDF: the layout of GB/T 9704-2012 in HTML and CSS.

Text block 156 × 225 mm on A4, 22 lines of 28 characters. Twenty-eight characters of 16
points are 2 mm wider than the block, so the pitch is 156 mm ÷ 28 = 15.79 points: the grid
that word processors make of the standard, too. 22 lines in 225 mm are 28.99 points each:
with a round 29 the last line would not fit.

The standard names fonts that may not be passed on. Their roles are played by open ones:
仿宋 (text) Noto Serif SC, 小标宋 (masthead, title) and 楷体 (second level) Noto Serif SC
Bold, 黑体 (first level) Noto Sans SC Bold, 宋体 (page numbers) Noto Serif SC.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from liuchi.engines.bulletins.enums import Form, Level, Stress
from liuchi.engines.bulletins.rules.drawing import chart_svg
from liuchi.engines.bulletins.rules.layout import DRAWN, Paragraph
from liuchi.engines.bulletins.rules.sheet import (
    BOX_MM,
    BOX_WORDS,
    COVER_BOX_MM,
    Article,
    Sheet,
    is_subtitle,
    title_lines,
    written_day,
)
from liuchi.kernel import paper

MASTHEAD_POINTS_MAX = 48
_BLOCK_POINTS = 442  # 156 mm
_RECORD_POINTS = 14


def html_of(sheet: Sheet) -> str:
    """Return a bulletin as HTML for ``kernel.paper.to_pdf``."""
    body = "".join(_parts(sheet))
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8">'
        f"<style>{paper.OFFICIAL_CSS}</style></head><body>{body}</body></html>"
    )


def _parts(sheet: Sheet) -> Iterator[str]:
    yield from _head(sheet)
    for place, article in enumerate(sheet.articles):
        yield from _article(article, sheet, first=place == 0)
    yield from _foot(sheet)
    yield _record(sheet)


def _head(sheet: Sheet) -> Iterator[str]:
    if sheet.form is Form.REVIEW:
        if sheet.number is None:
            yield f'<p class="under">{escape(sheet.number_line)}</p>'
        return
    points = min(MASTHEAD_POINTS_MAX, int(_BLOCK_POINTS / (1.06 * max(1, len(sheet.masthead)))))
    # Sizes are attributes of this one page; no screen and no policy of ours ever sees it.
    yield f'<p class="masthead" style="font-size:{points}pt">{escape(sheet.masthead)}</p>'
    yield f'<p class="number">{escape(sheet.number_line)}</p>'
    if sheet.form is Form.BULLETIN:
        yield (
            f'<div class="line"><span>{escape(sheet.issuer)}</span>'
            f"<span>{written_day(sheet.day)}</span></div>"
        )
    yield '<hr class="rule">'
    if sheet.note:
        yield f'<p class="note"><b>编者按：</b>{escape(sheet.note)}</p>'
    if sheet.cover:
        yield _box(COVER_BOX_MM)


def _article(article: Article, sheet: Sheet, *, first: bool) -> Iterator[str]:
    lines = title_lines(article.title)
    main = "<br>".join(escape(line) for line in lines if not is_subtitle(line))
    begins = sheet.cover or not first
    yield f'<p class="title{" next" if begins else ""}">{main}</p>'
    below = [line for line in lines if is_subtitle(line)]
    for under in (*below, sheet.corrects if first else "", article.submitted_by):
        if under:
            yield f'<p class="under">{escape(under)}</p>'
    if first and sheet.form is Form.PROMPT and sheet.send_to:
        yield f'<p class="addressed">{escape(sheet.send_to.rstrip("：:。"))}：</p>'
    yield from map(_paragraph, article.paragraphs)


def _foot(sheet: Sheet) -> Iterator[str]:
    if sheet.form is not Form.BULLETIN:
        yield (
            f'<div class="signed"><p>{escape(sheet.issuer)}</p>'
            f"<p>{written_day(sheet.day)}</p></div>"
        )
    if sheet.box and not sheet.cover:
        yield _box(BOX_MM)


def _box(height_mm: int) -> str:
    return f'<div class="box" style="height:{height_mm}mm"><b>{BOX_WORDS}</b></div>'


def _paragraph(paragraph: Paragraph) -> str:
    if paragraph.rows or paragraph.level in {Level.TABLE, *DRAWN}:
        return _apart(paragraph)
    pieces = "".join(
        escape(piece.text)
        if piece.stress is Stress.TEXT
        else f'<b class="{piece.stress}">{escape(piece.text)}</b>'
        for piece in paragraph.pieces
    )
    alone = " alone" if paragraph.heading == paragraph.text else ""
    bare = " bare" if alone and paragraph.level is Level.FIRST and not paragraph.mark else ""
    return f'<p class="{paragraph.level}{alone}{bare}">{pieces}</p>'


def _apart(paragraph: Paragraph) -> str:
    """Return a table or chart with its caption: a table's above it, a chart's below."""
    caption = f'<p class="caption">{escape(paragraph.text)}</p>'
    if paragraph.level in DRAWN:
        return f'<div class="drawn">{chart_svg(paragraph)}{caption}</div>'
    head, *rows = paragraph.rows or (("",),)
    cells = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return (
        f'<div class="rows">{caption}<table><thead><tr>{cells}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def _record(sheet: Sheet) -> str:
    """Return what closes the last page: proof, lists, who printed it when (版记)."""
    parts = []
    if sheet.proof is not None:
        words = "<br>".join(map(escape, sheet.proof_lines))
        parts.append(
            f'<div class="proof"><div>{words}</div>{paper.qr_svg(sheet.proof.address)}</div>'
        )
    parts.append("<hr>")
    if sheet.lists:
        lines = "".join(map(_listed, sheet.lists))
        parts.append(f'<div class="lists">{lines}</div><hr class="thin">')
    parts.append(
        f'<div class="printed"><span>{escape(sheet.issuer)}</span>'
        f"<span>{sheet.printed}</span></div><hr>"
    )
    return f'<div class="record">{"".join(parts)}</div>'


def _listed(words: str) -> str:
    """Return a list of offices; what runs on stands below the first office, not below 报."""
    hung = _RECORD_POINTS * (words.index("：") + 1)
    style = f"padding-left:{_RECORD_POINTS + hung}pt;text-indent:-{hung}pt"
    return f'<p style="{style}">{escape(words)}</p>'
