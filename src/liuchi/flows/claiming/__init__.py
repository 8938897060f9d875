"""What playbooks say shall be claimed when something happens: ``flows`` with ``points.claim``.

Reads the journal in order. A batch of facts, the claims that follow from them and the
cursor behind them are one transaction; each claim is made once for its fact and rule.
"""

from liuchi.flows.claiming.following import CONSUMER, follow

__all__ = ["CONSUMER", "follow"]
