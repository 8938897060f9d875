"""All reads of collecting, as frozen rows. Inside ``acting_as(actor)``."""

from liuchi.engines.collect.queries.answers import (
    answer_of,
    asked,
    replies,
    to_fill,
)
from liuchi.engines.collect.queries.asking import asking_now
from liuchi.engines.collect.queries.merging import merged
from liuchi.engines.collect.queries.notes import (
    Note,
    ending_on,
    note_of,
)
from liuchi.engines.collect.queries.prefilling import (
    Elsewhere,
    counted,
    earlier,
    elsewhere,
    prefilled,
)
from liuchi.engines.collect.queries.rows import (
    ORIGIN_WORDS,
    STATE_WORDS,
    Answer,
    ReplyRow,
    TableRow,
    columns_of,
)
from liuchi.engines.collect.queries.tables import (
    WorkToday,
    owned_by,
    owners,
    table,
    tables,
    units,
    work_today,
)

__all__ = [
    "ORIGIN_WORDS",
    "STATE_WORDS",
    "Answer",
    "Elsewhere",
    "Note",
    "ReplyRow",
    "TableRow",
    "WorkToday",
    "answer_of",
    "asked",
    "asking_now",
    "columns_of",
    "counted",
    "earlier",
    "elsewhere",
    "ending_on",
    "merged",
    "note_of",
    "owned_by",
    "owners",
    "prefilled",
    "replies",
    "table",
    "tables",
    "to_fill",
    "units",
    "work_today",
]
