"""What playbooks say becomes a matter when something happens: ``flows`` with ``cases.report``.

Reads the journal in order. A batch of facts, the cases that follow from them and the cursor
behind them are one transaction; each case is opened once for its fact and flow. When the case
is closed, what it came of is proposed to be struck off, and a person does so.
"""

from liuchi.flows.reporting.following import CONSUMER, follow

__all__ = ["CONSUMER", "follow"]
