"""Votes about rules: what waits for one, recording a meeting's, confirming another's record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import Meeting
from liuchi.engines.directory.queries import VoteRow
from liuchi.engines.directory.rules.votes import Counts
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.kernel import clock
from liuchi.kernel.errors import NotFound
from liuchi.playbooks.votes import BODY_TITLES, Body, VoteSpec
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import DayInput, Sheet, say
from liuchi.surfaces.components.photos import PhotosField, store_shared
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.desk.forms import DecisionForm

READ = "playbooks.playbook.read"
RECORD = "playbooks.vote.record"
CONFIRM = "playbooks.vote.confirm"
STATES = {
    "recorded": _("等另一人确认"),
    "confirmed": _("已确认"),
    "declined": _("已退回"),
    "taken_back": _("已撤回"),
}
VOTES: tuple[Column[VoteRow], ...] = (
    Column(
        _("会议日期"),
        lambda row: row.held_on,
        Shape.DAY,
        url=lambda row: reverse("desk-vote", args=[row.id]),
    ),
    Column(_("社区"), lambda row: row.village_name),
    Column(_("办法"), lambda row: row.title),
    Column(_("版本"), lambda row: row.version, Shape.NUMBER),
    Column(_("会议"), lambda row: row.body),
    Column(_("应到"), lambda row: row.eligible, Shape.NUMBER),
    Column(_("到会"), lambda row: row.present, Shape.NUMBER),
    Column(_("同意票"), lambda row: row.votes_for, Shape.NUMBER),
    Column(_("反对票"), lambda row: row.against, Shape.NUMBER),
    Column(_("弃权票"), lambda row: row.abstained, Shape.NUMBER),
    Column(_("结果"), lambda row: _("表决通过") if row.carried else _("没有通过")),
    Column(_("状态"), lambda row: _("已更正") if row.corrected else STATES[row.state]),
)


def _day() -> forms.DateField:
    return forms.DateField(
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )


def _people(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=1_000_000,
        error_messages={"required": _("请填写人数。"), "invalid": _("请填写人数。")},
    )


class VoteForm(Sheet):
    """What the meeting decided: how many, never who."""

    body = forms.ChoiceField(label=_("什么会议"))
    held_on = _day()
    eligible = _people(_("应到人数"))
    present = _people(_("到会人数"))
    votes_for = _people(_("同意票"))
    against = _people(_("反对票"))
    abstained = _people(_("弃权票"))
    holds_from = _day()
    photos = PhotosField(
        label=_("会议记录照片"),
        required=True,
        error_messages={"required": _("请附会议记录照片。")},
    )

    def __init__(self, *args: Any, spec: VoteSpec, **kwargs: Any) -> None:
        """``spec`` says which meetings may decide."""
        super().__init__(*args, **kwargs)
        self.fields["held_on"].label = _("会议日期")
        self.fields["holds_from"].label = _("从哪天起施行")
        self.fields["held_on"].widget.attrs["max"] = clock.today().isoformat()
        field = self.fields["body"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each.body, say(BODY_TITLES[each.body])) for each in spec.bodies]


class DecideForm(DecisionForm):
    """Confirm as it stands, send back with a reason, or take one's own back."""

    explained = frozenset({"decline"})
    outcome = forms.ChoiceField(choices=[("confirm", ""), ("decline", ""), ("take_back", "")])


