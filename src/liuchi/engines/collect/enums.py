"""Words of collecting that other layers use."""

from __future__ import annotations

from enum import StrEnum


class ColumnKind(StrEnum):
    """What stands in a column; the last two are filled in by the machine."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    HELD = "held"  # the directory holds it
    FIGURE = "figure"  # an indicator counts it


class Held(StrEnum):
    """What the directory fills in."""

    CODE = "code"
    GRIDS = "grids"
    PEOPLE = "people"
    HOUSEHOLDS = "households"


class ReplyState(StrEnum):
    """Where a unit's answer stands."""

    WAITING = "waiting"
    HANDED_IN = "handed_in"
    SENT_BACK = "sent_back"


class TableState(StrEnum):
    """Whether a table still takes answers."""

    OPEN = "open"
    CLOSED = "closed"


class Closing(StrEnum):
    """Why a table closed."""

    ENDED = "ended"  # its end date passed
    STOPPED = "stopped"  # its owner needs no more


class Origin(StrEnum):
    """Where a value came from."""

    TYPED = "typed"
    EXCEL = "excel"
    DIRECTORY = "directory"
    FIGURE = "figure"
    EARLIER = "earlier"  # the unit's answer to an earlier table, to be looked at again
