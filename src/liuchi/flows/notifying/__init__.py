"""Who has to know: reads the journal in order and tells people through ``notices``.

One transaction takes a batch of facts, moves the cursor behind them and writes the lines
that follow; a crash takes all of it back, and a line is there once for its cause, so a
repeat changes nothing. What each kind of fact means for whom is a table,
:data:`liuchi.flows.notifying.table.TOLD`.
"""

from liuchi.flows.notifying.cases import remind_of_limits
from liuchi.flows.notifying.following import CONSUMER, follow
from liuchi.flows.notifying.sweeping import sweep
from liuchi.flows.notifying.table import TOLD

__all__ = ["CONSUMER", "TOLD", "follow", "remind_of_limits", "sweep"]
