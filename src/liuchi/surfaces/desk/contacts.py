"""Keeping contact at the desk: mine, the area's with its coverage, and who is linked to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.visits import actions as visits_actions
from liuchi.engines.visits import queries as visits
from liuchi.engines.visits.actions import Keeper
from liuchi.engines.visits.enums import Duty, Target
from liuchi.engines.visits.queries import LinkRow
from liuchi.engines.visits.spec import TARGET_WORDS, NormSpec, norm_words
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import FieldError, Invalid, NotFound
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import contacts, excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.contacts import LOG, TakeBackForm, VisitForm
from liuchi.surfaces.components.forms import Sheet, say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape

READ, WRITE, IMPORT = "visits.link.read", "visits.link.write", "directory.import.run"
_BACK = "mine"


def _often(row: LinkRow) -> str:
    return say(norm_words(NormSpec(times=row.stands.due, per=row.per)))


def _whom(row: LinkRow) -> str:
    return (
        str(_("住户 %(label)s")) % {"label": row.label}
        if row.target is Target.HOUSEHOLD
        else row.label
    )


LINKS: tuple[Column[LinkRow], ...] = (
    Column(_("联系谁"), _whom, url=lambda row: reverse("desk-contact", args=[row.id])),
    Column(_("哪一项"), lambda row: row.title),
    Column(_("谁联系"), lambda row: row.keeper),
    Column(_("多久一次"), _often),
    Column(_("上次"), lambda row: row.last_on, Shape.DAY),
    Column(_("本期还差"), lambda row: row.stands.missing, Shape.NUMBER),
    Column(_("地方"), lambda row: row.area_name, aside=True),
)


class EndForm(Sheet):
    """Ends a link; nothing to fill in."""

    step = forms.CharField(initial="end", widget=forms.HiddenInput)


class PairForm(Sheet):
    """Who keeps contact with what. What is looked for by name is found when the form is sent."""

    what = forms.ChoiceField(label=_("哪一项"), widget=forms.RadioSelect)
    keeper = forms.ChoiceField(label=_("谁联系"), required=False)
    member = forms.CharField(
        label=_("或者居民姓名"),
        max_length=40,
        required=False,
        help_text=_("党员、志愿者没有岗位时，写姓名。"),
    )
    household = forms.CharField(
        label=_("住户户号"),
        max_length=40,
        required=False,
        help_text=_("住户同意并登记过同意，才能结对。"),
    )
    reach = forms.CharField(
        label=_("河段或林片名称"),
        max_length=60,
        required=False,
        help_text=_("没有登记过的，会新登记。"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        """Fill the choices from the playbooks in force and the posts held in the area."""
        super().__init__(*args, **kwargs)
        for name in ("keeper", "member", "household", "reach"):
            self.fields[name].is_decided_later = True  # type: ignore[attr-defined]
        what, keeper = self.fields["what"], self.fields["keeper"]
        if isinstance(what, forms.ChoiceField):
            what.choices = _offered(actor)
        if isinstance(keeper, forms.ChoiceField):
            keeper.choices = [("", _("请选择")), *_staff(actor)]

    def clean(self) -> dict[str, Any]:
        """One keeper, and a target of the kind chosen."""
        values = super().clean() or self.cleaned_data
        if bool(values.get("keeper")) == bool(values.get("member")):
            self.add_error("keeper", _("请选一位，或写一位居民的姓名。"))
        duty = str(values.get("what", "")).partition(":")[0]
        if duty == Duty.LINK and not values.get("household"):
            self.add_error("household", _("请写户号。"))
        if duty == Duty.PATROL and not values.get("reach"):
            self.add_error("reach", _("请写名称。"))
        return values


@requires(LOG)
def mine(request: SeatedRequest) -> HttpResponse:
    """Show whom I keep contact with, what is missing first; each is one tap away."""
    rows = visits.own_links(request.actor)
    context = {
        **contacts.told(request),
        "rows": contacts.fresh_keys(rows),
        "missing": sum(bool(row.stands.missing) for row in rows),
        "today": clock.today(),
        "may_read": request.actor.may(READ).allowed,
    }
    return TemplateResponse(request, "desk/contacts.html", context)


@requires(LOG)
@takes_post
def contact(request: SeatedRequest, link_id: UUID) -> HttpResponse:
    """Show one link with its visits; POST writes a visit down, or ends the link."""
    if request.method != "POST":
        return _show(request, link_id)
    form = contacts.sent(request, link_id)
    if request.POST.get("step") == "end":
        return _end(request, link_id)
    if request.POST.get("step") == contacts.TAKE_BACK:
        return _take_back(request, link_id)
    if form.checked():
        with form.refusals():
            made = contacts.record(form, request.actor)
            where = reverse("desk-contacts")
            if request.POST.get("back") != _BACK:
                where = reverse("desk-contact", args=[link_id])
            return HttpResponseRedirect(where + contacts.after(made, link_id))
    with reading(request):
        return _show(request, link_id, form)


@requires(READ)
@takes_post
def links(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List who keeps contact with whom in the area, with its coverage. POST: Excel."""
    listing = Listing(
        "links",
        _("联系和巡查"),
        LINKS,
        lambda after, limit: visits.links(request.actor, after=after, limit=limit),
        empty=_("还没有结对。请先征得住户同意，再新建。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "coverage": [
            (each, say(TARGET_WORDS[each.target])) for each in visits.coverage(request.actor)
        ],
        "may_write": request.actor.may(WRITE).allowed,
        "may_import": request.actor.may(WRITE).allowed and request.actor.may(IMPORT).allowed,
        "may_log": request.actor.may(LOG).allowed,
    }
    return TemplateResponse(request, "desk/links.html", context)


