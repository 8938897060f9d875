"""The inbox, the same for portal and desk: read, open what it is about, say how to be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.notices import actions as notices_actions
from liuchi.engines.notices import queries as notices
from liuchi.engines.notices.enums import Channel
from liuchi.engines.notices.queries import NoticeRow
from liuchi.kernel.errors import LiuchiError
from liuchi.surfaces.components import pager
from liuchi.surfaces.components.access import reading
from liuchi.surfaces.components.forms import Sheet, say
from liuchi.surfaces.components.seats import PLACE, SeatedRequest, seat_of

INBOX_ALONE = "inbox"
WECHAT_SALT = "liuchi.wechat"
WECHAT_ASKED_SECONDS = 600  # WeChat's code holds for five minutes
CODE_CHARACTERS_MAX = 200
HOURS = [(hour, f"{hour}:00") for hour in range(24)]

# Where the record of a notice is read: as the resident it is about, and at work.
_AS_RESIDENT: Mapping[str, Callable[[UUID], str]] = {
    "points.claim": lambda id_: reverse("portal-claim", args=[id_]),
    "points.purse": lambda _id: reverse("portal-me"),
    "points.counter": lambda _id: reverse("portal-counter"),
    "points.benefit_use": lambda _id: reverse("portal-benefits"),
}
_AT_WORK: Mapping[str, Callable[[UUID], str]] = {
    "points.claim": lambda id_: reverse("desk-claim", args=[id_]),
    "points.claims": lambda id_: f"{reverse('desk-claims')}?state=proposed&{PLACE}={id_}",
    "points.objections": lambda id_: f"{reverse('desk-objections')}?{PLACE}={id_}",
    "points.approvals": lambda id_: f"{reverse('desk-approvals')}?{PLACE}={id_}",
    "points.appeals": lambda id_: f"{reverse('desk-appeals')}?{PLACE}={id_}",
    "points.grade_appeals": lambda id_: f"{reverse('desk-grade-appeals')}?{PLACE}={id_}",
    "points.agreements": lambda id_: f"{reverse('desk-agreements')}?{PLACE}={id_}",
    "points.receipts": lambda id_: reverse("desk-baskets", args=[id_]),
    "points.shop": lambda id_: reverse("desk-stock", args=[id_]),
    "cases.case": lambda id_: reverse("desk-case", args=[id_]),
    "cases.whistle": lambda id_: reverse("desk-whistle", args=[id_]),
    "cases.prompt": lambda id_: reverse("desk-prompt", args=[id_]),
    "cases.arbitration": lambda id_: reverse("desk-arbitration", args=[id_]),
    "disclosures.checked": lambda id_: reverse("desk-disclosure-checked", args=[id_]),
    "directory.post": lambda _id: reverse("desk-today"),
    "collect.reply": lambda reply_id: reverse("desk-collect-reply", args=[reply_id]),
    "collect.table": lambda table_id: reverse("desk-collect-table", args=[table_id]),
}
_ANYWHERE: Mapping[str, Callable[[UUID], str]] = {
    "accounts.user": lambda _id: reverse("account"),
}


@dataclass(frozen=True, slots=True)
class Surface:
    """Whose pages these are: their templates and their addresses."""

    name: str

    @property
    def inbox_url(self) -> str:
        """Address of the list."""
        return reverse(f"{self.name}-inbox")

    @property
    def settings_url(self) -> str:
        """Address of the settings."""
        return reverse(f"{self.name}-inbox-settings")

    @property
    def wechat_url(self) -> str:
        """Address of the page where one binds one's WeChat."""
        return reverse(f"{self.name}-inbox-wechat")


def opens(row: NoticeRow, *, is_staff: bool) -> str:
    """Return the page of what a notice is about; "" where there is none for this reader."""
    if row.link:
        return row.link
    pages = _AS_RESIDENT if row.for_resident else _AT_WORK if is_staff else {}
    found = {**_ANYWHERE, **pages}.get(row.subject_kind)
    try:
        return "" if found is None else found(row.subject_id)
    except NoReverseMatch:  # an engine whose pages are not there
        return ""


