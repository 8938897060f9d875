"""Pure rules of bulletins: their text, their paper, who may do what."""

from __future__ import annotations

from liuchi.engines.bulletins.rules.drawing import chart_svg, refuse_unless_drawable
from liuchi.engines.bulletins.rules.inserting import Chosen, inserted
from liuchi.engines.bulletins.rules.layout import DRAWN, Paragraph, paragraphs
from liuchi.engines.bulletins.rules.lifecycle import (
    figures_stand,
    may_check,
    may_edit,
    may_issue,
)
from liuchi.engines.bulletins.rules.page import html_of
from liuchi.engines.bulletins.rules.sheet import (
    Article,
    Proof,
    Sheet,
    issue_number,
    written_day,
)
from liuchi.engines.bulletins.rules.text import (
    BareNumber,
    Reference,
    bare_numbers,
    filled,
    growth,
    references,
    written,
)
from liuchi.engines.bulletins.rules.word import docx_of

__all__ = [
    "DRAWN",
    "Article",
    "BareNumber",
    "Chosen",
    "Paragraph",
    "Proof",
    "Reference",
    "Sheet",
    "bare_numbers",
    "chart_svg",
    "docx_of",
    "figures_stand",
    "filled",
    "growth",
    "html_of",
    "inserted",
    "issue_number",
    "may_check",
    "may_edit",
    "may_issue",
    "paragraphs",
    "references",
    "refuse_unless_drawable",
    "written",
    "written_day",
]
