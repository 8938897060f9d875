"""Agreements with providers: the list, drawing one up, signing it; months to agree on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.enums import AgreementVerb, CostBearer
from liuchi.engines.points.queries import AgreementRow, ProviderChoice, StatementRow
from liuchi.engines.points.rules.agreements import AGREEMENT_WORDS, STATEMENT_WORDS
from liuchi.engines.points.spec.benefit_words import COST_WORDS
from liuchi.kernel import clock
from liuchi.kernel.errors import LiuchiError, Refused
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import benefits, excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import DayInput, Sheet, say
from liuchi.surfaces.components.photos import PhotosField, store_shared
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape

READ = "points.agreement.read"
WRITE = "points.agreement.write"


def state_of(row: AgreementRow) -> Sentence:
    """Return where an agreement stands, as people say it."""
    if row.in_force:
        return Sentence("有效", "in force")
    if row.state == "signed":
        over = row.to_on < clock.today()
        return Sentence("已到期", "over") if over else Sentence("未到起始日", "not begun")
    return AGREEMENT_WORDS[row.state]


AGREEMENTS: tuple[Column[AgreementRow], ...] = (
    Column(
        _("单位"),
        lambda row: row.organization_name,
        url=lambda row: reverse("desk-agreement", args=[row.id]),
    ),
    Column(_("领域"), lambda row: row.field),
    Column(_("社区"), lambda row: row.village_name),
    Column(_("优惠项数"), lambda row: len(row.offers), Shape.NUMBER),
    Column(_("起始"), lambda row: row.from_on, Shape.DAY),
    Column(_("终止"), lambda row: row.to_on, Shape.DAY),
    Column(_("状态"), state_of),
)
STATEMENTS: tuple[Column[StatementRow], ...] = (
    Column(
        _("单位"),
        lambda row: row.organization_name,
        url=lambda row: reverse("desk-benefit-statement", args=[row.id]),
    ),
    Column(_("月份"), benefits.month_words),
    Column(_("使用次数"), lambda row: row.uses, Shape.NUMBER),
    Column(_("优惠金额（元）"), lambda row: benefits.yuan(row.saved_fen), Shape.NUMBER),
    Column(_("状态"), lambda row: STATEMENT_WORDS[row.state]),
)


class DrawForm(Sheet):
    """Who agrees to what, from when to when."""

    organization = forms.ChoiceField(label=_("单位"))
    offers = forms.MultipleChoiceField(label=_("优惠项目"), widget=forms.CheckboxSelectMultiple())
    from_on = forms.DateField(label=_("起始日期"), widget=DayInput)
    to_on = forms.DateField(label=_("终止日期"), widget=DayInput)
    cost = forms.ChoiceField(label=_("费用由谁承担"))

    def __init__(self, *args: Any, provider: ProviderChoice, bodies: Any, **kwargs: Any) -> None:
        """Offer what the playbook lets this provider sign for, and the bodies of the area."""
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "organization": [(str(each.id), each.name) for each in bodies],
            "offers": [(each.code, each.title) for each in provider.benefits],
            "cost": [(str(each), say(COST_WORDS[each])) for each in CostBearer],
        }
        for name, given in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = given


class PapersForm(Sheet):
    """Scans of the paper."""

    photos = PhotosField(label=_("协议扫描件"))


class MoveForm(Sheet):
    """Suspend, resume or end, and why."""

    reason = forms.CharField(label=_("原因"), max_length=200)


class PlaqueForm(Sheet):
    """When the plaque was handed over."""

    on = forms.DateField(label=_("授牌日期"), widget=DayInput)


class SignForm(Sheet):
    """Sign: nothing to fill in."""


class ResolveForm(Sheet):
    """How a difference was settled, and which uses were none."""

    note = forms.CharField(
        label=_("处理说明"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


@requires(READ)
@takes_post
def agreements(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the agreements, the newest first. POST gives the list as Excel."""
    listing = Listing(
        "agreements",
        _("共建商户"),
        AGREEMENTS,
        lambda after, limit: points.agreements(request.actor, after=after, limit=limit),
        empty=_("还没有共建协议。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "waiting": points.statements_waiting(request.actor),
        "may_write": request.actor.may(WRITE).allowed,
    }
    return TemplateResponse(request, "desk/agreements.html", context)


@requires(WRITE)
@takes_post
def draw(request: SeatedRequest) -> HttpResponse:
    """Draw up an agreement: choose the provider, then the body, the benefits and the days."""
    code = request.GET.get("provider", "")
    with reading(request):
        area = directory.area(request.actor.area_id) if request.actor.area_id else None
        choices = points.provider_choices(area.id, area.name) if area else ()
        chosen = next((each for each in choices if each.code == code), None)
        bodies = directory.organizations_of(request.actor) if chosen else ()
    form = None
    if chosen is not None and area is not None:
        if request.method == "POST":
            form = DrawForm(request.POST, provider=chosen, bodies=bodies)
            if form.checked():
                with form.refusals():
                    return _drawn(request, form, area.id, chosen)
        else:
            everything = [each.code for each in chosen.benefits]
            form = DrawForm.fresh(
                request,
                initial={"offers": everything, "from_on": clock.today()},
                provider=chosen,
                bodies=bodies,
            )
    context = {"choices": choices, "chosen": chosen, "bodies": bodies, "form": form}
    status = form.status if form else 200
    return TemplateResponse(request, "desk/agreement_new.html", context, status=status)


def _drawn(
    request: SeatedRequest, form: DrawForm, village_id: UUID, chosen: ProviderChoice
) -> HttpResponse:
    given = form.cleaned_data
    made = points_actions.draw_agreement(
        actor=request.actor,
        key=given["key"],
        village_id=village_id,
        organization_id=UUID(given["organization"]),
        provider_code=chosen.code,
        offer_codes=given["offers"],
        from_on=given["from_on"],
        to_on=given["to_on"],
        cost_bearer=CostBearer(given["cost"]),
    )
    return HttpResponseRedirect(reverse("desk-agreement", args=[made.id]))


_FORMS: dict[str, type[Sheet]] = {
    "papers": PapersForm,
    "sign": SignForm,
    "plaque": PlaqueForm,
    "suspend": MoveForm,
    "resume": MoveForm,
    "end": MoveForm,
}


@requires(READ)
@takes_post
def agreement(request: SeatedRequest, agreement_id: UUID) -> HttpResponse:
    """One agreement. POST adds its paper, signs, suspends, resumes, ends it, gives the plaque."""
    form: Sheet = SignForm.fresh(request)
    doing = request.POST.get("do", "")
    if request.method == "POST":
        request.actor.may(WRITE).or_refuse()
        if doing not in _FORMS:
            raise Refused("no_such_step", Sentence("没有这一步。", "There is no such step."))
        form = _FORMS[doing](request.POST, request.FILES)
        if form.checked():
            with form.refusals():
                _do(request, agreement_id, doing, form)
                return HttpResponseRedirect(reverse("desk-agreement", args=[agreement_id]))
    with reading(request):
        row = points.agreement(request.actor, agreement_id)
        may_write = request.actor.may(WRITE).allowed
        context = {
            "row": row,
            "state": state_of(row),
            "cost": COST_WORDS[row.cost_bearer],
            "form": form,
            "doing": doing,
            "papers": form if doing == "papers" else PapersForm.fresh(request),
            "plaque": form if doing == "plaque" else PlaqueForm.fresh(request),
            "move": form if isinstance(form, MoveForm) else MoveForm.fresh(request),
            "may_write": may_write,
            "may_sign": may_write and row.state == "draft" and row.drawn_by_id != request.actor.id,
            "statements": points.benefit_statements(
                request.actor, agreement_id=agreement_id, limit=12
            ).rows,
        }
    return TemplateResponse(request, "desk/agreement.html", context, status=form.status)


def _do(request: SeatedRequest, agreement_id: UUID, doing: str, form: Sheet) -> None:
    given, actor = form.cleaned_data, request.actor
    if doing == "papers":
        for document_id in store_shared(actor, given["photos"], given["key"]):
            points_actions.attach_document(
                actor=actor,
                key=f"{given['key']}:{document_id}",
                agreement_id=agreement_id,
                document_id=document_id,
            )
    elif doing == "sign":
        points_actions.sign_agreement(actor=actor, key=given["key"], agreement_id=agreement_id)
    elif doing == "plaque":
        points_actions.give_plaque(
            actor=actor, key=given["key"], agreement_id=agreement_id, on=given["on"]
        )
    else:
        points_actions.move_agreement(
            actor=actor,
            key=given["key"],
            agreement_id=agreement_id,
            verb=AgreementVerb(doing),
            reason=given["reason"],
        )


@requires(READ)
def plaque_print(request: SeatedRequest, agreement_id: UUID) -> HttpResponse:
    """The plaque, on A4 or A5, with the code of the public page."""
    row = points.agreement(request.actor, agreement_id)
    return benefits.plaque(request, row, directory.area(row.village_id).code)


@requires(READ)
@takes_post
def statements(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the months, the newest first. POST gives the list as Excel."""
    listing = Listing(
        "benefit-statements",
        _("商户对账"),
        STATEMENTS,
        lambda after, limit: points.benefit_statements(request.actor, after=after, limit=limit),
        empty=_("还没有对账单，每月初生成上月的。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing)}
    return TemplateResponse(request, "desk/benefit_statements.html", context)


@requires(READ)
@takes_post
def statement(request: SeatedRequest, statement_id: UUID) -> HttpResponse:
    """One month: confirm it, say what differs, or settle a difference."""
    own = "desk-benefit-statement"
    if request.method == "POST" and "resolve" in request.POST:
        form = ResolveForm(request.POST)
        if form.checked():
            try:
                points_actions.resolve_statement(
                    actor=request.actor,
                    key=form.cleaned_data["key"],
                    statement_id=statement_id,
                    note=form.cleaned_data["note"],
                    undo_use_ids=_ids(request.POST.getlist("undo")),
                )
            except LiuchiError as error:
                form.refuse(error)
                raise
        return HttpResponseRedirect(reverse(own, args=[statement_id]))
    return benefits.statement_page(request, statement_id, "desk/benefit_statement.html", own)


@requires(READ)
def statement_print(request: SeatedRequest, statement_id: UUID) -> HttpResponse:
    """One month on paper."""
    return benefits.statement_pdf(request, statement_id)


def _ids(given: list[str]) -> tuple[UUID, ...]:
    try:
        return tuple(UUID(each) for each in given)
    except ValueError as error:
        raise Refused("use_unknown", Sentence("没有这次使用。", "There is no such use.")) from error