class OpenForm(Sheet):
    """Which line is opened; none: all are marked as read."""

    notice_id = forms.UUIDField(required=False)


def inbox(request: SeatedRequest, surface: Surface) -> HttpResponse:
    """List one's messages. POST opens one, or marks all as read."""
    if request.method != "POST":
        return _list(request, surface, OpenForm.fresh(request))
    form = OpenForm(request.POST)
    if form.checked():
        notice_id = form.cleaned_data["notice_id"]
        if notice_id is None:
            notices_actions.read_all(actor=request.actor)
            return HttpResponseRedirect(surface.inbox_url)
        row = notices_actions.read(notice_id=notice_id, actor=request.actor)
        is_staff = bool(seat_of(request).actors)
        return HttpResponseRedirect(opens(row, is_staff=is_staff) or surface.inbox_url)
    with reading(request):
        return _list(request, surface, form)


def _list(request: SeatedRequest, surface: Surface, form: OpenForm) -> HttpResponse:
    page = notices.inbox(request.actor, after=pager.after(request), limit=pager.ROWS)
    is_staff = bool(seat_of(request).actors)
    context = {
        "form": form,
        "lines": [(row, bool(opens(row, is_staff=is_staff))) for row in page.rows],
        "sheaf": pager.sheaf(request, page.rows, page.next_after),
        "settings_url": surface.settings_url,
    }
    return TemplateResponse(request, f"{surface.name}/inbox.html", context, status=form.status)


