"""Pictures that go out with a posting: taken or chosen, said what they show, taken away again."""

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
from liuchi.engines.disclosures.actions import FILES_MAX
from liuchi.engines.disclosures.enums import FoundAt
from liuchi.engines.disclosures.queries import PostingDetail
from liuchi.engines.disclosures.rules import FOUND_WORDS
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.disclosed import period_words
from liuchi.surfaces.components.forms import Sheet, say
from liuchi.surfaces.components.photos import PhotosField, store_at
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.disclosed.lists import WRITE
from liuchi.surfaces.desk.disclosed.one import is_draft

STORE = "files.document.write"
_ADD, _REMOVE = "attach", "detach"


class PictureForm(Sheet):
    """Pictures with what they show, or one to take away."""

    do = forms.CharField(max_length=20)
    photos = PhotosField(label=_("图片"))
    caption = forms.CharField(label=_("图片说明"), max_length=60, required=False)
    attachment = forms.UUIDField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Call nothing optional that adding asks for."""
        super().__init__(*args, **kwargs)
        for name in ("photos", "caption"):
            self.fields[name].is_decided_later = True  # type: ignore[attr-defined]
        self.fields["photos"].widget.attrs["accept"] = "image/jpeg,image/png,image/webp"

    def clean(self) -> dict[str, Any]:
        """Adding needs a picture and words for whoever does not see it; no document comes in."""
        values = super().clean() or self.cleaned_data
        if values.get("do") != _ADD:
            return values
        photos = values.get("photos") or []
        if not photos and "photos" not in self.errors:
            self.add_error("photos", _("请选择图片。"))
        for photo in photos:
            wrong = rules.no_document(photo.read(rules.HEAD_BYTES))
            photo.seek(0)
            if wrong is not None:
                self.add_error("photos", say(wrong))
                break
        if not values.get("caption"):
            self.add_error("caption", _("请写一句图片里是什么。"))
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
    of_pictures = (FoundAt.FILE_NAME, FoundAt.CAPTION)
    wrong: dict[int, list[str]] = {}
    for each in detail.findings:
        if each.at in of_pictures:
            wrong.setdefault(each.row, []).append(say(FOUND_WORDS[each.kind]))
    may_add = is_draft(detail) and request.actor.may(STORE).allowed
    many = len(detail.attachments)
    context = {
        "detail": detail,
        "period": period_words(detail.row.first, detail.row.end),
        "pictures": [
            (each, "、".join(wrong.get(place, [])))
            for place, each in enumerate(detail.attachments, start=1)
        ],
        "form": form,
        "may_remove": is_draft(detail),
        "may_add": may_add and many < FILES_MAX,
        "is_full": may_add and many >= FILES_MAX,
        "most": FILES_MAX,
    }
    return TemplateResponse(request, "desk/disclosed/pictures.html", context, status=form.status)
