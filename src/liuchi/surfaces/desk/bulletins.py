"""Bulletins: a list, one of them with its figures, and the page one is written on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.bulletins import actions as bulletins_actions
from liuchi.engines.bulletins import queries as bulletins
from liuchi.engines.bulletins import rules
from liuchi.engines.bulletins.actions import Draft
from liuchi.engines.bulletins.enums import Form as DocumentForm
from liuchi.engines.bulletins.enums import Insert, Kind, State
from liuchi.engines.bulletins.queries import BulletinRow
from liuchi.engines.bulletins.rules import Paragraph
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators import queries as indicators
from liuchi.kernel import clock, paper
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, Invalid, NotFound
from liuchi.surfaces.components import excel, tables, words
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.paper import as_pdf, public_address
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Listing
from liuchi.surfaces.desk import columns
from liuchi.surfaces.desk.bulletin_forms import (
    ARTICLE_NAMES,
    BulletinForm,
    InsertForm,
    StepForm,
)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CHART_ROWS_MAX = 12
VERBS = ("write", "check", "issue")


@requires("bulletins.bulletin.read")
@takes_post
def listed(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List bulletins, newest first. POST gives them as Excel."""
    actor = request.actor
    listing = Listing(
        "bulletins",
        _("简报"),
        columns.BULLETINS,
        lambda after, limit: bulletins.bulletins(actor, after=after, limit=limit),
        empty=_("还没有简报。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing), **_may(actor)}
    return TemplateResponse(request, "desk/bulletins.html", context)


@requires("bulletins.bulletin.read")
@takes_post
def bulletin(request: SeatedRequest, bulletin_id: UUID) -> HttpResponse:
    """Show a bulletin and what its figures count now; POST takes the next step."""
    if request.method != "POST":
        return _show(request, bulletin_id, None)
    form = StepForm(request.POST)
    if form.checked():
        with form.refusals():
            _take(request, bulletin_id, form.cleaned_data)
            return HttpResponseRedirect(reverse("desk-bulletin", args=[bulletin_id]) + "?done=1")
    with reading(request):
        return _show(request, bulletin_id, form)


@requires("bulletins.bulletin.write")
@takes_post
def new(request: SeatedRequest) -> HttpResponse:
    """Write a bulletin; ``?corrects=`` begins the correction of an issued one."""
    area = _own_area(request.actor)
    if request.method != "POST":
        return _show_form(request, BulletinForm.fresh(request, initial=_begun(request, area)), area)
    form = BulletinForm(request.POST)
    with reading(request):
        if _helped(request, form, area) or not form.checked() or form.cleaned_data["preview"]:
            return _show_form(request, form, area)
    with form.refusals():
        values = form.cleaned_data
        row = bulletins_actions.draft(
            actor=request.actor, key=values["key"], text=_draft(area.id, form)
        )
        return HttpResponseRedirect(reverse("desk-bulletin", args=[row.id]))
    with reading(request):
        return _show_form(request, form, area)


@requires("bulletins.bulletin.write")
@takes_post
def edit(request: SeatedRequest, bulletin_id: UUID) -> HttpResponse:
    """Change a bulletin that is not issued yet."""
    with reading(request):
        row = bulletins.bulletin(request.actor, bulletin_id)
        rules.may_edit(row.state).or_refuse()
        area = directory.area(row.area_id)
        if request.method != "POST":
            return _show_form(request, BulletinForm.fresh(request, initial=_held(row)), area, row)
        form = BulletinForm(request.POST)
        if _helped(request, form, area) or not form.checked() or form.cleaned_data["preview"]:
            return _show_form(request, form, area, row)
    values = form.cleaned_data
    with form.refusals():
        bulletins_actions.edit(
            actor=request.actor,
            key=values["key"],
            bulletin_id=bulletin_id,
            text=_draft(row.area_id, form),
            expected_version=values["version"] or row.version,
        )
        return HttpResponseRedirect(reverse("desk-bulletin", args=[bulletin_id]))
    with reading(request):
        if form.status == Conflict.status:  # what is on screen may be saved over it, knowingly
            row = bulletins.bulletin(request.actor, bulletin_id)
            form.newer(row.version)
            return _show_form(request, form, area, row, theirs=row)
        return _show_form(request, form, area, row)


@requires("bulletins.bulletin.read")
def printed(request: SeatedRequest, bulletin_id: UUID) -> HttpResponse:
    """The PDF: of an issued bulletin the very file, of any other what it looks like now."""
    row = bulletins.bulletin(request.actor, bulletin_id)
    if row.state is State.ISSUED:
        content = bulletins.file(request.actor, bulletin_id, Kind.PDF)[1]
    else:
        sheet = _sheet(request.actor, row)
        content = paper.to_pdf(rules.html_of(sheet), title=row.title)
    return as_pdf(content, _filename(row))


@requires("bulletins.bulletin.read")
def word(request: SeatedRequest, bulletin_id: UUID) -> HttpResponse:
    """The Word file, as :func:`printed` gives the PDF."""
    row = bulletins.bulletin(request.actor, bulletin_id)
    if row.state is State.ISSUED:
        content = bulletins.file(request.actor, bulletin_id, Kind.WORD)[1]
    else:
        content = rules.docx_of(_sheet(request.actor, row), made_at=clock.now())
    response = HttpResponse(content, content_type=WORD)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_filename(row))}.docx"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _take(request: SeatedRequest, bulletin_id: UUID, values: dict[str, Any]) -> None:
    """Do what the pressed button says."""
    given = {
        "actor": request.actor,
        "key": values["key"],
        "bulletin_id": bulletin_id,
        "expected_version": values["version"],
    }
    match values["step"]:
        case "check":
            bulletins_actions.check(**given)
        case "renew":
            bulletins_actions.renew_figures(**given)
        case "accept":
            bulletins_actions.accept_figure(**given, figure_id=values["figure_id"])
        case _:
            address = public_address(request, reverse("verify", args=[bulletin_id]))
            bulletins_actions.issue(**given, address=address)


