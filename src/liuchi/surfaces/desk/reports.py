"""Taking matters in at the desk: what was seen, a caller's or visitor's, and a night visit's.

A visit writes down only what a household agrees to raise, and asks nobody where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuchi.engines.accounts.enums import Role
from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases.actions import Told
from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.spec import CHANNEL_WORDS, CasesSpec
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import AreaRow
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import questions, reports
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import CONTACT_CHARACTERS_MAX, Sheet, say
from liuchi.surfaces.components.questions import Block
from liuchi.surfaces.components.reports import ReportForm
from liuchi.surfaces.components.seats import SeatedRequest

MAKE = "cases.report.make"
CHANNELS = (
    Channel.WORKER,
    Channel.PATROL,
    Channel.CALL,
    Channel.COUNTER,
    Channel.SUPERIOR,
    Channel.MEDIA,
)
_BY_ROLE: Mapping[str, tuple[Channel, ...]] = {
    Role.RIDER: (Channel.RIDER,),
    Role.GRID_WORKER: (Channel.WORKER, Channel.PATROL, Channel.COUNTER),
}
VISIT = (Channel.VISIT,)
MATTERS_MAX = 6
_SEPARATOR = "."


class DeskReportForm(ReportForm):
    """As the resident's, with how it came in; who reports in one way only is not asked."""

    channel = forms.ChoiceField(label=gettext_lazy("怎么来的"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, channels: Sequence[Channel], **kwargs: Any) -> None:
        """Word the channels as the section does."""
        super().__init__(*args, channels=channels, **kwargs)
        field = self.fields["channel"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each.value, say(CHANNEL_WORDS[each])) for each in channels]
        if len(channels) == 1:
            field.widget, field.initial = forms.HiddenInput(), channels[0].value


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter of a visit as the page shows it; ``number`` names its fields."""

    number: int
    text: str
    type_code: str
    contact: str
    agreed: bool
    answers: Mapping[str, object]
    blocks: tuple[Block, ...]
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
        self.unsorted = reports.unsorted_by(spec, VISIT)
        self.types = reports.type_choices(spec, VISIT)
        codes = (code for _title, each in self.types for code, _name in each)
        self.offered = (self.unsorted, *codes)
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
        code, prefix = given["type_code"] or self.unsorted, f"m{number}-"
        answers: dict[str, object] = {}
        if isinstance(self.data, QueryDict):
            answers = questions.given(self.spec, code, self.data, prefix)
        wrong: dict[str, str] = {}
        if given["text"]:
            wrong = questions.wrong_in(self.spec, code, answers, prefix)
        return Matter(
            number,
            given["text"],
            given["type_code"],
            given["contact"][:CONTACT_CHARACTERS_MAX],
            bool(given["agreed"]),
            answers,
            questions.blocks(self.spec, self.offered, self.data, code, prefix=prefix, wrong=wrong),
            self._wrong(given) or next(iter(wrong.values()), ""),
        )

    def _wrong(self, given: Mapping[str, str]) -> str:
        if given["text"] and not given["agreed"]:
            return _("这户同意反映，才能登记。")
        if given["text"] and (given["type_code"] or self.unsorted) not in self.offered:
            return _("请选择类别。")
        if len(given["text"]) > reports.TEXT_CHARACTERS_MAX:
            return _("太长了，请写短一些。")
        return ""


@requires(MAKE)
@takes_post
def report(request: SeatedRequest) -> HttpResponse:
    """Take a matter in: seen on the way, told on the telephone or at the counter."""
    village, grid = _ground(request)
    spec = None if village is None else reports.spec_at(village)
    if village is None or spec is None:
        return _choose(request, village, "desk-report")
    grids = directory.grids_of(village.id)
    channels = _BY_ROLE.get(request.actor.role, CHANNELS)
    if request.method != "POST":
        first = Channel.CALL if request.actor.may("cases.case.verify").allowed else channels[0]
        chosen = {"grid": str(grid.id) if grid else "", "channel": first.value}
        form = DeskReportForm.fresh(
            request, spec=spec, grids=grids, channels=channels, initial=chosen
        )
        return _show(request, form, village, grid)
    helped = reports.helped(request, village, grid)
    if helped is not None:
        return reports.locating(helped)
    form = DeskReportForm(request.POST, request.FILES, spec=spec, grids=grids, channels=channels)

    def take() -> str:
        channel = Channel(form.cleaned_data["channel"])
        made = reports.send(form, village, grid, channel=channel, actor=request.actor)
        return f"{request.path}?{_again(request)}done={made.code}"

    return reports.answer(
        request, form, take, lambda: _again_shown(request, _show, form, village, grid)
    )


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

    def take() -> str:
        codes = _raise(form, village, request.actor)
        return f"{request.path}?{_again(request)}done={_SEPARATOR.join(codes)}"

    return reports.answer(
        request, form, take, lambda: _again_shown(request, _show_visit, form, village)
    )


def _again(request: SeatedRequest) -> str:
    """Keep to the place the page was opened for."""
    code = request.GET.get("at", "")
    return f"{urlencode({'at': code})}&" if code else ""


def _again_shown(
    request: SeatedRequest, show: Callable[..., HttpResponse], *shown: object
) -> HttpResponse:
    with reading(request):
        return show(request, *shown)


def _raise(form: VisitForm, village: AreaRow, actor: Actor) -> list[str]:
    """Report each matter under a key of its own: what is sent again is not raised again."""
    area_id = reports.area_of(form, village, None)
    return [
        cases_actions.report_case(
            key=f"{form.cleaned_data['key']}:{each.number}",
            told=Told(
                area_id=area_id,
                type_code=each.type_code or form.unsorted,
                text=each.text,
                contact=each.contact,
                answers=each.answers,
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
    found = (
        () if village is not None or request.actor.area_id is None else open_places(request.actor)
    )
    context = {"village": village, "villages": found, "page": page}
    return TemplateResponse(request, "desk/report_choose.html", context)


def open_places(actor: Actor) -> tuple[AreaRow, ...]:
    """Return the villages of an area where matters can be reported today."""
    held = directory.places_down_to_villages([actor.area_id] if actor.area_id else [])
    rows = [row for row in directory.areas(held).values() if AreaKind(row.kind).is_village]
    return tuple(row for row in rows if reports.spec_at(row) is not None)


def _show(
    request: SeatedRequest, form: ReportForm, village: AreaRow, grid: AreaRow | None
) -> HttpResponse:
    grids = directory.grids_of(village.id)
    context = {
        **reports.context(form, village, grid, grids),
        "is_desk": request.actor.role not in _BY_ROLE,  # on a phone less stands open
        "done": _done(request),
    }
    shown = TemplateResponse(request, "desk/report.html", context, status=form.status)
    return reports.locating(shown)


def _show_visit(request: SeatedRequest, form: VisitForm, village: AreaRow) -> HttpResponse:
    context = {
        **reports.context(form, village, None, ()),
        "types": form.types,
        "unsorted": form.unsorted,
        "done": _done(request),
    }
    return TemplateResponse(request, "desk/visit.html", context, status=form.status)


def _done(request: SeatedRequest) -> tuple[str, ...]:
    """Return the receipts of what was just taken in, to be handed out."""
    codes = request.GET.get("done", "").split(_SEPARATOR)
    return tuple(code for code in codes if code.isalnum())[:MATTERS_MAX]
