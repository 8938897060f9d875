"""Thirty volunteers at once: an activity, its list of people, one decision about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.actions import Reviewed, ReviewItem
from liuchi.engines.points.enums import BatchKind
from liuchi.engines.points.queries import ClaimRow
from liuchi.kernel import clock
from liuchi.kernel.errors import LiuchiError
from liuchi.surfaces.components import across, excel, tables
from liuchi.surfaces.components.access import across_posts, reading, requires, takes_post
from liuchi.surfaces.components.across import gather
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.methods import by_class, rules_to_enter
from liuchi.surfaces.components.names import Roll, roll_of
from liuchi.surfaces.components.photos import PhotosField, store_shared
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Listing
from liuchi.surfaces.desk import columns

LAST_LISTS = 5
FOUND_ROWS = 8
CLAIMS_MAX = 200
_READ = "points.claim.read"


class ListForm(Sheet):
    """The activity. Who was there is read from the request: see ``components.names``."""

    title = forms.CharField(label=_("活动名称"), max_length=60, required=False)
    place = forms.CharField(label=_("地点"), max_length=60, required=False)
    happened_on = forms.DateField(
        label=_("哪一天"),
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )
    rule_code = forms.CharField(
        label=_("做了什么"), max_length=80, error_messages={"required": _("请选择一项。")}
    )
    quantity = forms.IntegerField(label=_("每人数量"), min_value=1, max_value=100, initial=1)
    photos = PhotosField(label=_("签到表照片"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with today, the usual answer."""
        super().__init__(*args, **kwargs)
        self.fields["happened_on"].initial = clock.today
        self.fields["happened_on"].widget.attrs["max"] = clock.today().isoformat()


@requires("points.claim.propose")
@takes_post
def new_list(request: SeatedRequest) -> HttpResponse:
    """Gather people by name, household or last time's list; enter one deed for all of them."""
    if request.method != "POST":
        form = ListForm.fresh(request)
        return _show(request, form, roll_of(request.actor, QueryDict()), ())
    form = ListForm(request.POST, request.FILES)
    evidence = _evidence(request, form)
    with reading(request):
        roll = roll_of(request.actor, request.POST, _added(request))
    if request.POST.get("go") == "send" and form.checked() and _whole(form, roll):
        values = form.cleaned_data
        with form.refusals():
            made = points_actions.propose_claims(
                actor=request.actor,
                key=values["key"],
                title=values["title"] or _title(request, values["rule_code"]),
                place=values["place"],
                rule_code=values["rule_code"],
                happened_on=values["happened_on"],
                quantity=values["quantity"],
                person_ids=[person.id for person in roll.people],
                evidence=evidence,
            )
            return HttpResponseRedirect(reverse("desk-batch", args=[made.id]) + "?sent=1")
    if request.POST.get("go") != "send":
        form.errors.clear()  # still being filled in: nothing is wrong with it yet
    with reading(request):
        return _show(request, form, roll, evidence)


def _whole(form: ListForm, roll: Roll) -> bool:
    """Whether every name is somebody; says so on the form where one is not."""
    if not roll.is_settled:
        form.add_error(None, _("还有名字没有对上，请看名单里的提示。"))
    elif not roll.people:
        form.add_error(None, _("名单还是空的，请先加人。"))
    else:
        return True
    form.status = 422
    return False


def _added(request: SeatedRequest) -> list[UUID]:
    """Return whom a button of this form adds: one person, a household, last time's list."""
    actor, data = request.actor, request.POST
    added: list[UUID] = []
    for name, people_of in (
        ("add", lambda key: [key]),
        ("add_household", lambda key: [row.id for row in directory.household(actor, key).members]),
        ("add_list", lambda key: list(points.people_of_batch(actor, key))),
    ):
        try:
            added += people_of(UUID(data[name])) if data.get(name) else []
        except (ValueError, LiuchiError):
            continue
    return added


def _evidence(request: SeatedRequest, form: ListForm) -> tuple[UUID, ...]:
    """Store photos as soon as they come: the form may be sent several times before it is whole."""
    kept = tuple(UUID(each) for each in request.POST.getlist("evidence") if _is_id(each))
    form.is_valid()
    photos = form.cleaned_data.get("photos") or []
    if not photos:
        return kept
    try:
        return (*kept, *store_shared(request.actor, photos, form.data.get("key", "")))
    except LiuchiError as error:
        form.refuse(error)
        return kept


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _title(request: SeatedRequest, rule_code: str) -> str:
    with reading(request):
        rules = rules_to_enter(request.actor, _village(request))
    return next((rule.title for rule in rules if rule.code == rule_code), rule_code)[:60]


