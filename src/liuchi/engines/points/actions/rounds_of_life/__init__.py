"""What becomes of points when people move, leave, die or turn out to be one person."""

from liuchi.engines.points.actions.rounds_of_life.closings import (
    WRITE,
    begin_closing,
    keep_purse,
    pass_on,
    settle_due,
)
from liuchi.engines.points.actions.rounds_of_life.merging import (
    follow_merged,
    merge_purses,
    part_purses,
)
from liuchi.engines.points.actions.rounds_of_life.moves import follow_home

__all__ = [
    "WRITE",
    "begin_closing",
    "follow_home",
    "follow_merged",
    "keep_purse",
    "merge_purses",
    "part_purses",
    "pass_on",
    "settle_due",
]
