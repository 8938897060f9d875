"""安庆高新区 in 2024: the register of problems from three inspections, struck off one by one.

The source prints 8, 11 and 7 problems, 22 done and 5 basically done: 26 problems, 27 results.
Here 22 of the 26 are done and the other 4 basically done; nothing is invented to make it fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from liuchi.engines.accounts.enums import Role
from liuchi.engines.cases.enums import CheckOutcome
from liuchi.engines.directory import queries as directory
from liuchi.flows.demo.places.handled import Handled, Office
from liuchi.flows.demo.places.stage import Stage
from liuchi.kernel.sentences import Sentence

ZONE = "安庆高新区"
FIRST_DAY, LAST_DAY = date(2024, 1, 8), date(2024, 12, 31)
DONE = 22
PROBLEMS = {
    "led-organisation": 5,
    "led-systems": 3,
    "cadres-selection": 4,
    "cadres-posts": 3,
    "cadres-supervision": 2,
    "cadres-records": 2,
    "office-duty": 3,
    "office-life": 2,
    "office-branches": 2,
}
_UNITS = {"led": "党群部", "cadres": "组织人事科", "office": "机关党总支"}


def play(stage: Stage) -> None:
    """Settle the zone and live through its year."""
    stage.at(FIRST_DAY)
    stage.settle("laofeng.yaml", ["gaoxin/inspection-problems"])
    zone = directory.area_named(ZONE)
    stage.hire("clerk", Role.CLERK, Sentence("党工委办公室", "office of the committee"), [zone.id])
    stage.hire("checker", Role.CHECKER, Sentence("审核员", "checker"), [zone.id])
    units = {}
    for number, name in enumerate(_UNITS.values(), start=1):
        unit = stage.unit(f"高新区{name}", zone.id)
        title = Sentence(f"{name}责任人", "who answers for the unit")
        stage.hire(f"handler-{number}", Role.HANDLER, title, [zone.id], unit=unit)
        units[name] = unit, stage.actor(f"handler-{number}", zone.id)
    office = Office(stage, stage.actor("clerk", zone.id), stage.actor("checker", zone.id), units)
    office.plan(_problems(zone.id))
    office.play()


def _problems(area_id: UUID) -> Iterator[Handled]:
    listed = [code for code, many in PROBLEMS.items() for _ in range(many)]
    for number, code in enumerate(listed):
        yield Handled(
            code=f"gaoxin-{number + 1}",
            area_id=area_id,
            type=code,
            text=f"示例问题{number + 1}",
            unit=_UNITS[code.partition("-")[0]],
            day=FIRST_DAY + timedelta(days=30 + number // 9 * 40),
            days=40 + number,
            outcome=CheckOutcome.DONE if number < DONE else CheckOutcome.BASICALLY_DONE,
        )
