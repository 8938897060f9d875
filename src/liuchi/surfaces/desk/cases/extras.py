"""What other parts of the desk put on the page of a case: each a template and its values.

The page includes ``desk/cases/case_whistles.html``, ``case_prompts.html`` and
``case_links.html``; what they show is returned here by the part that owns each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.queries import CalledRow, CaseDetail, Offered, PromptRow, WhistleRow
from liuchi.engines.cases.rules.prompts import STAGE_WORDS
from liuchi.engines.cases.rules.whistles import CALLED_WORDS, WITH_A_UNIT
from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.queries import CheckedRow
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.cases import prompts, whistles

DISCLOSED = "disclosures.posting.read"


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A called unit or a sheet, with its state in words and the class that colours it."""

    row: CalledRow | PromptRow
    words: Sentence
    look: str


@dataclass(frozen=True, slots=True)
class WhistleShown:
    """A whistle and a line for each unit it called."""

    row: WhistleRow
    units: tuple[UnitLine, ...]


def sections(request: SeatedRequest, found: CaseDetail, offered: Offered) -> dict[str, object]:
    """Return the values of those templates, inside the scope of whoever looks."""
    actor, case_id = request.actor, found.row.id
    at_desk = actor.covers(directory.area(found.now.desk_id).scope_code)
    spec = cases.spec_as_applied(found.row.playbook_version)
    may_decide = at_desk and actor.may(prompts.ISSUE).allowed
    return {
        "whistles": tuple(_whistle(each) for each in cases.whistles_of(actor, case_id)),
        "may_whistle": at_desk
        and spec.whistle is not None
        and found.row.state in WITH_A_UNIT
        and actor.may(whistles.CALL).allowed,
        "prompts": tuple(
            UnitLine(each, STAGE_WORDS[each.stage], prompts.stage_look(each))
            for each in cases.prompts_of(actor, case_id)
        ),
        "may_prompt": may_decide and found.row.state in prompts.WITH_A_UNIT,
        "arbitrations": cases.arbitrations_of(actor, case_id),
        "may_arbitrate": may_decide and offered.held_up,
        "referrals": cases.referrals(actor, case_id),
        "checked": _checked(actor, found),
    }


def _checked(actor: Actor, found: CaseDetail) -> tuple[CheckedRow, ...]:
    """Return the faults of spot checks that became this case, for whoever may read them."""
    if found.row.channel != Channel.SUPERIOR or not actor.may(DISCLOSED).allowed:
        return ()
    return disclosures.checked(actor, case_ids=[found.row.id])


def _whistle(row: WhistleRow) -> WhistleShown:
    units = tuple(
        UnitLine(each, CALLED_WORDS[each.state], whistles.state_look(each)) for each in row.called
    )
    return WhistleShown(row, units)
