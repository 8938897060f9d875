"""A complaint about what is out is kept from the office it is about, until it is given to them.

Every address is asked by everybody of that office before and after somebody complains: what they
are answered must not change by a letter. So no list, count, search, sheet or notice tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from engines.cases.world import SECTION as CASES
from engines.disclosures.posted import BOOK, ROW, Posted
from engines.disclosures.section import SECTION as ITEMS
from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases import jobs as cases_jobs
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.actions import apply_playbook
from liuchi.flows import notifying
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components.access import Kind
from surfaces.cases.pages import browser, page
from surfaces.lists import LISTS, read, taken
from surfaces.walk import Route, routes

pytestmark = pytest.mark.slow

WORDS = "这户没有困难却年年领钱"
LIST_OF: dict[str, list[str]] = {}
for _name, _address, _role, _code, *_rest in LISTS:
    LIST_OF.setdefault(_name, []).append(_code)
ANYBODY, HANDLER = "anybody", "handler"
_TAKES_WORDS = re.compile(r"case|search|report|overview|track|notice|request|desk/$")
# Counts of the whole installation, and a code made anew each time.
_OF_ALL = re.compile(r"^/metrics$|/journal/head$|/messages/wechat/$")
_CHANGING = re.compile(
    r"name=\"(?:csrfmiddlewaretoken|key)\" value=\"[^\"]*\"|\"csrf[^,}]*|nonce=\"[^\"]*\""
)


@dataclass(frozen=True)
class Complaint:
    """What somebody complained of on a public row, and where it went."""

    case_id: UUID
    receipt: str
    report_id: UUID

    def seen_in(self, text: str) -> bool:
        traces = (str(self.case_id), self.case_id.hex, self.receipt, str(self.report_id), WORDS)
        return any(each in text for each in traces)


@dataclass
class Unit:
    """The office complained of: whoever works at it, and how to ask as each of them."""

    posted: Posted
    unit_id: UUID
    actors: dict[str, Actor]
    people: dict[str, Client]
    values: dict[str, object]

    def answers(self, *about: str) -> dict[tuple[str, str], str]:
        """Ask every address as everybody of the office; what all may read, as anybody.

        ``about``: only addresses with one of these parameters.
        """
        return {
            (who, address): _CHANGING.sub("", _text(client.get(address)))
            for who, client in self.people.items()
            for route in routes()
            if "GET" in route.methods and self._may_tell(who, route)
            if not about or set(about) & set(route.parameters)
            for address in self._addresses(route)
        }

    def sheets(self) -> dict[tuple[str, str], str]:
        """Take every list as a sheet, as everybody of the office."""
        return {
            (who, code): _text(client.post(self._address(route), {"list": code, "key": "sheet"}))
            for who, client in self.people.items()
            if who != ANYBODY
            for route in routes()
            if self._may_tell(who, route)
            for code in LIST_OF.get(route.name, ())
        }

    def _may_tell(self, who: str, route: Route) -> bool:
        if route.access is None or "print" in route.path:
            return False
        verb = route.access.verb
        if verb and who != ANYBODY and not self.actors[who].may(verb).allowed:
            return False  # turned away at the door, whatever there is
        return (route.access.kind is Kind.PUBLIC) == (who == ANYBODY)

    def _addresses(self, route: Route) -> Iterator[str]:
        address = self._address(route)
        yield address
        if _TAKES_WORDS.search(route.path) and route.operation is None:
            yield f"{address}?tab=all&q={WORDS[:4]}&text={WORDS[:4]}&type_code=09"

    def _address(self, route: Route) -> str:
        return route.fill({name: self._other(name) for name in route.parameters})

    def _other(self, name: str) -> object:
        return self.values.get(name, str(UUID(int=7)) if name.endswith("_id") else "none")


@pytest.fixture
def unit(posted: Posted) -> Unit:
    world = posted.world
    for code, section in (("grid", {"cases": CASES}), (BOOK, {"disclosures": ITEMS})):
        apply_playbook(
            code=code,
            source="",
            compiled=_core(code) | section,
            places=[world.town.id, world.village.id],
            in_force_from=date(2026, 3, 2),
            spec_version=1,
            approved_by="办事处",
            actor=world.root,
        )
    unit_id = directory_actions.add_organization(
        name="盛塘居委会", kind="office", area_id=world.village.id, actor=world.root, key="office"
    )
    people = {"secretary": world.secretary, HANDLER: _hire(posted, "handler", unit_id)}
    posting_id = posted.released(ROW)
    posted.begin("spending")
    values: dict[str, object] = {
        "code": world.village.code,
        "item": "relief",
        "posting_id": posting_id,
        "area_id": world.village.id,
        "receipt": "none",
        "form": "json",
        "service": "0101",
        "main_type": "09",
        "case_id": world.filed(),
    }
    asked = {who: browser(by) for who, by in people.items()}
    return Unit(posted, unit_id, people, {ANYBODY: Client(), **asked}, values)


def complain(unit: Unit) -> Complaint:
    """Complain of a row as anybody may, and let everything follow that follows."""
    posting_id = unit.values["posting_id"]
    assert isinstance(posting_id, UUID)
    ((row,), _more) = disclosures.public_rows(posting_id)
    here = f"/v/{unit.posted.world.village.code}/open/relief/{posting_id}/ask/?row={row.id}"
    answer = Client().post(here, {"key": "it", "kind": "complain", "text": WORDS})
    assert answer.status_code == 302
    receipt = answer["Location"].split("/")[2]
    held = cases_actions.own(code=receipt)
    settle()
    return Complaint(held.case_id, receipt, held.report_id)


def settle() -> None:
    """Let time's jobs and the notices run."""
    cases_jobs.escalate_overdue()
    journal_jobs.sequence()
    while notifying.follow():
        pass


