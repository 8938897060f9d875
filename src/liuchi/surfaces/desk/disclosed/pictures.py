"""Pictures and papers that go out with a posting: put there with what they show, taken away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import actions, rules
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.actions import FILES_MAX, PAPERS_MAX
from liuchi.engines.disclosures.enums import FoundAt
from liuchi.engines.disclosures.queries import PostingDetail
from liuchi.engines.disclosures.rules import FOUND_WORDS
from liuchi.kernel.papers import BYTES_MAX, fault
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.disclosed import period_words
from liuchi.surfaces.components.forms import Sheet, say
from liuchi.surfaces.components.photos import PhotosField, store_at
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.disclosed.lists import WRITE
from liuchi.surfaces.desk.disclosed.one import is_draft, paper_place

STORE = "files.document.write"
_ADD, _ADD_PAPER, _REMOVE = "attach", "attach_paper", "detach"


class PictureForm(Sheet):
    """Pictures with what they show, or one to take away."""

    do = forms.CharField(max_length=20)
    photos = PhotosField(label=_("图片"))
    caption = forms.CharField(label=_("图片说明"), max_length=60, required=False)
    papers = forms.FileField(
        label=_("文件"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.xlsx"}),
    )
    title = forms.CharField(label=_("文件叫什么"), max_length=60, required=False)
    attachment = forms.UUIDField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Call nothing optional that adding asks for."""
        super().__init__(*args, **kwargs)
        for name in ("photos", "caption", "papers", "title"):
            self.fields[name].is_decided_later = True  # type: ignore[attr-defined]
        self.fields["photos"].widget.attrs["accept"] = "image/jpeg,image/png,image/webp"

    def clean(self) -> dict[str, Any]:
        """Adding needs a picture or a paper, and words for whoever does not see it."""
        values = super().clean() or self.cleaned_data
        if values.get("do") == _ADD_PAPER:
            return self._with_paper(values)
        if values.get("do") != _ADD:
            return values
        photos = values.get("photos") or []
        if not photos and "photos" not in self.errors:
            self.add_error("photos", _("请选择图片。"))
        for photo in photos:
            is_document = rules.is_document(photo.read(rules.HEAD_BYTES))
            photo.seek(0)
            if is_document:
                self.add_error("photos", _("这是文件，请在下面的“加文件”里选它。"))
                break
        if not values.get("caption"):
            self.add_error("caption", _("请写一句图片里是什么。"))
        return values

    def _with_paper(self, values: dict[str, Any]) -> dict[str, Any]:
        paper = values.get("papers")
        if paper is None and "papers" not in self.errors:
            self.add_error("papers", _("请选择文件。"))
        if paper is not None and (paper.size or 0) > BYTES_MAX:
            self.add_error("papers", say(fault("paper_large").sentence))
        if not values.get("title"):
            self.add_error("title", _("请写文件叫什么，例如：修渠合同。"))
        return values


@requires(WRITE)
@takes_post
def pictures(request: SeatedRequest, posting_id: UUID) -> HttpResponse:
    """Show a draft's pictures; POST adds some or takes one away."""
    with reading(request):
        detail = disclosures.posting(request.actor, posting_id)
    if request.method != "POST":
        return _show(request, detail, PictureForm.fresh(request))
    form = PictureForm(request.POST, request.FILES)
    if form.checked():
        with form.refusals():
            _do(request, detail, form)
            return HttpResponseRedirect(reverse("desk-disclosure-pictures", args=[posting_id]))
    with reading(request):
        return _show(request, disclosures.posting(request.actor, posting_id), form)


def _do(request: SeatedRequest, detail: PostingDetail, form: PictureForm) -> None:
    values, posting_id = form.cleaned_data, detail.row.id
    mine: dict[str, Any] = {"actor": request.actor, "posting_id": posting_id}
    if values["do"] == _REMOVE:
        actions.detach(**mine, key=values["key"], attachment_id=values["attachment"])
        return
    if values["do"] == _ADD_PAPER:
        paper = values["papers"]
        actions.attach_paper(
            **mine,
            key=values["key"],
            content=paper.read(),
            file_name=paper.name or "",
            caption=values["title"],
        )
        return
    photos = values["photos"]
    names = [photo.name or "" for photo in photos]
    scope_code = directory.area(detail.row.area_id).scope_code
    held = store_at(request.actor, scope_code, photos, values["key"])
    for number, (document_id, name) in enumerate(zip(held, names, strict=True), start=1):
        caption = values["caption"]
        actions.attach(
            **mine,
            key=f"{values['key']}:{number}",
            document_id=document_id,
            file_name=name,
            caption=f"{caption}（{number}）" if len(names) > 1 else caption,
        )


def _show(request: SeatedRequest, detail: PostingDetail, form: PictureForm) -> HttpResponse:
    wrong: dict[int, list[str]] = {}
    for each in detail.findings:
        if each.at in {FoundAt.FILE_NAME, FoundAt.CAPTION}:
            wrong.setdefault(each.row, []).append(say(FOUND_WORDS[each.kind]))
        elif each.at is FoundAt.PAPER and each.is_final:
            said = f"{paper_place(each)} · {say(FOUND_WORDS[each.kind])}"
            if said not in wrong.setdefault(each.row, []):
                wrong[each.row].append(said)
    may_add = is_draft(detail) and request.actor.may(STORE).allowed
    many = sum(1 for each in detail.attachments if not each.pages)
    many_papers = len(detail.attachments) - many
    context = {
        "detail": detail,
        "period": period_words(detail.row.first, detail.row.end),
        "pictures": [
            (each, "、".join(wrong.get(place, [])))
            for place, each in enumerate(detail.attachments, start=1)
            if not each.pages
        ],
        "papers": [
            (each, wrong.get(place, []))
            for place, each in enumerate(detail.attachments, start=1)
            if each.pages
        ],
        "may_add_papers": may_add and many_papers < PAPERS_MAX,
        "papers_most": PAPERS_MAX,
        "form": form,
        "may_remove": is_draft(detail),
        "may_add": may_add and many < FILES_MAX,
        "is_full": may_add and many >= FILES_MAX,
        "most": FILES_MAX,
    }
    return TemplateResponse(request, "desk/disclosed/pictures.html", context, status=form.status)
