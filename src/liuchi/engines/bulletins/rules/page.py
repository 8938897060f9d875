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

from liuchi.engines.bulletins.enums import Level
from liuchi.engines.bulletins.rules.sheet import Sheet, title_lines, written_day
from liuchi.engines.bulletins.rules.text import Paragraph
from liuchi.kernel import paper

MASTHEAD_POINTS_MAX = 48
_BLOCK_POINTS = 442  # 156 mm


def html_of(sheet: Sheet) -> str:
    """Return a bulletin as HTML for ``kernel.paper.to_pdf``."""
    body = "".join(_parts(sheet))
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8">'
        f"<style>{paper.OFFICIAL_CSS}</style></head><body>{body}</body></html>"
    )


def _parts(sheet: Sheet) -> Iterator[str]:
    points = min(MASTHEAD_POINTS_MAX, int(_BLOCK_POINTS / (1.06 * max(1, len(sheet.masthead)))))
    # Sizes are attributes of this one page; no screen and no policy of ours ever sees it.
    yield f'<p class="masthead" style="font-size:{points}pt">{escape(sheet.masthead)}</p>'
    yield f'<p class="number">{escape(sheet.number_line)}</p>'
    yield (
        f'<div class="line"><span>{escape(sheet.issuer)}</span>'
        f"<span>{written_day(sheet.day)}</span></div>"
    )
    yield '<hr class="rule">'
    if sheet.note:
        yield f'<p class="note"><b>编者按：</b>{escape(sheet.note)}</p>'
    lines = "<br>".join(map(escape, title_lines(sheet.title)))
    yield f'<p class="title">{lines}</p>'
    for under in (sheet.corrects, sheet.submitted_by):
        if under:
            yield f'<p class="under">{escape(under)}</p>'
    yield from map(_paragraph, sheet.paragraphs)
    yield _record(sheet)


def _paragraph(paragraph: Paragraph) -> str:
    head, text = escape(paragraph.heading), escape(paragraph.text[len(paragraph.heading) :])
    heading = f"<b>{head}</b>" if head and paragraph.level in {Level.FIRST, Level.SECOND} else ""
    alone = " alone" if heading and not text else ""
    return f'<p class="{paragraph.level}{alone}">{heading}{text}</p>'


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
        lines = "".join(f"<p>{escape(line)}</p>" for line in sheet.lists)
        parts.append(f'<div class="lists">{lines}</div><hr class="thin">')
    parts.append(
        f'<div class="printed"><span>{escape(sheet.issuer)}</span>'
        f"<span>{sheet.printed}</span></div><hr>"
    )
    return f'<div class="record">{"".join(parts)}</div>'
