"""A resident's own points and claims. Nobody else's, whatever the address says."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.files import queries as files
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import ClaimRow
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import appeals, excel, pager, statements, tables
from liuchi.surfaces.components.access import reading, requires, signed_in, takes_post
from liuchi.surfaces.components.claims import ClaimForm, WithdrawForm, form_context, more, send
from liuchi.surfaces.components.consent import answer
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.methods import rule_titled, rules_at
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.components.templatetags import liuchi as written

CLAIMS_ON_STATEMENT = 3
GIFTS_ON_STATEMENT = 5
ASKED_SHOWN = 10
CLAIMS: tuple[Column[ClaimRow], ...] = (
    Column(
        _("项目"),
        lambda row: row.rule_title,
        url=lambda row: reverse("portal-claim", args=[row.id]),
    ),
    Column(_("哪一天"), lambda row: row.happened_on, Shape.DAY),
    Column(
        _("状态"),
        lambda row: written.state_words(row.state),
        look=lambda row: f"l-state is-{row.state}",
    ),
    Column(_("积分"), lambda row: row.points, Shape.POINTS),
)


@signed_in
@takes_post
def statement(request: SeatedRequest) -> HttpResponse | FileResponse:
    """Balance, and every entry with the sentence that explains it. POST gives them as Excel."""
    person_id = self_of(request.actor)
    listing = statements.entries(
        request.actor, person_id, lambda row: reverse("portal-entry", args=[row.transfer_id])
    )
    if request.method == "POST":
        return excel.download(request, listing)
    found = points.statement(request.actor, person_id, after=pager.after(request), limit=pager.ROWS)
    claims = points.claims(request.actor, person_id=person_id, limit=CLAIMS_ON_STATEMENT)
    person = directory.person(request.actor, person_id)
    may_claim = person.consented and request.actor.may("points.claim.propose_own").allowed
    context = {
        "person": person,
        "village_code": directory.area(person.village_id).code,
        "chances": points.chances(request.actor, person_id, person.village_id) if may_claim else (),
        "statement": found,
        "purses": points.purses(request.actor, person_id),
        "entries": tables.shown(request, listing, statements.page(found)),
        "claims": claims.rows,
        "gifts": points.gifts(request.actor, person_id=person_id, limit=GIFTS_ON_STATEMENT).rows,
    }
    return TemplateResponse(request, "portal/statement.html", context)


@signed_in
@takes_post
def claims(request: SeatedRequest) -> HttpResponse | FileResponse:
    """The resident's claims and where each of them stands. POST gives them as Excel."""
    person_id = self_of(request.actor)
    listing = Listing(
        "my-claims",
        _("我的申报"),
        CLAIMS,
        lambda after, limit: points.claims(
            request.actor, person_id=person_id, after=after, limit=limit
        ),
        empty=_("还没有申报。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    asked = points.claims(request.actor, asked_by_id=person_id, limit=ASKED_SHOWN)
    context = {"table": tables.shown(request, listing), "asked": asked.rows}
    return TemplateResponse(request, "portal/claims.html", context)


@signed_in
@takes_post
def claim(request: SeatedRequest, claim_id: UUID) -> HttpResponse:
    """One claim: what happened to it and what happens next. POST takes it back."""
    if request.method != "POST":
        return _show_claim(request, claim_id, WithdrawForm.fresh(request))
    form = WithdrawForm(request.POST)
    if form.checked():
        with form.refusals():
            points_actions.withdraw_claim(
                actor=request.actor, key=form.cleaned_data["key"], claim_id=claim_id
            )
            return HttpResponseRedirect(reverse("portal-claim", args=[claim_id]))
    with reading(request):
        return _show_claim(request, claim_id, form)


@signed_in
@takes_post
def consent(request: SeatedRequest) -> HttpResponse:
    """Take part, or no longer: one's own decision."""
    person_id = self_of(request.actor)
    return answer(request, person_id, "portal/consent.html", lambda: reverse("portal-me"))


@signed_in
@takes_post
def add_to_claim(request: SeatedRequest, claim_id: UUID) -> HttpResponse:
    """Hand in a returned claim again."""
    where = reverse("portal-claim", args=[claim_id])
    return more(request, claim_id, "portal/claim_more.html", lambda: f"{where}?sent=1")


@requires("points.claim.propose_own")
@takes_post
def appeal(request: SeatedRequest, claim_id: UUID) -> HttpResponse:
    """Appeal against the rejection of an own claim."""
    where = reverse("portal-claim", args=[claim_id])
    return appeals.ask(request, claim_id, "portal/appeal.html", lambda: f"{where}?appealed=1")


@requires("points.claim.propose_own")
@takes_post
def propose(request: SeatedRequest) -> HttpResponse:
    """Propose a claim for oneself, with a photo if the rule wants evidence."""
    person_id = self_of(request.actor)
    if request.method != "POST":
        return _show_form(request, _fresh(request))
    form = ClaimForm(request.POST, request.FILES)
    with reading(request):
        person = directory.person(request.actor, person_id)
    if form.checked():
        with form.refusals():
            made = send(request.actor, person.id, form)
            return HttpResponseRedirect(reverse("portal-claim", args=[made.id]) + "?sent=1")
    with reading(request):
        return _show_form(request, form)


def _fresh(request: SeatedRequest) -> ClaimForm:
    """Return the empty form; the page of a rule leads here with that rule chosen."""
    return ClaimForm.fresh(request, initial={"rule_code": request.GET.get("rule", "")})


def _show_form(request: SeatedRequest, form: ClaimForm) -> HttpResponse:
    person = directory.person(request.actor, self_of(request.actor))
    context = form_context(form, person)
    return TemplateResponse(request, "portal/claim_form.html", context, status=form.status)


def _show_claim(request: SeatedRequest, claim_id: UUID, form: Sheet) -> HttpResponse:
    row = points.claim(request.actor, claim_id)
    context = {
        "claim": row,
        "photos": files.visible(request.actor, row.evidence),
        "is_own": row.person_id == request.actor.person_id,
        "rule": rule_titled(rules_at(row.village_id, internal=True), row.rule_code),
        "form": form,
        "just_sent": "sent" in request.GET,
        "appeal": points.appeal_of(request.actor, claim_id),
        "may_appeal": row.person_id == request.actor.person_id
        and points.may_be_appealed(request.actor, claim_id),
    }
    return TemplateResponse(request, "portal/claim.html", context, status=form.status)


def self_of(actor: Actor) -> UUID:
    """Return whose pages these are; Refused for an account without a resident behind it."""
    if actor.person_id is None:
        raise Refused(
            "no_person",
            Sentence(
                "这个账号没有关联居民档案，所以没有个人积分。请到社区服务窗口关联。",
                "This account is not linked to a resident, so it has no points of its own. "
                "The community service desk can link it.",
            ),
        )
    return actor.person_id
