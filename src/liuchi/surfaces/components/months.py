"""A month in an address: ``?month=2022-05``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from liuchi.engines.points.queries import next_month
from liuchi.kernel.clock import today
from liuchi.kernel.errors import NotFound

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
YEARS_BACK = 5


@dataclass(frozen=True, slots=True)
class Month:
    """A month that can be looked at, and its neighbours; the present one has none after."""

    first: date

    @property
    def code(self) -> str:
        """How an address names it: ``2022-05``."""
        return f"{self.first:%Y-%m}"

    @property
    def before(self) -> str:
        """The month before, or "" where nobody looks back so far."""
        earlier = date(
            self.first.year - (self.first.month == 1), (self.first.month - 2) % 12 + 1, 1
        )
        return f"{earlier:%Y-%m}" if earlier.year >= today().year - YEARS_BACK else ""

    @property
    def after(self) -> str:
        """The month after, or "" where it has not come."""
        later = next_month(self.first)
        return f"{later:%Y-%m}" if later <= today() else ""


def month_of(request: HttpRequest, otherwise: date | None = None) -> Month:
    """Return the month asked for; NotFound for a wrong or late one.

    Of none the one that begins on ``otherwise``, or else the present one.
    """
    text, now = request.GET.get("month", ""), today()
    if not text:
        return Month(otherwise or now.replace(day=1))
    found = _MONTH.fullmatch(text)
    if found is None or date(int(found[1]), int(found[2]), 1) > now:
        raise NotFound("month")
    return Month(date(int(found[1]), int(found[2]), 1))