def _show(request: SeatedRequest, bulletin_id: UUID, form: StepForm | None) -> HttpResponse:
    actor = request.actor
    row = bulletins.bulletin(actor, bulletin_id)
    figures = bulletins.figures(actor, row)
    texts = {each.source: each.text for each in figures}
    if form is None:
        form = StepForm.fresh(request, initial={"version": row.version})
    context = {
        "bulletin": row,
        # Those that moved first: a yearly review has fifty.
        "figures": sorted(figures, key=lambda each: not each.open),
        "open_count": sum(each.open for each in figures),
        "note": rules.filled(row.note, texts),
        "articles": bulletins.articles_of(row, texts),
        "bare": _bare(each.body for each in row.all_articles),
        "form": form,
        "just_done": "done" in request.GET,
        "is_own": row.written_by == actor.id,
        "address": public_address(request, reverse("verify", args=[row.id])),
        **_may(actor),
    }
    return TemplateResponse(request, "desk/bulletin.html", context, status=form.status)


def _show_form(
    request: SeatedRequest,
    form: BulletinForm,
    area: AreaRow,
    row: BulletinRow | None = None,
    *,
    theirs: BulletinRow | None = None,
) -> HttpResponse:
    actor = request.actor
    preview: list[tuple[Paragraph, ...]] = []
    values = form.cleaned_data if form.is_bound and form.is_valid() else {}
    bodies = [values["body"], *(each.body for each in form.further())] if values else []
    if values.get("preview"):
        with form.refusals():
            counted = bulletins.count(actor, area.id, rules.references(values["note"], *bodies))
            texts = {each.source: each.text for each in counted}
            numbered = values["form"] != DocumentForm.REVIEW
            preview = [
                rules.paragraphs(rules.filled(body, texts), numbered=numbered) for body in bodies
            ]
            rules.refuse_unless_drawable([each for article in preview for each in article])
    context = {
        "form": form,
        "area": area,
        "bulletin": row,
        "indicators": indicators.catalogue(actor),
        "areas": (area, *directory.children(area.id)),
        "today": clock.today(),
        "inserts": words.INSERTS.items(),
        "mastheads": bulletins.mastheads(actor, area.id),
        "preview": preview,
        "theirs": theirs,
        "bare": _bare(bodies) if preview else (),
    }
    return TemplateResponse(request, "desk/bulletin_form.html", context, status=form.status)