@requires(READ)
@takes_post
def votes(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List votes, and above them what still waits for one. POST gives the list as Excel."""
    listing = Listing(
        "rule-votes",
        _("表决记录"),
        VOTES,
        lambda after, limit: directory.rule_votes(request.actor, after=after, limit=limit),
        empty=_("还没有表决记录。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "awaiting": directory.awaiting_votes(request.actor),
        "today": clock.today(),
        "may_record": request.actor.may(RECORD).allowed,
    }
    return TemplateResponse(request, "desk/votes.html", context)


@requires(RECORD)
@takes_post
def record(request: SeatedRequest) -> HttpResponse:
    """Record a meeting's vote about a version, or put a confirmed record right."""
    asked = _asked(request.GET)
    if asked is None:
        return HttpResponseRedirect(reverse("desk-votes"))  # what waits is chosen there
    village_id, version_id, corrects_id = asked
    with reading(request):
        area, version = directory.area(village_id), journal.playbook_version(version_id)
        if not request.actor.covers(area.scope_code) or not version.needs_vote:
            raise NotFound("playbook_version")
        spec = VoteSpec.model_validate(version.compiled["in_force"]["vote"])
        form = VoteForm.fresh(
            request, initial=_begins_with(request, version, spec, corrects_id), spec=spec
        )
    if request.method == "POST":
        form = VoteForm(request.POST, request.FILES, spec=spec)
        if form.checked():
            with form.refusals():
                return _recorded(request, form, (village_id, version_id, corrects_id))
    context = {
        "area": area,
        "title": version.compiled.get("title", version.code),
        "version": version.version,
        "spec": spec,
        "bodies": [(each, BODY_TITLES[each.body]) for each in spec.bodies],
        "corrects": corrects_id,
        "form": form,
    }
    return TemplateResponse(request, "desk/vote_new.html", context, status=form.status)


def _begins_with(
    request: SeatedRequest, version: AppliedPlaybook, spec: VoteSpec, corrects_id: UUID | None
) -> dict[str, object]:
    """Fill the form with the earliest day, or with the record that is put right."""
    if corrects_id is None:
        earliest = clock.today() + timedelta(days=spec.notice_days)
        return {
            "body": spec.bodies[0].body,
            "holds_from": max(version.in_force_from, earliest).isoformat(),
        }
    old = directory.rule_vote(request.actor, corrects_id)
    names = ("eligible", "present", "votes_for", "against", "abstained")
    days = {"held_on": old.held_on.isoformat(), "holds_from": old.holds_from.isoformat()}
    return {"body": old.body_code, **days, **{name: getattr(old, name) for name in names}}


def _asked(given: QueryDict) -> tuple[UUID, UUID, UUID | None] | None:
    corrects = given.get("corrects", "")
    try:
        return (
            UUID(given.get("village", "")),
            UUID(given.get("version", "")),
            UUID(corrects) if corrects else None,
        )
    except ValueError:
        return None


def _recorded(
    request: SeatedRequest, form: VoteForm, asked: tuple[UUID, UUID, UUID | None]
) -> HttpResponse:
    said, (village_id, version_id, corrects_id) = form.cleaned_data, asked
    vote_id = directory_actions.record_vote(
        village_id=village_id,
        version_id=version_id,
        corrects_id=corrects_id,
        meeting=Meeting(
            body=Body(said["body"]),
            held_on=said["held_on"],
            counts=Counts(
                said["eligible"],
                said["present"],
                said["votes_for"],
                said["against"],
                said["abstained"],
            ),
            holds_from=said["holds_from"],
            minutes=store_shared(request.actor, said["photos"], said["key"]),
        ),
        actor=request.actor,
        key=said["key"],
    )
    return HttpResponseRedirect(reverse("desk-vote", args=[vote_id]))


@requires(READ)
@takes_post
def vote(request: SeatedRequest, vote_id: UUID) -> HttpResponse:
    """Show a record; POST confirms it, sends it back, or takes one's own back."""
    if request.method != "POST":
        return _show(request, vote_id, DecideForm.fresh(request))
    form = DecideForm(request.POST)
    if form.checked():
        with form.refusals():
            _decide(request, vote_id, form.cleaned_data)
            return HttpResponseRedirect(reverse("desk-vote", args=[vote_id]))
    with reading(request):
        return _show(request, vote_id, form)


def _decide(request: SeatedRequest, vote_id: UUID, said: dict[str, Any]) -> None:
    actor, key = request.actor, said["key"]
    if said["outcome"] == "confirm":
        directory_actions.confirm_vote(vote_id=vote_id, actor=actor, key=key)
    elif said["outcome"] == "take_back":
        directory_actions.take_back_vote(vote_id=vote_id, actor=actor, key=key)
    else:
        directory_actions.decline_vote(vote_id=vote_id, reason=said["reason"], actor=actor, key=key)


def _show(request: SeatedRequest, vote_id: UUID, form: DecideForm) -> HttpResponse:
    actor = request.actor
    row = directory.rule_vote(actor, vote_id)
    is_open, own = row.state == "recorded", row.recorded_by_id == actor.id
    may_record = actor.may(RECORD).allowed
    context = {
        "row": row,
        "state": _("已更正") if row.corrected else STATES[row.state],
        "form": form,
        "may_see_minutes": actor.may("files.document.read").allowed,
        "may_decide": is_open and not own and actor.may(CONFIRM).allowed,
        "may_take_back": is_open and own and may_record,
        "may_correct": row.state == "confirmed" and not row.corrected and may_record,
    }
    return TemplateResponse(request, "desk/vote.html", context, status=form.status)
