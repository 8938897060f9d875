"""Posts: who holds which, which are vacant, and appointing somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts.enums import Role
from liuchi.engines.accounts.queries import UserRow
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import FirstPassword
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import HeldPost
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components import across, excel, tables
from liuchi.surfaces.components.access import across_posts, reading, requires, takes_post
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.methods import places_with_methods
from liuchi.surfaces.components.paper import pdf_response, public_address
from liuchi.surfaces.components.seats import SeatedRequest, seat_of
from liuchi.surfaces.components.second_factor import second_factor
from liuchi.surfaces.components.tables import Action, Column, Listing, Shape
from liuchi.surfaces.components.templatetags.liuchi import day
from liuchi.surfaces.desk.forms import TickedForm

NEW = "new"


def _arranged(row: HeldPost) -> str:
    """Say from when the post is somebody else's; a dash where nothing is planned."""
    if row.valid_to is None:
        return "—"
    values = {"day": day(row.valid_to), "name": row.successor_name or str(_("暂时空着"))}
    return str(_("从%(day)s起：%(name)s")) % values


COLUMNS: tuple[Column[HeldPost], ...] = (
    Column(_("姓名"), lambda row: row.user_name),
    Column(_("岗位"), lambda row: row.title),
    Column(_("地方"), lambda row: row.area_name),
    Column(_("任职"), lambda row: row.valid_from, Shape.DAY),
    Column(_("交接安排"), _arranged),
)


@requires("accounts.post.write")
@takes_post
@across_posts
def posts(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the posts held, and what is vacant. POST gives the list as Excel."""
    listing = Listing(
        "posts",
        _("岗位"),
        COLUMNS,
        lambda after, limit: across.gather(
            request,
            "accounts.post.write",
            lambda actor: directory.held_posts(actor, after=after, limit=limit),
            order=lambda row: (row.sort, row.id),
            cursor=lambda row: directory.cursor_text(row.sort, row.id),
            limit=limit,
        ),
        empty=_("这里还没有岗位。"),
        action=Action(_("交接"), lambda row: reverse("desk-hand-over", args=[row.id])),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    with_methods = tuple(area.id for area in places_with_methods())
    context = {
        "table": tables.shown(request, listing),
        "vacancies": tuple(
            each
            for actor in seat_of(request).holding("accounts.post.write")
            for each in directory.vacancies(actor, with_methods)
        ),
        "just_appointed": "appointed" in request.GET,
        "without_password": sum(
            len(directory.without_password(actor))
            for actor in seat_of(request).holding("accounts.post.write")
        ),
    }
    return TemplateResponse(request, "desk/administration/posts.html", context)


class AppointForm(Sheet):
    """Who gets which post, where, from when."""

    user = forms.ChoiceField(label=_("谁"), error_messages={"required": _("请选择人。")})
    name = forms.CharField(label=_("姓名"), max_length=40, required=False)
    username = forms.CharField(
        label=_("登录名"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("第一次登录用的密码"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("岗位"), error_messages={"required": _("请选择岗位。")})
    area = forms.ChoiceField(label=_("地方"), error_messages={"required": _("请选择地方。")})
    valid_from = forms.DateField(
        label=_("从哪天起"),
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        """Offer whom and what the actor may appoint."""
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = clock.today
        for name, choices in _offered(actor).items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def clean(self) -> dict[str, Any]:
        """A new account needs a name, a sign-in name and a password."""
        values = super().clean() or self.cleaned_data
        if values.get("user") == NEW:
            for name in ("name", "username", "password"):
                if not values.get(name):
                    self.add_error(name, _("新开账号要填这一项。"))
        return values


def _account(actor: Actor, values: dict[str, Any]) -> UUID:
    """Return the account chosen, opened now if it is a new one."""
    if values["user"] != NEW:
        return UUID(values["user"])
    return accounts_actions.create_user(
        username=values["username"],
        display_name=values["name"],
        password=values["password"],
        actor=actor,
        key=f"{values['key']}:account",
    )


@requires("accounts.post.write")
@takes_post
@second_factor
def appoint(request: SeatedRequest) -> HttpResponse:
    """Give somebody a post. Whoever comes back gets the old account again."""
    if request.method != "POST":
        asked = {name: request.GET.get(name, "") for name in ("role", "area")}
        form = AppointForm.fresh(request, actor=request.actor, initial=asked)
        return _show(request, form)
    with reading(request):
        form = AppointForm(request.POST, actor=request.actor)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            directory_actions.appoint(
                _account(request.actor, values),
                values["role"],
                UUID(values["area"]),
                actor=request.actor,
                key=values["key"],
                valid_from=values["valid_from"],
            )
            return HttpResponseRedirect(reverse("desk-posts") + "?appointed=1")
    return _show(request, form)


def _show(request: SeatedRequest, form: AppointForm) -> HttpResponse:
    context = {"form": form}
    return TemplateResponse(
        request, "desk/administration/appoint.html", context, status=form.status
    )


def _offered(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    roles = [role for role in accounts.roles() if role.code != Role.RESIDENT]
    own = directory.area(actor.area_id) if actor.area_id else None
    places = [] if own is None else [own, *directory.children(own.id)]
    titles = directory.titles()
    return {
        "user": [
            ("", "—"),
            (NEW, str(_("新开账号"))),
            *((str(user.id), _named(user)) for user in directory.appointable(actor)),
        ],
        "role": [("", "—"), *((role.code, titles[role.code]) for role in roles)],
        "area": [(str(area.id), area.name) for area in places if area.kind != AreaKind.GRID],
    }


def _named(user: UserRow) -> str:
    closed = "" if user.is_active else f" · {_('已停用')}"
    return f"{user.display_name}（{user.username}）{closed}"


@requires("accounts.post.write")
@takes_post
@second_factor
def first_passwords(request: SeatedRequest) -> HttpResponse:
    """Print a password for each new account; whoever gets one chooses another on signing in."""
    form = TickedForm.fresh(request)
    if request.method == "POST":
        form = TickedForm(request.POST)
        if form.checked():
            with form.refusals():
                printed = directory_actions.print_first_passwords(
                    user_ids=form.cleaned_data["person"],
                    actor=request.actor,
                    key=form.cleaned_data["key"],
                )
                return _passwords_pdf(request, printed)
    with reading(request):
        users = directory.without_password(request.actor)
    context = {"form": form, "users": users}
    return TemplateResponse(
        request, "desk/administration/first_passwords.html", context, status=form.status
    )


def _passwords_pdf(request: SeatedRequest, printed: tuple[FirstPassword, ...]) -> HttpResponse:
    place = request.actor.area_id
    context = {
        "title": _("开户单"),
        "place": directory.area(place).name if place else "",
        "address": public_address(request, reverse("sign-in")),
        "slips": printed,
    }
    return pdf_response(
        request, "desk/administration/first_passwords_print.html", context, str(_("开户单"))
    )
