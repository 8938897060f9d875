"""Pure rules of bulletins: their text, their paper, who may do what."""

from __future__ import annotations

from liuchi.engines.bulletins.rules.lifecycle import (
    figures_stand,
    may_check,
    may_edit,
    may_issue,
)
from liuchi.engines.bulletins.rules.page import html_of
from liuchi.engines.bulletins.rules.sheet import Proof, Sheet, written_day
from liuchi.engines.bulletins.rules.text import (
    BareNumber,
    Paragraph,
    Reference,
    bare_numbers,
    filled,
    paragraphs,
    references,
    written,
)
from liuchi.engines.bulletins.rules.word import docx_of

__all__ = [
    "BareNumber",
    "Paragraph",
    "Proof",
    "Reference",
    "Sheet",
    "bare_numbers",
    "docx_of",
    "figures_stand",
    "filled",
    "html_of",
    "may_check",
    "may_edit",
    "may_issue",
    "paragraphs",
    "references",
    "written",
    "written_day",
]
