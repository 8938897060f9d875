"""Pure decisions about disclosures: what is due, what the public reads, what may go out."""

from liuchi.engines.disclosures.rules.cells import (
    ROWS_MAX,
    CellFault,
    Malformed,
    malformed,
    read_cell,
    read_row,
)
from liuchi.engines.disclosures.rules.changes import Changed, changes
from liuchi.engines.disclosures.rules.due import (
    Cell,
    Posted,
    applies_on,
    due_on,
    is_thin,
    period_of,
    periods_due,
    standing_of,
)
from liuchi.engines.disclosures.rules.faults import FaultNow, may_answer_mending, may_mend
from liuchi.engines.disclosures.rules.lifecycle import (
    MOVES,
    REASON_CHARACTERS,
    STATE_CHANGES,
    lifecycle_markdown,
    may_move,
    reason_given,
)
from liuchi.engines.disclosures.rules.masking import (
    PublicColumn,
    PublicForm,
    content_hash,
    public_form,
    released,
    without_numbers,
)
from liuchi.engines.disclosures.rules.model_villages import (
    ModelPlace,
    Naming,
    free_number,
    may_end,
    may_name,
)
from liuchi.engines.disclosures.rules.numbers import Found, redacted, tail
from liuchi.engines.disclosures.rules.official import (
    SHEET_CHARACTERS_MAX,
    OutPosting,
    official_sheet,
    plain_template,
)
from liuchi.engines.disclosures.rules.papers import PaperWords, words_of
from liuchi.engines.disclosures.rules.pictures import HEAD_BYTES, is_document
from liuchi.engines.disclosures.rules.releasing import may_release, open_findings, scan_posting
from liuchi.engines.disclosures.rules.scan import (
    FOUND_WORDS,
    Finding,
    Text,
    hidden_names,
    names_of,
    scan,
    scan_text,
    texts_of,
)
from liuchi.engines.disclosures.rules.split import Piece, split_numbers
from liuchi.engines.disclosures.rules.tables import (
    CONCEALED_WORDS,
    TableProblem,
    TableRead,
    read_table,
    template,
)

__all__ = [
    "CONCEALED_WORDS",
    "FOUND_WORDS",
    "HEAD_BYTES",
    "MOVES",
    "REASON_CHARACTERS",
    "ROWS_MAX",
    "SHEET_CHARACTERS_MAX",
    "STATE_CHANGES",
    "Cell",
    "CellFault",
    "Changed",
    "FaultNow",
    "Finding",
    "Found",
    "Malformed",
    "ModelPlace",
    "Naming",
    "OutPosting",
    "PaperWords",
    "Piece",
    "Posted",
    "PublicColumn",
    "PublicForm",
    "TableProblem",
    "TableRead",
    "Text",
    "applies_on",
    "changes",
    "content_hash",
    "due_on",
    "free_number",
    "hidden_names",
    "is_document",
    "is_thin",
    "lifecycle_markdown",
    "malformed",
    "may_answer_mending",
    "may_end",
    "may_mend",
    "may_move",
    "may_name",
    "may_release",
    "names_of",
    "official_sheet",
    "open_findings",
    "period_of",
    "periods_due",
    "plain_template",
    "public_form",
    "read_cell",
    "read_row",
    "read_table",
    "reason_given",
    "redacted",
    "released",
    "scan",
    "scan_posting",
    "scan_text",
    "split_numbers",
    "standing_of",
    "tail",
    "template",
    "texts_of",
    "without_numbers",
    "words_of",
]
