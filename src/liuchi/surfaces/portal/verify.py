"""The page behind the QR code of a bulletin: what was issued, and whether a file is it.

A file is hashed as it comes in and forgotten; nothing is stored and nobody is asked who
they are.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.bulletins import queries as bulletins
from liuchi.surfaces.components.access import public, takes_post
from liuchi.surfaces.components.forms import Sheet


class FileForm(Sheet):
    """The file to compare."""

    file = forms.FileField(
        label=_("要核对的文件"),
        error_messages={"required": _("请选择一个文件。"), "empty": _("这个文件是空的。")},
    )


@public
@takes_post
def verify(request: HttpRequest, bulletin_id: UUID) -> HttpResponse:
    """Show title, issue, day and the journal's head; POST compares a file."""
    proof = bulletins.proof(bulletin_id)
    form, same = FileForm.fresh(request), None
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES)
        if form.checked():
            mark = hashlib.sha256()
            for piece in form.cleaned_data["file"].chunks():
                mark.update(piece)
            same = mark.hexdigest() in {proof.pdf_sha256, proof.word_sha256}
    context = {"proof": proof, "form": form, "same": same}
    return TemplateResponse(request, "portal/verify.html", context, status=form.status)
