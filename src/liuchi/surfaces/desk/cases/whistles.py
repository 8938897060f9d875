"""吹哨报到: calling units to a matter, and each unit's way from reporting in to its rating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.actions import whistles as actions
from liuchi.engines.cases.enums import CalledState, CalledVerb
from liuchi.engines.cases.queries import CalledRow, ToCall, Which, WhistleOpened
from liuchi.engines.cases.rules.whistles import CALLED_WORDS
from liuchi.engines.cases.spec import Limit
from liuchi.kernel.actors import Actor
from liuchi.kernel.durations import TimeUnit
from liuchi.kernel.errors import NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import across_posts, reading, requires, takes_post
from liuchi.surfaces.components.across import gather
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape

READ = "cases.case.read"
CALL = "cases.case.dispatch"
WORDS_CHARACTERS_MAX = 400
WITHIN_MAX = 99
TABS = {
    Which.OPEN: _("没办完的"),
    Which.WAITING: _("待报到"),
    Which.LATE: _("超时未报到"),
    Which.OBJECTED: _("有异议"),
    Which.DONE: _("待评价"),
    Which.ENDED: _("已结束"),
}
_LOOKS = {
    CalledState.CALLED: "is-proposed",
    CalledState.OBJECTED: "is-returned",
    CalledState.ARRIVED: "is-on_notice",
    CalledState.AGREED: "is-on_notice",
    CalledState.DONE: "is-approved",
    CalledState.RATED: "is-done",
    CalledState.EXCUSED: "",
}


def state_look(row: CalledRow) -> str:
    """Return the class that colours how far a unit has come."""
    is_missing = row.state is CalledState.CALLED and row.is_late
    return f"l-state {'is-rejected' if is_missing else _LOOKS[row.state]}"


COLUMNS: tuple[Column[CalledRow], ...] = (
    Column(
        _("事项"),
        lambda row: row.type_title,
        url=lambda row: f"{reverse('desk-whistle', args=[row.whistle_id])}#u-{row.id}",
    ),
    Column(_("单位"), lambda row: row.unit),
    Column(_("进展"), lambda row: CALLED_WORDS[row.state], look=state_look),
    Column(_("吹哨的社区"), lambda row: row.area),
    Column(_("吹哨时间"), lambda row: row.called_at, Shape.MOMENT, aside=True),
    Column(_("报到期限"), lambda row: row.respond_by, Shape.UNTIL),
    Column(_("报到时间"), lambda row: row.arrived_at, Shape.MOMENT),
    Column(_("任务期限"), lambda row: row.due_at, Shape.UNTIL),
)

_WORDS = {
    "object": _("为什么有异议"),
    "agree": _("商定由这个单位做什么"),
    "finish": _("办得怎么样"),
    "rate": _("想说的话"),
    "send_back": _("哪里没办好"),
    "decide": _("答复"),
}
_SAY = _("请写明内容。")
_ASKED: Mapping[str, Mapping[str, Promise]] = {
    "object": {"words": _SAY},
    "agree": {"words": _SAY, "amount": _("请写多久办完。"), "unit": _("请选择按什么算。")},
    "finish": {"words": _SAY},
    "send_back": {
        "words": _("请写明哪里没办好，单位会看到。"),
        "amount": _("请写多久办完。"),
        "unit": _("请选择按什么算。"),
    },
    "rate": {"solved": _("请选择是否解决。"), "satisfied": _("请选择是否满意。")},
    "uphold": {"words": _SAY},
    "overrule": {"words": _SAY},
}
_DONE = {
    "arrive": _("已报到，吹哨的社区会收到消息。"),
    "object": _("异议已提出，由另一人答复，答复以前不计时。"),
    "agree": _("任务已记下。"),
    "finish": _("已办结，等社区评价。"),
    "rate": _("评价已保存。"),
    "send_back": _("已退回返工，这个单位会收到消息。"),
    "take_back": _("已告知这个单位不用到场。"),
    "uphold": _("已答复：异议成立。"),
    "overrule": _("已答复：异议不成立。"),
}


@requires(READ)
@takes_post
@across_posts
def whistles(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List called units, those to be answered first at the top. POST gives them as Excel."""
    asked = request.GET.get("which", "")
    which = Which(asked) if asked in set(Which) else Which.OPEN
    listing = Listing(
        "whistles",
        _("吹哨报到"),
        COLUMNS,
        lambda after, limit: gather(
            request,
            READ,
            lambda actor: cases.calls(actor, which, after=after, limit=limit),
            limit=limit,
            newest_first=which is Which.ENDED,
        ),
        empty=_("没有这样的吹哨。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "tabs": TABS,
        "which": which,
        "may_call": any(actor.may(CALL).allowed for actor in request.seat.actors),
    }
    return TemplateResponse(request, "desk/cases/whistles.html", context)


class CallForm(Sheet):
    """Whom to call, and why. The units are those of the place and of all above it."""

    units = forms.TypedMultipleChoiceField(
        label=_("叫哪些单位"),
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选择要吹哨的单位。")},
    )
    reason = forms.CharField(
        label=_("为什么吹哨"),
        max_length=WORDS_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明原因，单位会看到。")},
    )

    def __init__(self, *args: Any, units: tuple[tuple[UUID, str], ...], **kwargs: Any) -> None:
        """``units`` are the choices: id and name."""
        super().__init__(*args, **kwargs)
        field = self.fields["units"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(id_), name) for id_, name in units]


