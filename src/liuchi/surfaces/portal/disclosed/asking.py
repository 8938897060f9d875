"""Asking about what is out, or complaining of it: a case like any other, with a receipt.

A complaint is filed under a type that goes above the office it is about; where the method has
none, nobody is told that it could be made here. What may break discipline or law is no ticket
of an office: the page says whom it is told to.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases.actions import Told as Case
from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.queries import PublicDetail, PublicRowRow
from liuchi.kernel import clock
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import disclosed, reports
from liuchi.surfaces.components.access import public, takes_post
from liuchi.surfaces.components.disclosed import period_words
from liuchi.surfaces.components.forms import OpenSheet
from liuchi.surfaces.components.objections import address_of
from liuchi.surfaces.portal.disclosed.pages import posting_at
from liuchi.surfaces.portal.reports import channel_of, resident_of

ASK, COMPLAIN, VIOLATION = "ask", "complain", "violation"
TEXT_CHARACTERS_MAX = 300
_ROW_CHARACTERS_MAX = 80


@dataclass(frozen=True, slots=True)
class Ways:
    """The types of cases a question and a complaint become, "" for none."""

    ask: str
    complain: str


@dataclass(frozen=True, slots=True)
class _About:
    """What is asked about: a posting of a village, or one row of it."""

    area: AreaRow
    detail: PublicDetail
    row: PublicRowRow | None
    ways: Ways

    @property
    def period(self) -> str:
        return period_words(self.detail.row.first, self.detail.row.end)

    @property
    def words(self) -> str:
        """What the case says it is about: only what everybody reads."""
        said = f"【公示】{self.detail.row.item_title} {self.period}"
        if self.row is None:
            return said
        cells = " ".join(filter(None, self.row.cells))[:_ROW_CHARACTERS_MAX]
        return f"{said} 第{self.row.position}行：{cells}"


class AskForm(OpenSheet):
    """A question or a complaint about a posting or a row of it."""

    kind = forms.ChoiceField(label=_("您想"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("想问什么"),
        max_length=TEXT_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写一句话，说明问什么。")},
    )

    def __init__(self, *args: object, ways: Ways, **kwargs: object) -> None:
        """Offer what the method has a type for; what breaks the law is always told where to."""
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [
                *([(ASK, _("问一问：哪里看不懂、和实际不一样"))] if ways.ask else []),
                *([(COMPLAIN, _("投诉：对村（社区）办这件事有意见"))] if ways.complain else []),
                (VIOLATION, _("反映有人贪占、优亲厚友等违纪违法问题")),
            ]
        if self.data.get("kind") == VIOLATION:
            self.fields["text"].required = False


@public
@takes_post
def ask(request: HttpRequest, code: str, item: str, posting_id: UUID) -> HttpResponse:
    """Ask about a posting, or about one row of it that ``?row=`` names."""
    area = directory.area_by_slug(code)
    detail = posting_at(area, item, posting_id)
    if detail is None or not detail.row.state.is_public:
        raise NotFound("posting")
    ways = ways_at(area)
    about = _About(area, detail, _row(request, posting_id), ways)
    if request.method != "POST":
        first = ASK if ways.ask else COMPLAIN if ways.complain else VIOLATION
        begun = {"kind": first, "text": _read_out(request, detail)}
        return _show(request, AskForm.fresh(request, ways=ways, initial=begun), about)
    form = AskForm(request.POST, ways=ways)
    if form.checked() and form.cleaned_data["kind"] == VIOLATION:
        return _show(request, form, about, is_violation=True)

    def take() -> str:
        values = form.cleaned_data
        made = cases_actions.report_case(
            key=values["key"],
            told=Case(
                area_id=area.id,
                type_code=ways.ask if values["kind"] == ASK else ways.complain,
                text=f"{about.words}\n{values['text']}",
                contact=values.get("contact", ""),
            ),
            channel=channel_of(request),
            actor=resident_of(request),
            address=address_of(request),
        )
        return reverse("portal-tracked", args=[made.code]) + "?new=1"

    return reports.answer(request, form, take, lambda: _show(request, form, about))


def _read_out(request: HttpRequest, detail: PublicDetail) -> str:
    """Return what somebody asks who hears pages read out: a paper (``?paper=``) is pictures."""
    for each in detail.papers:
        if str(each.position) == request.GET.get("paper"):
            what = each.caption or detail.row.item_title
            return _("我看不到图片，请把附件《%(what)s》的内容告诉我。") % {"what": what}
    return ""


def ways_at(area: AreaRow) -> Ways:
    """Return what questions and complaints become at a village, by its methods."""
    spec = reports.spec_at(area)
    if spec is None:
        return Ways("", "")
    books = [book.spec for book in disclosures.books_at(area.id, clock.today())]
    asks = [*(book.ask_type for book in books), spec.unsorted or ""]
    complains = [book.complain_type for book in books]
    complains += [each.code for each in spec.types if each.about_office]
    above = (code for code in complains if _is_usable(spec, code) and _goes_above(spec, code))
    return Ways(next((code for code in asks if _is_usable(spec, code)), ""), next(above, ""))


def _goes_above(spec: CasesSpec, code: str) -> bool:
    return spec.path(code)[-1].about_office


def _is_usable(spec: CasesSpec, code: str) -> bool:
    if not code or spec.type(code) is None or not spec.is_open(code, Channel.ANONYMOUS):
        return False
    return not any(each.required for each in spec.questions_of(code))


def _row(request: HttpRequest, posting_id: UUID) -> PublicRowRow | None:
    text = request.GET.get("row", "")
    if not text:
        return None
    try:
        row, _detail = disclosures.public_row(UUID(text))
    except ValueError as error:
        raise NotFound("row") from error
    if row.posting_id != posting_id:
        raise NotFound("row")
    return row


def _show(
    request: HttpRequest, form: AskForm, about: _About, *, is_violation: bool = False
) -> HttpResponse:
    row = about.row
    context = {
        "area": about.area,
        "form": form,
        "detail": about.detail,
        "period": about.period,
        "told": None if row is None else disclosed.told(about.detail.columns, row),
        "ways": about.ways,
        "is_violation": is_violation,
    }
    return TemplateResponse(request, "portal/open/ask.html", context, status=form.status)
