"""What becomes of points when people move, leave, die or turn out to be one person."""

from liuchi.engines.points.actions.rounds_of_life.closings import (
    begin_closing,
    keep_purse,
    pass_on,
    settle_due,
)
from liuchi.engines.points.actions.rounds_of_life.moves import follow_home

__all__ = ["begin_closing", "follow_home", "keep_purse", "pass_on", "settle_due"]