@requires(WRITE)
@takes_post
def pair(request: SeatedRequest) -> HttpResponse:
    """Link a keeper to a household or a reach."""
    if request.method != "POST":
        return _show_pair(request, PairForm.fresh(request, actor=request.actor))
    with reading(request):
        form = PairForm(request.POST, actor=request.actor)
        good = form.checked()
    if good:
        with form.refusals():
            link_id = _pair(request, form)
            return HttpResponseRedirect(reverse("desk-contact", args=[link_id]))
    with reading(request):
        return _show_pair(request, form)


def _pair(request: SeatedRequest, form: PairForm) -> UUID:
    """Find who and what was named, and link the two; Invalid names the field that finds none."""
    values, actor = form.cleaned_data, request.actor
    word, _colon, code = values["what"].partition(":")
    duty = Duty(word)
    with reading(request):
        keeper = _keeper(actor, values)
        target = _household(actor, values["household"]) if duty is Duty.LINK else None
        kind = next((b.spec.kind for b in _patrols(actor) if b.spec.code == code), "")
    if target is None:
        target = visits_actions.add_reach(
            actor=actor,
            key=f"{values['key']}:reach",
            area_id=_area_of(actor),
            kind=kind,
            title=values["reach"],
        )
    return visits_actions.pair(
        actor=actor, key=values["key"], duty=duty, code=code, keeper=keeper, target_id=target
    )


def _keeper(actor: Actor, values: Mapping[str, str]) -> Keeper:
    if values["keeper"]:
        return Keeper(user_id=UUID(values["keeper"]))
    found = directory.people_named(actor, [values["member"]]).get(values["member"], ())
    if len(found) != 1:
        raise _not_one("member")
    return Keeper(person_id=found[0].id)


def _household(actor: Actor, label: str) -> UUID:
    rows = directory.households_found(actor, label.strip())
    exact = [row for row in rows if row.label == label.strip()]
    if len(exact) != 1:
        raise _not_one("household")
    return exact[0].id


def _not_one(field: str) -> Invalid:
    said = Sentence("没有找到，或不止一个，请核对。", "None found, or several. Check it.")
    return Invalid("not_one", said, (FieldError(field, said),))


def _area_of(actor: Actor) -> UUID:
    if actor.area_id is None:
        raise NotFound("area")
    return actor.area_id


def _patrols(actor: Actor) -> Sequence[visits.PatrolBook]:
    return visits.patrol_books(_area_of(actor), clock.today())


def _offered(actor: Actor) -> list[tuple[str, str]]:
    """Return what may be linked here, by duty and code."""
    links_here = visits.link_books(_area_of(actor), clock.today())
    return [
        *((f"{Duty.LINK}:{each.spec.code}", each.spec.title) for each in links_here),
        *((f"{Duty.PATROL}:{each.spec.code}", each.spec.title) for each in _patrols(actor)),
    ]


def _staff(actor: Actor) -> list[tuple[str, str]]:
    """Return who holds a post in the area that keeps contact, by name and post."""
    posts = [
        row
        for row in directory.posts_at(directory.subtrees([_area_of(actor)]))
        if LOG in accounts.grants_of(row.role)
    ]
    named = accounts.names_of(row.user_id for row in posts)
    held = {str(row.user_id): f"{named.get(row.user_id, '')} · {row.title}" for row in posts}
    return sorted(held.items(), key=lambda item: item[1])


def _end(request: SeatedRequest, link_id: UUID) -> HttpResponse:
    form = EndForm(request.POST)
    if form.checked():
        visits_actions.end_link(actor=request.actor, key=form.cleaned_data["key"], link_id=link_id)
    return HttpResponseRedirect(reverse("desk-links"))


def _take_back(request: SeatedRequest, link_id: UUID) -> HttpResponse:
    wrong = contacts.take_back(request)
    if wrong is None:
        where = reverse("desk-contact", args=[link_id])
        return HttpResponseRedirect(f"{where}?done={contacts.TAKEN_BACK}")
    with reading(request):
        return _show(request, link_id, wrong=wrong)


def _show(
    request: SeatedRequest,
    link_id: UUID,
    form: VisitForm | None = None,
    wrong: TakeBackForm | None = None,
) -> HttpResponse:
    held = contacts.opened(request, link_id, form, wrong)
    context = {
        **held,
        "often": _often(held["link"]),
        "end": EndForm.fresh(request) if request.actor.may(WRITE).allowed else None,
    }
    return TemplateResponse(request, "desk/contact.html", context, status=held["status"])


def _show_pair(request: SeatedRequest, form: PairForm) -> HttpResponse:
    return TemplateResponse(request, "desk/link_new.html", {"form": form}, status=form.status)
