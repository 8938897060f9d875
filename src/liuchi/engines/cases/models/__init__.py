"""Fields, constraints and indexes of cases; no verbs.

The database refuses what no action should try: a running case without a clock or somebody
responsible, a closing by somebody who handled it, a limit lengthened by whoever asked.
Only the case says whose area it is: what hangs on it is seen where the case is seen.
"""

from liuchi.engines.cases.models.cases import Case, Guard, Report, Reporter
from liuchi.engines.cases.models.clocks import Clock, ClockChange
from liuchi.engines.cases.models.draws import Draw, Drawn
from liuchi.engines.cases.models.exclusions import Exclusion
from liuchi.engines.cases.models.prompts import Arbitration, Prompt
from liuchi.engines.cases.models.whistles import Called, CalledObjection, CalledRework, Whistle
from liuchi.engines.cases.models.work import Check, Rating, Step, Task

__all__ = [
    "Arbitration",
    "Called",
    "CalledObjection",
    "CalledRework",
    "Case",
    "Check",
    "Clock",
    "ClockChange",
    "Draw",
    "Drawn",
    "Exclusion",
    "Guard",
    "Prompt",
    "Rating",
    "Report",
    "Reporter",
    "Step",
    "Task",
    "Whistle",
]
