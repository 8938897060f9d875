"""What residents and grid workers report in 罗冲 and 盛塘, and how far each matter has come.

A few dozen matters in every state there is, so that boards, maps and lists show something:
just reported, with a unit, overdue, set aside, closed, disputed, taken up again, a whistle.
They happen in the last weeks before a day, by the actions that people use.
"""

from liuchi.flows.demo.matters.playing import Matters
from liuchi.flows.demo.matters.story import MATTERS, Matter

__all__ = ["MATTERS", "Matter", "Matters"]
