"""Pure decisions of files: what a picture may be, what a table may be read as."""

from __future__ import annotations

from liuchi.engines.files.rules.columns import (
    ColumnGuess,
    SheetChoice,
    check_choice,
    guess_columns,
    header_words,
    signature,
)
from liuchi.engines.files.rules.images import (
    BYTES_MAX,
    PIXELS_MAX,
    QUALITY,
    SIDE_PIXELS_MAX,
    STORED_SIDE_PIXELS_MAX,
    CleanImage,
    clean_image,
)
from liuchi.engines.files.rules.lists import ListReader, ListRow
from liuchi.engines.files.rules.targets import (
    PROBLEMS_MAX,
    ImportBatch,
    ImportField,
    ImportReport,
    ImportTarget,
    ImportWork,
    MappedSheet,
    RowProblem,
    UndoReport,
    register_target,
    target,
    targets,
    too_many_problems,
)

__all__ = [
    "BYTES_MAX",
    "PIXELS_MAX",
    "PROBLEMS_MAX",
    "QUALITY",
    "SIDE_PIXELS_MAX",
    "STORED_SIDE_PIXELS_MAX",
    "CleanImage",
    "ColumnGuess",
    "ImportBatch",
    "ImportField",
    "ImportReport",
    "ImportTarget",
    "ImportWork",
    "ListReader",
    "ListRow",
    "MappedSheet",
    "RowProblem",
    "SheetChoice",
    "UndoReport",
    "check_choice",
    "clean_image",
    "guess_columns",
    "header_words",
    "register_target",
    "signature",
    "target",
    "targets",
    "too_many_problems",
]