class SettingsForm(Sheet):
    """How somebody wants to be told. ``aloud`` are the kinds that may leave the inbox."""

    channel = forms.ChoiceField(label=_("除了站内消息，还发到"), widget=forms.RadioSelect)
    quiet_from_hour = forms.TypedChoiceField(label=_("从"), choices=HOURS, coerce=int)
    quiet_to_hour = forms.TypedChoiceField(label=_("到"), choices=HOURS, coerce=int)
    digest_hour = forms.TypedChoiceField(label=_("每天几点发"), choices=HOURS, coerce=int)
    aloud = forms.MultipleChoiceField(
        label=_("哪些要发"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        channels: tuple[tuple[str, object], ...],
        kinds: tuple[tuple[str, str], ...],
        **kwargs: Any,
    ) -> None:
        """``channels`` and ``kinds`` are the choices: code and words."""
        super().__init__(*args, **kwargs)
        for name, choices in (("channel", channels), ("aloud", kinds)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices


def settings(request: SeatedRequest, surface: Surface) -> HttpResponse:
    """Show and change how one is told."""
    with reading(request):
        now = notices.preference(request.actor)
        is_bound = notices.has_contact(request.actor, Channel.WECHAT)
        ways, phone = _ways(request, is_bound=is_bound)
    kinds = tuple(
        (row.code, say(row.title)) for row in notices.kinds(for_staff=bool(seat_of(request).actors))
    )
    shown: dict[str, Any] = {"channels": ways, "kinds": kinds}
    if request.method == "POST":
        form = SettingsForm(request.POST, **shown)
        if form.checked() and _saved(request, form, kinds):
            return HttpResponseRedirect(f"{surface.settings_url}?saved=1")
    else:
        initial = {
            "channel": now.channel or INBOX_ALONE,
            "quiet_from_hour": now.quiet_from_hour,
            "quiet_to_hour": now.quiet_to_hour,
            "digest_hour": now.digest_hour,
            "aloud": [code for code, _words in kinds if code not in now.muted],
        }
        form = SettingsForm.fresh(request, initial=initial, **shown)
    context = {
        "form": form,
        "phone": phone,
        "has_channel": len(ways) > 1,
        "inbox_url": surface.inbox_url,
        "wechat_url": surface.wechat_url if notices.wechat_ready() else "",
        "wechat_bound": is_bound,
        "just_saved": "saved" in request.GET,
    }
    with reading(request):
        template = f"{surface.name}/inbox_settings.html"
        return TemplateResponse(request, template, context, status=form.status).render()


def _saved(request: SeatedRequest, form: SettingsForm, kinds: tuple[tuple[str, str], ...]) -> bool:
    values = form.cleaned_data
    try:
        notices_actions.choose(
            channel=None if values["channel"] == INBOX_ALONE else Channel(values["channel"]),
            quiet_from_hour=values["quiet_from_hour"],
            quiet_to_hour=values["quiet_to_hour"],
            digest_hour=values["digest_hour"],
            muted=[code for code, _words in kinds if code not in values["aloud"]],
            actor=request.actor,
        )
    except LiuchiError as error:
        form.refuse(error)
        return False
    return True


def _ways(request: SeatedRequest, *, is_bound: bool) -> tuple[tuple[tuple[str, object], ...], str]:
    """Return the channels this reader can be reached by, and the number on record, masked."""
    actor, ready = request.actor, notices.channels_ready()
    ways: list[tuple[str, object]] = [(INBOX_ALONE, _("不发，只看站内消息"))]
    person_id = actor.person_id
    row = None
    if person_id is not None:
        row = directory.people_of(actor, [person_id], with_phones=True).get(person_id)
    phone = row.phone_masked if row else ""
    if Channel.SMS in ready and phone:
        ways.append((str(Channel.SMS), _("短信")))
    if Channel.WECHAT in ready and is_bound:
        ways.append((str(Channel.WECHAT), _("微信")))
    return tuple(ways), phone


class BindForm(Sheet):
    """Bind with the code WeChat sent along, or let go of what is bound."""

    do = forms.ChoiceField(choices=[("bind", ""), ("unbind", "")])
    code = forms.CharField(max_length=CODE_CHARACTERS_MAX, required=False)


def wechat(request: SeatedRequest, surface: Surface) -> HttpResponse:
    """Bind one's WeChat or let go of it. WeChat comes back here by GET; binding is a POST."""
    user_id = str(seat_of(request).user_id)
    if request.method == "POST":
        form = BindForm(request.POST)
        if form.checked():
            with form.refusals():
                if form.cleaned_data["do"] == "unbind":
                    notices_actions.unbind_wechat(actor=request.actor)
                else:
                    notices_actions.bind_wechat(code=form.cleaned_data["code"], actor=request.actor)
                return HttpResponseRedirect(surface.wechat_url)
    else:
        form = BindForm.fresh(request)
    with reading(request):
        is_bound = notices.has_contact(request.actor, Channel.WECHAT)
    back = request.build_absolute_uri(surface.wechat_url)
    context = {
        "form": form,
        "is_ready": notices.wechat_ready(),
        "is_bound": is_bound,
        "in_wechat": notices.channels_on_console() or _is_wechat(request),
        "page_url": back,
        "ask_url": notices.wechat_asks(back, signing.dumps(user_id, salt=WECHAT_SALT)),
        "code": _code(request, user_id),
        "settings_url": surface.settings_url,
    }
    template = f"{surface.name}/inbox_wechat.html"
    return TemplateResponse(request, template, context, status=form.status)


def _code(request: SeatedRequest, user_id: str) -> str:
    """Return the code WeChat sent along, where it was this account that asked just now."""
    code, state = request.GET.get("code", ""), request.GET.get("state", "")
    try:
        asked_by = signing.loads(state, salt=WECHAT_SALT, max_age=WECHAT_ASKED_SECONDS)
    except signing.BadSignature:
        return ""
    return code[:CODE_CHARACTERS_MAX] if asked_by == user_id else ""


def _is_wechat(request: SeatedRequest) -> bool:
    return "micromessenger" in request.headers.get("user-agent", "").lower()