def _village(request: SeatedRequest) -> UUID:
    return directory.area_by_code(request.actor.scope_code[:12]).id


def _show(
    request: SeatedRequest, form: ListForm, roll: Roll, evidence: Sequence[UUID]
) -> HttpResponse:
    actor = request.actor
    text = request.POST.get("find", "").strip() if request.POST.get("go") == "find" else ""
    on_list = {person.id for person in roll.people}
    found = directory.people(actor, text=text, limit=FOUND_ROWS).rows if text else ()
    context = {
        "form": form,
        "roll": roll,
        "evidence": evidence,
        "classes": by_class(rules_to_enter(request.actor, _village(request))),
        "chosen": form["rule_code"].value() or "",
        "names": "、".join(roll.unknown),
        "find": text,
        "found": tuple(row for row in found if row.id not in on_list),
        "households": directory.households(actor, text=text, limit=3).rows if text else (),
        "last_lists": points.batches(actor, kind=BatchKind.ACTIVITY, limit=LAST_LISTS).rows,
    }
    return TemplateResponse(request, "desk/list_new.html", context, status=form.status)


@requires(_READ)
@takes_post
@across_posts
def batches(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List pages of books and lists of activities, newest first. POST gives them as Excel."""
    listing = Listing(
        "batches",
        _("名单和登记本"),
        columns.batches(with_place=bool(across.places(request))),
        lambda after, limit: gather(
            request,
            _READ,
            lambda actor: points.batches(actor, after=after, limit=limit),
            limit=limit,
            newest_first=True,
        ),
        empty=_("还没有名单或登记本。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    may_enter = any(actor.may("points.claim.propose").allowed for actor in request.seat.actors)
    context = {"table": tables.shown(request, listing), "may_enter": may_enter}
    return TemplateResponse(request, "desk/batches.html", context)


class GroupForm(Sheet):
    """What happens with those ticked and with the others; which are which: ``_items``."""

    rest = forms.ChoiceField(
        label=_("没有勾选的"),
        choices=[
            ("leave", _("先留着，另外审核")),
            ("return", _("退回补充")),
            ("reject", _("不通过")),
        ],
        initial="leave",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("理由"), max_length=200, required=False)


@requires(_READ)
@takes_post
def batch(request: SeatedRequest, batch_id: UUID) -> HttpResponse:
    """Show a list with its claims and refusals; POST reviews those ticked in one decision."""
    if request.method != "POST":
        return _show_batch(request, batch_id, GroupForm.fresh(request), None)
    request.actor.may("points.claim.review").or_refuse()
    form, given = GroupForm(request.POST), None
    if form.checked():
        items = _items(request.POST, form.cleaned_data)
        with form.refusals():
            given = points_actions.review_claims(
                actor=request.actor, key=form.cleaned_data["key"], items=items
            )
            if not given.left:
                where = reverse("desk-batch", args=[batch_id])
                return HttpResponseRedirect(f"{where}?reviewed={given.done}")
            form = GroupForm.fresh(request)
    with reading(request):
        return _show_batch(request, batch_id, form, given)


def _items(data: QueryDict, values: dict[str, Any]) -> list[ReviewItem]:
    """Read the decision: ``claim`` are all shown, as ``id:version``; ``yes`` those ticked."""
    ticked, items = set(data.getlist("yes")), []
    for text in data.getlist("claim"):
        claim_id, _colon, version = text.partition(":")
        if not _is_id(claim_id) or not version.isdecimal():
            continue
        if claim_id in ticked:
            items.append(ReviewItem(UUID(claim_id), int(version)))
        elif values["rest"] != "leave":
            items.append(ReviewItem(UUID(claim_id), int(version), values["rest"], values["reason"]))
    return items


def _show_batch(
    request: SeatedRequest, batch_id: UUID, form: GroupForm, given: Reviewed | None
) -> HttpResponse:
    actor = request.actor
    row = points.batch(actor, batch_id)
    claims = points.claims(actor, batch_id=batch_id, limit=CLAIMS_MAX).rows
    may_review = actor.may("points.claim.review").allowed
    waiting = tuple(each for each in claims if may_review and _is_others(request, each))
    context = {
        "batch": row,
        "claims": claims,
        "waiting": waiting,
        "form": form,
        "given": given,
        "done": request.GET.get("reviewed", ""),
        "just_sent": "sent" in request.GET,
        "may_enter": actor.may("points.claim.propose").allowed,
        "may_see_files": actor.may("files.document.read").allowed,
    }
    return TemplateResponse(request, "desk/batch.html", context, status=form.status)


def _is_others(request: SeatedRequest, claim: ClaimRow) -> bool:
    return claim.state == "proposed" and claim.proposed_by_id != request.actor.id
