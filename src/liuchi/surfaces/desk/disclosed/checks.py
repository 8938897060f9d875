"""Spot checks at the desk: announced, drawn, what was found, put right and struck off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import actions
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.actions.checking import WORDS_CHARACTERS_MAX
from liuchi.engines.disclosures.enums import Fault, FaultStanding
from liuchi.engines.disclosures.queries import Book, CheckedRow, CheckRow
from liuchi.engines.disclosures.spec import FAULT_STANDING_WORDS, FAULT_WORDS
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.periods import period
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.disclosed import period_words
from liuchi.surfaces.components.forms import DayInput, Sheet, say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.desk.disclosed.lists import CHECK, READ, WRITE, place_of

CASES = "cases.case.read"


def _to_one(row: CheckedRow) -> str:
    return reverse("desk-disclosure-checked", args=[row.id])


def _look(row: CheckedRow) -> str:
    return f"l-standing is-{row.standing}"


DRAWN: tuple[Column[CheckedRow], ...] = (
    Column(_("事项"), lambda row: row.item_title, url=_to_one),
    Column(_("村（社区）"), lambda row: row.area_name),
    Column(_("期间"), lambda row: period_words(row.first, row.end)),
    Column(_("内容"), lambda row: row.subject),
    Column(_("办到哪"), lambda row: FAULT_STANDING_WORDS[row.standing], look=_look),
    Column(_("查到"), lambda row: "" if row.fault is None else FAULT_WORDS[row.fault]),
    Column(_("整改期限"), lambda row: row.rectify_by, Shape.DAY),
    Column(_("抽查后变动"), lambda row: _("改过") if row.changed else _("没有")),
)
CHECKS: tuple[Column[CheckRow], ...] = (
    Column(
        _("预告"),
        lambda row: row.announced_at,
        Shape.MOMENT,
        url=lambda row: reverse("desk-disclosure-check", args=[row.id]),
    ),
    Column(_("范围"), lambda row: row.area_name),
    Column(_("候选"), lambda row: row.candidates, Shape.NUMBER),
    Column(_("抽取比例（%）"), lambda row: row.percent, Shape.NUMBER),
    Column(_("抽中"), lambda row: row.many if row.drawn_at else "", Shape.NUMBER),
    Column(_("状态"), lambda row: _("已抽取") if row.drawn_at else _("等封存后抽取")),
)


class AnnounceForm(Sheet):
    """Which method's postings are checked, and from which day of release on."""

    playbook = forms.ChoiceField(label=_("工作法"))
    since = forms.DateField(
        label=_("哪天以后发布的"),
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )

    def __init__(self, *args: Any, books: tuple[Book, ...], **kwargs: Any) -> None:
        """Offer the methods that say how spot checks are drawn."""
        super().__init__(*args, **kwargs)
        field = self.fields["playbook"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(book.playbook, book.title) for book in books]