@requires(CALL)
@takes_post
def call(request: SeatedRequest, case_id: UUID) -> HttpResponse:
    """Blow the whistle from a case."""
    if request.method != "POST":
        found = cases.callable_units(request.actor, case_id)
        return _show_call(request, CallForm.fresh(request, units=found.units), found)
    with reading(request):
        found = cases.callable_units(request.actor, case_id)
    form = CallForm(request.POST, units=found.units)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            actions.raise_whistle(
                case_id=case_id,
                unit_ids=values["units"],
                reason=values["reason"],
                actor=request.actor,
                key=values["key"],
            )
            with reading(request):
                raised = cases.whistles_of(request.actor, case_id)[-1]
            return HttpResponseRedirect(reverse("desk-whistle", args=[raised.id]) + "?blown=1")
    return _show_call(request, form, found)


def _show_call(request: SeatedRequest, form: CallForm, found: ToCall) -> HttpResponse:
    context = {"form": form, "found": found, "back_url": reverse("desk-case", args=[found.case_id])}
    return TemplateResponse(request, "desk/cases/whistle_new.html", context, status=form.status)


class StepForm(Sheet):
    """One step about a called unit. ``do`` is the button; its step says which fields count."""

    do = forms.ChoiceField(choices=[(verb.value, "") for verb in CalledVerb])
    called_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    objection_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    words = forms.CharField(
        max_length=WORDS_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    amount = forms.IntegerField(
        label=_("多久办完"), min_value=1, max_value=WITHIN_MAX, required=False, initial=2
    )
    unit = forms.ChoiceField(
        label=_("按什么算"),
        choices=[
            (TimeUnit.WORK_DAYS.value, _("工作日")),
            (TimeUnit.WORK_HOURS.value, _("工作时")),
            (TimeUnit.DAYS.value, _("自然日")),
        ],
        required=False,
    )
    solved = forms.ChoiceField(
        label=_("问题解决了吗"),
        choices=[("yes", _("解决了")), ("no", _("没有解决"))],
        widget=forms.RadioSelect,
        required=False,
    )
    satisfied = forms.ChoiceField(
        label=_("对这个单位的配合"),
        choices=[("yes", _("满意")), ("no", _("不满意"))],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, step: str, **kwargs: Any) -> None:
        """Word the field of words as the step asks for it."""
        super().__init__(*args, **kwargs)
        self.fields["words"].label = _WORDS.get(step, "")
        for name in ("words", "amount", "unit", "solved", "satisfied"):
            # Nothing is called optional but the words of a rating.
            if (step, name) != ("rate", "words"):
                self.fields[name].is_decided_later = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Say beside the field what the step still asks for."""
        values = super().clean() or self.cleaned_data
        for name, words in _ASKED.get(values.get("do", ""), {}).items():
            if not values.get(name) and name not in self.errors:
                self.add_error(name, str(words))
        return values


@dataclass(frozen=True, slots=True)
class Card:
    """One called unit on the page: how far it has come, and a form for each open step."""

    row: CalledRow
    words: Sentence
    look: str
    steps: Mapping[str, StepForm]
    tried: str  # the step that was refused just now, to be shown open


@requires(READ)
@takes_post
def whistle(request: SeatedRequest, whistle_id: UUID) -> HttpResponse:
    """Show a whistle and each called unit; POST takes a step about one of them."""
    if request.method != "POST":
        return _show(request, cases.whistle(request.actor, whistle_id), None)
    form = StepForm(request.POST, step=_step(request.POST.get("do", "")))
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            _take(request.actor, values)
            done = f"{reverse('desk-whistle', args=[whistle_id])}?done={values['do']}"
            return HttpResponseRedirect(f"{done}#u-{values['called_id']}")
    with reading(request):
        return _show(request, cases.whistle(request.actor, whistle_id), form)


def _take(actor: Actor, values: Mapping[str, Any]) -> None:
    """Call the action of a step."""
    do = CalledVerb(values["do"])
    if do in (CalledVerb.UPHOLD, CalledVerb.OVERRULE):
        actions.decide_objection(
            objection_id=values["objection_id"] or values["called_id"],
            upheld=do is CalledVerb.UPHOLD,
            answer=values["words"],
            actor=actor,
            key=values["key"],
        )
        return
    said = {
        "called_id": values["called_id"],
        "version": values["version"],
        "actor": actor,
        "key": values["key"],
    }
    words = values["words"]
    match do:
        case CalledVerb.ARRIVE:
            actions.arrive(**said)
        case CalledVerb.OBJECT:
            actions.object_to_call(**said, grounds=words)
        case CalledVerb.AGREE:
            within = Limit(values["amount"], TimeUnit(values["unit"]))
            actions.agree_task(**said, what=words, within=within)
        case CalledVerb.FINISH:
            actions.finish_call(**said, result=words)
        case CalledVerb.RATE:
            marks = {name: values[name] == "yes" for name in ("solved", "satisfied")}
            actions.rate_unit(**said, **marks, words=words)
        case CalledVerb.SEND_BACK:
            within = Limit(values["amount"], TimeUnit(values["unit"]))
            actions.send_back_unit(**said, reason=words, within=within)
        case CalledVerb.TAKE_BACK:
            actions.excuse_unit(**said)
        case _:
            raise NotFound("step")


def _show(request: SeatedRequest, found: WhistleOpened, tried: StepForm | None) -> HttpResponse:
    row = found.row
    cards = tuple(_card(each, found.may[each.id], tried) for each in row.called)
    needed = [each for each in row.called if each.state is not CalledState.EXCUSED]
    context = {
        "whistle": row,
        "found": found,
        "cards": cards,
        "form": tried,
        "needed": len(needed),
        "arrived": sum(each.arrived_at is not None for each in needed),
        "missing": sum(each.state is CalledState.CALLED and each.is_late for each in needed),
        "objected": sum(each.state is CalledState.OBJECTED for each in needed),
        "done": _DONE.get(request.GET.get("done", "")),
        "blown": "blown" in request.GET,
        "case_url": reverse("desk-case", args=[row.case_id]),
        "more_url": reverse("desk-whistle-new", args=[row.case_id])
        if row.ended_at is None and request.actor.may(CALL).allowed
        else "",
    }
    status = 200 if tried is None else tried.status
    return TemplateResponse(request, "desk/cases/whistle.html", context, status=status)


def _card(row: CalledRow, may: frozenset[CalledVerb], tried: StepForm | None) -> Card:
    steps = {_step(verb.value): _form(row, _step(verb.value)) for verb in sorted(may)}
    open_step = ""
    if tried is not None and str(tried.data.get("called_id", "")) == str(row.id):
        open_step = _step(str(tried.data.get("do", "")))
        if open_step in steps:
            tried.auto_id = steps[open_step].auto_id
            steps[open_step] = tried
    return Card(row, CALLED_WORDS[row.state], state_look(row), steps, open_step)


def _form(row: CalledRow, step: str) -> StepForm:
    waits = next((said.id for said in row.objections if said.upheld is None), None)
    return StepForm(
        step=step,
        auto_id=f"f-{row.id.hex[-8:]}-{step}-%s",
        initial={
            "key": str(new_id()),
            "called_id": row.id,
            "version": row.version,
            "objection_id": waits,
        },
    )


def _step(verb: str) -> str:
    """Return the form a step belongs to: to uphold and to overrule are two buttons of one."""
    return "decide" if verb in (CalledVerb.UPHOLD, CalledVerb.OVERRULE) else verb