def _helped(request: SeatedRequest, form: BulletinForm, area: AreaRow) -> bool:
    """Do what a button beside the text asks for: another article, or something inserted."""
    if form.added():
        return True
    if "insert" not in request.POST:
        return False
    asked = InsertForm(request.POST)
    if not asked.is_valid():
        for messages in asked.errors.values():
            form.add_error(None, messages)
        form.status = Invalid.status
        return True
    given = asked.cleaned_data
    known = {each.code: each for each in indicators.catalogue(request.actor)}
    row = known.get(given["figure_code"])
    if row is None:
        raise NotFound("indicator")
    place = given["figure_area"]
    below = directory.children(area.id) if place == area.name else ()
    chosen = rules.Chosen(
        row.code,
        row.title,
        row.unit,
        place,
        [each.name for each in below][:CHART_ROWS_MAX],
        given["figure_period"],
        given["figure_as_of"],
    )
    how = Insert(given["figure_how"] or Insert.NUMBER)
    form.put(rules.inserted(chosen, how, clock.today()), given["figure_into"])
    return True


def _bare(bodies: Iterable[str]) -> tuple[rules.BareNumber, ...]:
    return tuple(each for body in bodies for each in rules.bare_numbers(body))


def _sheet(actor: Actor, row: BulletinRow) -> rules.Sheet:
    texts = {each.source: each.text for each in bulletins.figures(actor, row)}
    return bulletins.sheet_of(actor, row, texts, None, None)


def _begun(request: SeatedRequest, area: AreaRow) -> dict[str, object]:
    """Return what a new bulletin begins with: a correction with the text it corrects."""
    begun: dict[str, object] = {"issuer": area.name, "day": clock.today()}
    try:
        corrects_id = UUID(request.GET.get("corrects", ""))
    except ValueError:
        return {**begun, **_of_form(request, area)}
    old = bulletins.bulletin(request.actor, corrects_id)
    if old.state is not State.ISSUED or old.area_id != area.id:
        raise NotFound("bulletin")
    return {**_held(old), **begun, "corrects_id": old.id, "version": None}


def _of_form(request: SeatedRequest, area: AreaRow) -> dict[str, object]:
    """Return the parts that each kind of document begins with."""
    match request.GET.get("form"):
        case DocumentForm.REVIEW:
            today = clock.today()
            return {
                "form": DocumentForm.REVIEW,
                "masthead": "年度综述",
                "title": f"{area.name}工作综述\n——{today.year}年",
                "body": bulletins.review(request.actor, area, today),
            }
        case DocumentForm.PROMPT:
            return {"form": DocumentForm.PROMPT, "masthead": f"{area.name}提示单"[:16]}
        case _:
            used = bulletins.mastheads(request.actor, area.id)
            return {"masthead": used[0] if used else ""}


_NAMES = (
    *("masthead", "issuer", "title", "day", "note", "submitted_by", "body", "box"),
    *("report_to", "send_to", "distribute_to", "corrects_id"),
)


def _held(row: BulletinRow) -> dict[str, object]:
    further = {
        f"{name}_{place}": getattr(each, name)
        for place, each in enumerate(row.articles, start=2)
        for name in ARTICLE_NAMES
    }
    held = {name: getattr(row, name) for name in (*_NAMES, "form", "version")}
    return {**held, **further, "articles": len(row.articles) + 1}


def _draft(area_id: UUID, form: BulletinForm) -> Draft:
    values = form.cleaned_data
    return Draft(
        area_id=area_id,
        form=DocumentForm(values["form"] or DocumentForm.BULLETIN),
        articles=form.further(),
        **{name: values[name] for name in _NAMES},
    )


def _own_area(actor: Actor) -> AreaRow:
    if actor.area_id is None:
        raise NotFound("area")
    return directory.area(actor.area_id)


def _may(actor: Actor) -> dict[str, bool]:
    return {f"may_{verb}": actor.may(f"bulletins.bulletin.{verb}").allowed for verb in VERBS}


def _filename(row: BulletinRow) -> str:
    called = "草稿" if row.called is None else row.called.in_language("zh")
    return f"{row.masthead} {called}"
