"""All reads of files. Inside ``acting_as(actor)``; out of scope reads as not found."""

from __future__ import annotations

from liuchi.engines.files.queries.documents import (
    DocumentRow,
    content,
    document,
    issued,
    row,
    visible,
)
from liuchi.engines.files.queries.imports import (
    ColumnOffer,
    ImportOffer,
    ImportPage,
    ImportRow,
    SheetOffer,
    bad_rows,
    imported,
    imports,
    offer,
    open_imports_of,
    problems,
    problems_of,
    report_json,
    template,
)
from liuchi.engines.files.queries.progress import progress

__all__ = [
    "ColumnOffer",
    "DocumentRow",
    "ImportOffer",
    "ImportPage",
    "ImportRow",
    "SheetOffer",
    "bad_rows",
    "content",
    "document",
    "imported",
    "imports",
    "issued",
    "offer",
    "open_imports_of",
    "problems",
    "problems_of",
    "progress",
    "report_json",
    "row",
    "template",
    "visible",
]
