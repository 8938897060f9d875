"""Taking matters in at the desk: what was seen, a caller's or visitor's, and a night visit's.

A visit writes down only what a household agrees to raise, and asks nobody where they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases.actions import Told
from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.spec import CHANNEL_WORDS, CasesSpec
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import AreaRow
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import LiuchiError, NotFound
from liuchi.surfaces.components import reports
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import Sheet, say
from liuchi.surfaces.components.reports import ReportForm
from liuchi.surfaces.components.seats import SeatedRequest

MAKE = "cases.report.make"
CHANNELS = (Channel.WORKER, Channel.CALL, Channel.COUNTER, Channel.SUPERIOR, Channel.MEDIA)
MATTERS_MAX = 6
_SEPARATOR = "."


class DeskReportForm(ReportForm):
    """As the resident's, with how it came in."""

    channel = forms.ChoiceField(label=gettext_lazy("怎么来的"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Word the channels as the section does."""
        super().__init__(*args, **kwargs)
        field = self.fields["channel"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each.value, say(CHANNEL_WORDS[each])) for each in CHANNELS]


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter of a visit as the page shows it; ``number`` names its fields."""

    number: int
    text: str
    type_code: str
    contact: str
    agreed: bool
    error: str = ""


class VisitForm(Sheet):
    """A visit: in which grid. Its matters are drawn by hand, several of one kind."""

    grid = forms.ChoiceField(label=gettext_lazy("走访的网格"), required=False)

    def __init__(
        self, *args: Any, spec: CasesSpec, grids: Sequence[AreaRow], **kwargs: Any
    ) -> None:
        """Fill the choices."""
        super().__init__(*args, **kwargs)
        self.spec = spec
        field = self.fields["grid"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("不分网格")), *((str(row.id), row.name) for row in grids)]

    @property
    def matters(self) -> tuple[Matter, ...]:
        """What was written of each matter, and what is wrong with it."""
        return tuple(self._matter(number) for number in range(1, MATTERS_MAX + 1))

    @property
    def raised(self) -> tuple[Matter, ...]:
        """Matters with anything written."""
        return tuple(each for each in self.matters if each.text)

    def clean(self) -> dict[str, Any]:
        """Each matter says what it is, and the household has agreed; one at least."""
        values = super().clean() or self.cleaned_data
        if not self.raised:
            self.add_error(None, _("请至少写一件；没有要反映的，不用登记。"))
        if any(each.error for each in self.raised):
            self.add_error(None, _("有的事项还要补，见红字。"))
        return values

    def _matter(self, number: int) -> Matter:
        given = {
            name: str(self.data.get(f"{name}-{number}", "")).strip()
            for name in ("text", "type_code", "contact", "agreed")
        }
        error = ""
        if given["text"] and not given["agreed"]:
            error = _("这户同意反映，才能登记。")
        elif given["text"] and not self._known(given["type_code"]):
            error = _("请选择类别。")
        elif len(given["text"]) > reports.TEXT_CHARACTERS_MAX:
            error = _("太长了，请写短一些。")
        return Matter(
            number,
            given["text"],
            given["type_code"],
            given["contact"][: reports.CONTACT_CHARACTERS_MAX],
            bool(given["agreed"]),
            error,
        )

    def _known(self, code: str) -> bool:
        return self.spec.is_leaf(code) or (not code and self.spec.unsorted is not None)


@requires(MAKE)
@takes_post
def report(request: SeatedRequest) -> HttpResponse:
    """Take a matter in: seen on the way, told on the telephone or at the counter."""
    village, grid = _ground(request)
    spec = None if village is None else reports.spec_at(village)
    if village is None or spec is None:
        return _choose(request, village, "desk-report")
    grids = directory.grids_of(village.id)
    if request.method != "POST":
        first = Channel.CALL if request.actor.may("cases.case.verify").allowed else Channel.WORKER
        chosen = {"grid": str(grid.id) if grid else "", "channel": first.value}
        form = DeskReportForm.fresh(request, spec=spec, grids=grids, initial=chosen)
        return _show(request, form, village, grid)
    helped = reports.helped(request, village, grid)
    if helped is not None:
        return reports.locating(helped)
    form = DeskReportForm(request.POST, request.FILES, spec=spec, grids=grids)
    is_script, refusal = reports.wants_json(request), None
    if form.checked():
        try:
            made = reports.send(
                form,
                village,
                grid,
                spec,
                channel=Channel(form.cleaned_data["channel"]),
                actor=request.actor,
            )
            url = f"{reverse('desk-report')}?done={made.code}"
            return reports.told_json(url) if is_script else HttpResponseRedirect(url)
        except LiuchiError as error:
            refusal = error
            form.refuse(error)
    if is_script:
        return reports.refused_json(form, refusal)
    with reading(request):
        return _show(request, form, village, grid)


@requires(MAKE)
@takes_post
def visit(request: SeatedRequest) -> HttpResponse:
    """Write down what households raised on one visit: several matters at once."""
    village, grid = _ground(request)
    spec = None if village is None else reports.spec_at(village)
    if village is None or spec is None:
        return _choose(request, village, "desk-visit")
    grids = directory.grids_of(village.id)
    if request.method != "POST":
        first = {"grid": str(grid.id) if grid else ""}
        form = VisitForm.fresh(request, spec=spec, grids=grids, initial=first)
        return _show_visit(request, form, village)
    form = VisitForm(request.POST, spec=spec, grids=grids)
    is_script, refusal = reports.wants_json(request), None
    if form.checked():
        try:
            codes = _raise(form, village, request.actor)
            url = f"{reverse('desk-visit')}?done={_SEPARATOR.join(codes)}"
            return reports.told_json(url) if is_script else HttpResponseRedirect(url)
        except LiuchiError as error:
            refusal = error
            form.refuse(error)
    if is_script:
        return reports.refused_json(form, refusal)
    with reading(request):
        return _show_visit(request, form, village)


def _raise(form: VisitForm, village: AreaRow, actor: Actor) -> list[str]:
    """Report each matter under a key of its own: what is sent again is not raised again."""
    area_id = reports.area_of(form, village, None)
    return [
        cases_actions.report_case(
            key=f"{form.cleaned_data['key']}:{each.number}",
            told=Told(
                area_id=area_id,
                type_code=each.type_code or form.spec.unsorted or "",
                text=each.text,
                contact=each.contact,
            ),
            channel=Channel.VISIT,
            actor=actor,
        ).code
        for each in form.raised
    ]


def _ground(request: SeatedRequest) -> tuple[AreaRow | None, AreaRow | None]:
    """Return the village and grid asked for by ``?at=``, else the actor's own."""
    code = request.GET.get("at", "")
    if code:
        village, grid = reports.place_of(code)
        if not request.actor.covers((grid or village).scope_code):
            raise NotFound("area")
    elif request.actor.area_id is not None:
        village, grid = reports.place_of(directory.area(request.actor.area_id).scope_code)
    else:
        return None, None
    return (village if AreaKind(village.kind).is_village else None), grid


def _choose(request: SeatedRequest, village: AreaRow | None, page: str) -> HttpResponse:
    """Say where nothing can be reported yet, or let who has several villages choose one."""
    found = () if village is not None or request.actor.area_id is None else _open(request.actor)
    context = {"village": village, "villages": found, "page": page}
    return TemplateResponse(request, "desk/report_choose.html", context)


def _open(actor: Actor) -> tuple[AreaRow, ...]:
    held = directory.places_down_to_villages([actor.area_id] if actor.area_id else [])
    rows = [row for row in directory.areas(held).values() if AreaKind(row.kind).is_village]
    return tuple(row for row in rows if reports.spec_at(row) is not None)


def _show(
    request: SeatedRequest, form: ReportForm, village: AreaRow, grid: AreaRow | None
) -> HttpResponse:
    grids = directory.grids_of(village.id)
    context = {
        **reports.context(form, village, grid, grids),
        "is_desk": True,
        "done": _done(request),
    }
    shown = TemplateResponse(request, "desk/report.html", context, status=form.status)
    return reports.locating(shown)


def _show_visit(request: SeatedRequest, form: VisitForm, village: AreaRow) -> HttpResponse:
    context = {
        **reports.context(form, village, None, ()),
        "types": reports.type_choices(form.spec),
        "unsorted": form.spec.unsorted or "",
        "done": _done(request),
    }
    return TemplateResponse(request, "desk/visit.html", context, status=form.status)


def _done(request: SeatedRequest) -> tuple[str, ...]:
    """Return the receipts of what was just taken in, to be handed out."""
    codes = request.GET.get("done", "").split(_SEPARATOR)
    return tuple(code for code in codes if code.isalnum())[:MATTERS_MAX]
