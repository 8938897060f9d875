"""Records that may be one human being: found, compared, merged by two people, parted in time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import MergeState
from liuchi.engines.directory.queries import Likeness, MergeRow, PersonRow
from liuchi.engines.points import queries as points
from liuchi.flows import rounds_of_life
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing

WRITE = "directory.person.write"
STATES = {
    "asked": _("等另一人核准"),
    "merged": _("已合并"),
    "declined": _("是两个人"),
    "taken_back": _("已撤回"),
    "undone": _("已撤销合并"),
}


def _url(row: Likeness) -> str:
    return f"{reverse('desk-merge', args=[row.one.id])}?with={row.other.id}"


LIKENESSES: tuple[Column[Likeness], ...] = (
    Column(_("姓名"), lambda row: row.one.name, url=_url),
    Column(_("一条的住户"), lambda row: row.one.household_label),
    Column(_("另一条的住户"), lambda row: row.other.household_label),
    Column(_("出生年份相同"), lambda row: _("是") if row.same_birth else ""),
    Column(_("同一户"), lambda row: _("是") if row.same_household else ""),
    Column(_("号码相同"), lambda row: _("是") if row.same_number else ""),
    Column(_("进度"), lambda row: STATES["asked"] if row.merge_id else ""),
)


class MergeForm(Sheet):
    """What is done, and which record stays where that is asked."""

    what = forms.ChoiceField(
        choices=[(each, "") for each in ("ask", "approve", "decline", "take_back", "part")]
    )
    survivor = forms.UUIDField(required=False)

    def clean(self) -> dict[str, Any]:
        """Who proposes a merge says which record stays."""
        values = super().clean() or self.cleaned_data
        if values.get("what") == "ask" and not values.get("survivor"):
            self.add_error("survivor", _("请选择保留哪一条。"))
        return values


@requires(WRITE)
@takes_post
def duplicates(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List pairs of records that may be one human being. POST gives them as Excel."""
    listing = Listing(
        "duplicates",
        _("疑似重复登记"),
        LIKENESSES,
        lambda after, limit: directory.duplicates(request.actor, after=after, limit=limit),
        empty=_("没有发现重复登记的人。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing)}
    return TemplateResponse(request, "desk/duplicates.html", context)


@requires(WRITE)
@takes_post
def merge(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Compare two records side by side; POST asks for their merging, decides or undoes it."""
    if request.method != "POST" and "with" not in request.GET:
        return HttpResponseRedirect(reverse("desk-duplicates"))  # a pair is chosen there
    with reading(request):
        one, other = _two(request, person_id)
        held = directory.merge_between(request.actor, one.id, other.id)
    if request.method != "POST":
        return _show(request, (one, other), held, MergeForm.fresh(request))
    form = MergeForm(request.POST)
    if form.checked():
        with form.refusals():
            _act(request.actor, (one, other), held, form.cleaned_data)
            url = reverse("desk-merge", args=[one.id])
            return HttpResponseRedirect(f"{url}?with={other.id}")
    return _show(request, (one, other), held, form)


def _two(request: SeatedRequest, person_id: UUID) -> tuple[PersonRow, PersonRow]:
    try:
        other_id = UUID(request.GET.get("with", ""))
    except ValueError as error:
        raise NotFound("person") from error
    if other_id == person_id:
        raise NotFound("person")
    return directory.person(request.actor, person_id), directory.person(request.actor, other_id)


def _act(
    actor: Actor, two: tuple[PersonRow, PersonRow], held: MergeRow | None, said: dict[str, Any]
) -> None:
    key, what = said["key"], said["what"]
    if what == "ask":
        ids = {each.id for each in two}
        survivor = said["survivor"]
        if survivor not in ids:
            raise NotFound("person")
        (duplicate,) = ids - {survivor}
        directory_actions.ask_merge(
            survivor_id=survivor, duplicate_id=duplicate, actor=actor, key=key
        )
    elif held is None:
        raise NotFound("merge")
    elif what == "part":
        rounds_of_life.part(merge_id=held.id, actor=actor, key=key)
    elif what == "take_back":
        directory_actions.take_back_merge(merge_id=held.id, actor=actor, key=key)
    else:
        rounds_of_life.decide_merge(
            merge_id=held.id, approve=what == "approve", actor=actor, key=key
        )


def _show(
    request: SeatedRequest,
    two: tuple[PersonRow, PersonRow],
    held: MergeRow | None,
    form: MergeForm,
) -> HttpResponse:
    state = None if held is None else held.state
    asked = state is MergeState.ASKED
    with reading(request):
        balances = _balances(request.actor, two)
    lines = (
        (_("社区"), *(each.village_name for each in two)),
        (_("网格"), *(each.grid_name or "—" for each in two)),
        (_("住户"), *(each.household_label or "—" for each in two)),
        (_("出生年份"), *(str(each.birth_year or "—") for each in two)),
        (_("手机号"), *(each.phone_masked or "—" for each in two)),
        (_("参加积分"), *(_("已同意") if each.consented else _("未同意") for each in two)),
        (_("积分余额"), *balances),
    )
    context = {
        "two": two,
        "lines": [(title, one, other, str(one) != str(other)) for title, one, other in lines],
        "held": held,
        "state": STATES[state.value] if state else "",
        "form": form,
        "may_ask": state not in {MergeState.ASKED, MergeState.MERGED},
        "may_decide": asked and held is not None and held.asked_by_id != request.actor.id,
        "may_take_back": asked and held is not None and held.asked_by_id == request.actor.id,
        "may_part": state is MergeState.MERGED,
    }
    return TemplateResponse(request, "desk/merge.html", context, status=form.status)


def _balances(actor: Actor, two: tuple[PersonRow, PersonRow]) -> tuple[str, ...]:
    if not actor.may("points.account.read").allowed:
        return tuple("—" for _each in two)
    return tuple(str(points.balance(actor, each.id)) for each in two)
