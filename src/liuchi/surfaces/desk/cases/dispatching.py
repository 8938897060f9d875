"""The dispatcher's board: each case with the unit the playbook proposes, sent by one key.

D sends the one in hand, or all that are marked with X; the rest stays where it is and says
why. Without the script every row has its button, and the marks their own below the list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.queries import CaseRow, Proposal
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, LiuchiError, NotFound
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import pager
from liuchi.surfaces.components.access import across_posts, requires, takes_post
from liuchi.surfaces.components.across import each
from liuchi.surfaces.components.forms import Sheet, say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.cases import boards, columns
from liuchi.surfaces.desk.cases.boards import TABS, Filters

DISPATCH = "cases.case.dispatch"
TAB = next(tab for tab in TABS if tab.code == "dispatch")


class BulkForm(Sheet):
    """One key for all that is sent at once; each case is dispatched under its own part of it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A case to dispatch, as it stood on the page, and the unit chosen for it."""

    case_id: UUID
    version: int
    unit_id: UUID | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case on the board: the unit proposed and why, the one chosen, why it stayed."""

    row: CaseRow
    proposal: Proposal | None
    chosen: str
    marks: tuple[str, ...]
    problem: str = ""


@requires(DISPATCH)
@takes_post
@across_posts
def dispatching(request: SeatedRequest) -> HttpResponse:
    """Show what waits to be dispatched; POST sends what was chosen, each by itself."""
    if request.method != "POST":
        return _show(request, BulkForm.fresh(request), {}, {})
    form, wishes = BulkForm(request.POST), _wishes(request.POST)
    if form.checked() and not wishes:
        form.add_error(None, _("还没有选要派遣的。"))
        form.status = Invalid.status
    elif form.is_valid():
        left = _send(request, form.cleaned_data["key"], wishes)
        if not left:
            done = boards.address(request, done=str(len(wishes)))
            return HttpResponseRedirect(done)
        form = BulkForm.fresh(request)
        form.status = 409
        return _show(request, form, {wish.case_id: wish for wish in wishes}, left)
    return _show(request, form, {wish.case_id: wish for wish in wishes}, {})


def _wishes(data: QueryDict) -> tuple[Wish, ...]:
    """Read what is to be sent: ``only`` names one row's button, else all that are ticked."""
    only = data.get("only", "")
    found = []
    for text in [only] if only else data.getlist("case"):
        number, _colon, version = text.partition(":")
        try:
            case_id = UUID(number)
        except ValueError:
            continue
        if version.isdecimal():
            found.append(
                Wish(case_id, int(version), boards.uuid_of(data.get(f"unit-{case_id}", "")))
            )
    return tuple(found)


def _send(request: SeatedRequest, key: str, wishes: Sequence[Wish]) -> dict[UUID, str]:
    """Dispatch each by itself; return why the others stayed."""
    left: dict[UUID, str] = {}
    for wish in wishes:
        try:
            _dispatch(request, key, wish)
        except LiuchiError as error:
            left[wish.case_id] = say(error.sentence)
    return left


def _dispatch(request: SeatedRequest, key: str, wish: Wish) -> None:
    """Dispatch as the post of this person that may: the others find nothing, or are refused."""
    if wish.unit_id is None:
        raise Invalid("unit_missing", Sentence("请选择承办单位。", "Choose a unit."))
    said: LiuchiError = NotFound("case")
    for actor in request.seat.ways(DISPATCH):
        try:
            cases_actions.dispatch_case(
                actor=actor,
                key=f"{key}:{wish.case_id}",
                case_id=wish.case_id,
                unit_id=wish.unit_id,
                expected_version=wish.version,
            )
        except LiuchiError as error:
            if not isinstance(error, NotFound):
                said = error
        else:
            return
    raise said


def _show(
    request: SeatedRequest,
    form: BulkForm,
    wishes: Mapping[UUID, Wish],
    left: Mapping[UUID, str],
) -> HttpResponse:
    filters, shown = Filters.of(request.GET), boards.tabs(request)
    fetch = boards.fetching(request, TAB, filters.wanted(TAB))
    page = fetch(pager.after(request), pager.ROWS)
    proposed = _proposed(request, page.rows)
    units = boards.units_of(request)
    named = {
        str(found.unit_id): found.unit for found in proposed.values() if found.unit_id is not None
    }
    units += tuple((unit, name) for unit, name in named.items() if unit not in dict(units))
    waiting = [
        Waiting(
            row,
            proposed.get(row.id),
            _chosen(wishes.get(row.id), proposed.get(row.id)),
            columns.marks(row),
            left.get(row.id, ""),
        )
        for row in page.rows
    ]
    context = {
        **boards.frame(request, TAB, shown, filters, page.rows),
        "form": form,
        "waiting": waiting,
        "units": units,
        "left": len(left),
        "done": request.GET.get("done", ""),
        "sheaf": pager.sheaf(request, page.rows, page.next_after),
    }
    return TemplateResponse(request, "desk/cases/dispatch.html", context, status=form.status)


def _proposed(request: SeatedRequest, rows: Sequence[CaseRow]) -> dict[UUID, Proposal]:
    ids, language = [row.id for row in rows], get_language() or "zh"

    def read(actor: Actor) -> Mapping[UUID, Proposal]:
        return cases.proposed_units(actor, ids, language)

    return {
        case_id: found
        for _actor, held in each(request, DISPATCH, read)
        for case_id, found in held.items()
    }


def _chosen(wish: Wish | None, proposal: Proposal | None) -> str:
    unit_id = wish.unit_id if wish is not None else proposal.unit_id if proposal else None
    return "" if unit_id is None else str(unit_id)
