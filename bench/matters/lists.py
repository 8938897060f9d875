"""How long pages of lists take: every list of the desk and of the API, each filter and order."""

from __future__ import annotations

import http.client
import json
import sys
import time
from itertools import product
from urllib.parse import urlencode

TIMES = 4


def addresses(village_id: str, unit_id: str) -> list[tuple[str, str]]:
    """Return who opens what: every order, every filter and the likely pairs of them."""
    states = (
        "", "reported", "verifying", "filed", "dispatched", "handling", "feedback", "checking",
        "closed", "rejected", "withdrawn", "suspended",
    )  # fmt: skip
    found = [
        ("clerk", f"/api/v1/cases?{urlencode({k: v for k, v in asked.items() if v})}")
        for asked in (
            {"state": state, "order": order, "overdue": overdue, "type_code": code}
            for state, order, overdue, code in product(
                states, ("newest", "due"), ("", "true"), ("", "0101", "0102")
            )
        )
    ]
    narrowed = (
        {}, {"type": "0101"}, {"type": "0102"}, {"at": village_id}, {"unit": unit_id},
        {"overdue": "1"}, {"urgent": "1"}, {"supervised": "1"},
        {"type": "0102", "at": village_id}, {"overdue": "1", "at": village_id},
    )  # fmt: skip
    tabs = (
        ("dispatcher", "/desk/cases/dispatch/?"), ("dispatcher", "/desk/cases/?tab=file&"),
        ("handler", "/desk/cases/?tab=handle&"), ("checker", "/desk/cases/?tab=check&"),
        ("clerk", "/desk/cases/?tab=all&"),
    )  # fmt: skip
    found += [(who, tab + urlencode(by)) for who, tab in tabs for by in narrowed]
    found += [("clerk", f"/desk/cases/?tab=all&state={state}") for state in states if state]
    return found


def waits(port: int, cookies: dict[str, str], asked: list[tuple[str, str]]) -> dict[str, float]:
    """Return the ms of the slowest of some goes at each address and its second page, less one.

    Less one: of a few goes on a machine that does other things too, one is bad luck.
    """
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took: dict[str, float] = {}
    for who, address in asked:
        following = ""
        for each in (address, "next"):
            where = following if each == "next" else address
            if not where:
                continue
            held = []
            for _ in range(TIMES):
                at = time.perf_counter()
                line.request("GET", where, headers={"Cookie": cookies[who]})
                answer = line.getresponse()
                body = answer.read()
                held.append((time.perf_counter() - at) * 1000)
                if answer.status != 200:  # noqa: PLR2004
                    sys.exit(f"{where}: {answer.status} {body[:300]!r}")
            took[where] = sorted(held)[-2]
            if address.startswith("/api/") and (after := json.loads(body).get("next_after")):
                following = f"{address}&after={after}"
    line.close()
    return took