class FoundForm(Sheet):
    """What was found in a drawn posting, or what was done about it."""

    do = forms.CharField(max_length=20)
    fault = forms.ChoiceField(label=_("查到什么"), required=False, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("说明"),
        max_length=WORDS_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer nothing found, and each kind of fault."""
        super().__init__(*args, **kwargs)
        field = self.fields["fault"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _("没有问题")),
                *((str(each), say(FAULT_WORDS[each])) for each in Fault),
            ]
        self.fields["words"].is_decided_later = True  # type: ignore[attr-defined]


@requires(READ)
@takes_post
def checks(request: SeatedRequest) -> HttpResponse | FileResponse:
    """Show what is open, all checks, and announce one. POST announces, or gives a list out."""
    actor = request.actor
    faults = Listing(
        "open-faults",
        _("没有销号的问题"),
        DRAWN,
        lambda after, limit: disclosures.checked_page(
            actor, open_only=True, after=after, limit=limit
        ),
        empty=_("没有待整改、待销号的问题。"),
    )
    held = Listing(
        "spot-checks",
        _("历次抽查"),
        CHECKS,
        tables.short(lambda: disclosures.checks_over(place_of(actor))),
        empty=_("还没有抽查过。"),
        paged=False,
    )
    if "list" in request.POST:
        return excel.download(request, faults, held)
    with reading(request):
        books = _books(actor)
    form = AnnounceForm.fresh(request, books=books, initial={"since": _begins(books)})
    if request.method == "POST":
        form = AnnounceForm(request.POST, books=books)
        if form.checked():
            with form.refusals():
                made = actions.announce_check(
                    actor=actor,
                    key=form.cleaned_data["key"],
                    area_id=place_of(actor),
                    playbook=form.cleaned_data["playbook"],
                    since=form.cleaned_data["since"],
                )
                return HttpResponseRedirect(reverse("desk-disclosure-check", args=[made]))
    with reading(request):
        context = {
            "form": form,
            "books": books,
            "may_check": actor.may(CHECK).allowed,
            "faults": tables.shown(request, faults),
            "table": tables.shown(request, held),
        }
        return TemplateResponse(request, "desk/disclosed/checks.html", context, status=form.status)


@requires(READ)
@takes_post
def check(request: SeatedRequest, check_id: UUID) -> HttpResponse | FileResponse:
    """Show a check: how it was drawn, what was drawn in the actor's area, what came of it."""
    actor = request.actor
    listing = Listing(
        "drawn-postings",
        _("抽中的公示"),
        DRAWN,
        lambda after, limit: disclosures.checked_page(
            actor, check_id=check_id, after=after, limit=limit
        ),
        empty=_("您的范围里没有抽中的。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    proof = disclosures.check_proof(check_id)
    context = {
        "proof": proof,
        "row": proof.row,
        "outcome": disclosures.outcome(actor, check_id),
        "table": tables.shown(request, listing),
        "public_url": _public(proof.row),
    }
    return TemplateResponse(request, "desk/disclosed/check.html", context)


@requires(READ)
@takes_post
def checked(request: SeatedRequest, checked_id: UUID) -> HttpResponse:
    """Show a drawn posting. POST records what was found, puts it right, strikes it off."""
    with reading(request):
        row = disclosures.checked_one(request.actor, checked_id)
    form = FoundForm.fresh(request, initial={"fault": ""})
    if request.method == "POST":
        form = FoundForm(request.POST)
        if form.checked():
            with form.refusals():
                _do(request, row, form)
                # Another page: what was typed is kept for the same one.
                return HttpResponseRedirect(reverse("desk-disclosure-check", args=[row.check_id]))
    with reading(request):
        return _show(request, disclosures.checked_one(request.actor, checked_id), form)


def _do(request: SeatedRequest, row: CheckedRow, form: FoundForm) -> None:
    values = form.cleaned_data
    said: dict[str, Any] = {
        "actor": request.actor,
        "key": values["key"],
        "checked_id": row.id,
        "words": values["words"],
    }
    fault = Fault(values["fault"]) if values["fault"] else None
    steps: dict[str, Callable[[], None]] = {
        "record": lambda: actions.record_check(**said, fault=fault),
        "mend": lambda: actions.mend_fault(**said),
        "return": lambda: actions.return_mending(**said),
        "strike": lambda: actions.strike_off(**said),
    }
    if values["do"] in steps:
        steps[values["do"]]()


def _show(request: SeatedRequest, row: CheckedRow, form: FoundForm) -> HttpResponse:
    actor, standing = request.actor, row.standing
    by = {each for each in (row.mended_by_id, row.rectified_by_id) if each is not None}
    names = accounts.names_of(by)
    open_ = standing in {FaultStanding.TO_MEND, FaultStanding.OVERDUE}
    may_check = actor.may(CHECK).allowed
    area = directory.area(row.area_id)
    context = {
        "row": row,
        "period": period_words(row.first, row.end),
        "standing": say(FAULT_STANDING_WORDS[standing]),
        "fault": "" if row.fault is None else say(FAULT_WORDS[row.fault]),
        "form": form,
        "may_record": may_check and standing is FaultStanding.TO_CHECK,
        "may_mend": open_ and actor.may(WRITE).allowed,
        "may_strike": may_check
        and standing is FaultStanding.MENDED
        and row.mended_by_id != actor.id,
        "is_own": may_check and standing is FaultStanding.MENDED and row.mended_by_id == actor.id,
        "mended_by": names.get(row.mended_by_id) if row.mended_by_id else "",
        "struck_by": names.get(row.rectified_by_id) if row.rectified_by_id else "",
        "case_url": _case(actor, row),
        "public_url": reverse(
            "portal-open-posting", args=[area.code, row.item_code, row.posting_id]
        ),
    }
    return TemplateResponse(request, "desk/disclosed/checked.html", context, status=form.status)


def _case(actor: Actor, row: CheckedRow) -> str:
    if row.case_id is None or not actor.may(CASES).allowed:
        return ""
    return reverse("desk-case", args=[row.case_id])


def _public(row: CheckRow) -> str:
    code = directory.area(row.area_id).code
    return reverse("portal-watch-check", args=[code, row.id])


def _books(actor: Actor) -> tuple[Book, ...]:
    """Return the methods of the place's villages that say how spot checks are drawn."""
    if not actor.may(CHECK).allowed:
        return ()
    found: dict[str, Book] = {}
    for village in disclosures.villages_of(actor, place_of(actor)):
        for book in disclosures.books_at(village.id, clock.today()):
            if book.spec.spot_checks is not None:
                found.setdefault(book.playbook, book)
    return tuple(found.values())


def _begins(books: tuple[Book, ...]) -> str:
    """Return the first day of the stretch the first method draws from."""
    share = books[0].spec.spot_checks if books else None
    return "" if share is None else period(share.per, clock.today())[0].isoformat()