def test_nothing_tells_the_office_before_it_is_given_to_them(unit: Unit) -> None:
    settle()
    before = unit.answers()
    held = complain(unit)
    after = unit.answers()
    changed = [key for key in before if before[key] != after[key] and not _OF_ALL.search(key[1])]
    assert (changed, set(before) ^ set(after)) == ([], set())
    unit.values |= {"case_id": held.case_id, "report_id": held.report_id, "main_type": "09"}
    told = after | unit.sheets()
    assert [key for key, text in told.items() if held.seen_in(text)] == []
    asked = unit.answers("case_id", "report_id", "main_type")
    assert [key for key, text in asked.items() if WORDS in text or held.receipt in text] == []
    for who in (HANDLER, "secretary"):
        page(unit.people[who], f"/desk/cases/{held.case_id}/", 404)


def test_whoever_is_above_sees_it_and_then_who_it_is_given_to(unit: Unit) -> None:
    """The test above could not fail if its traces were not what those pages show."""
    held, world = complain(unit), unit.posted.world
    here = f"/desk/cases/{held.case_id}/"
    for address in ("/desk/cases/?tab=all", here):
        assert held.seen_in(page(browser(world.clerk), address)), address
    cases_actions.verify_case(actor=world.dispatcher, key="verified", case_id=held.case_id)
    cases_actions.file_case(actor=world.dispatcher, key="filed", case_id=held.case_id)
    world.dispatch(held.case_id, unit.unit_id)
    settle()
    for address in ("/desk/cases/?tab=all", here):
        assert held.seen_in(page(unit.people[HANDLER], address)), address
    shown = page(unit.people[HANDLER], here)
    assert (WORDS in shown, held.receipt in shown) == (True, False)


def _text(answer: Any) -> str:
    told = f"{answer.status_code} {answer.headers.get('Location', '')} "
    kind = answer.headers.get("Content-Type", "")
    if getattr(answer, "streaming", False):
        content = taken(answer)
        return told + (
            f"{read(content)}" if "sheet" in kind else content.decode("utf-8", "replace")
        )
    if answer.content.startswith(b"PK"):  # a table, which says when it was made
        return told + f"{read(answer.content)}"
    return told + str(answer.content.decode("utf-8", "replace"))


def _core(code: str) -> dict[str, Any]:
    """Return what a whole playbook says besides its sections: pages explain it."""
    return {
        "playbook": code,
        "title": code,
        "places": ["菱北办事处"],
        "in_force": {"from": "2026-01-01", "approved_by": "办事处"},
    }


def _hire(posted: Posted, role: str, unit_id: UUID) -> Actor:
    world = posted.world
    user_id = accounts_actions.create_user(
        username=f"{role}-here",
        display_name=f"{role}-here",
        password="six-feet-lane-2026",
        actor=world.root,
        key=f"user-{role}",
    )
    post_id = directory_actions.appoint(
        user_id=user_id,
        role=role,
        area_id=world.village.id,
        organization_id=unit_id,
        actor=world.root,
        key=f"post-{role}",
    )
    place = world.village
    grants = accounts.grants_of(role)
    return Actor(user_id, role, place.id, place.scope_code, post_id=post_id, grants=grants)
