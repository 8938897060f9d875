"""Objecting to an item of a public notice: one form, on the notice's page and at the desk.

Who objects online is asked for nothing. What keeps programs out is a field that people do
not see and a limit per network address; no picture puzzle of somebody else's.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liuchi.engines.points.queries import NoticeCampaign, NoticeSheet
from liuchi.surfaces.components.forms import OpenSheet, Sheet

TEXT_CHARACTERS_MAX = 400


class LineForm(Sheet):
    """More to say about an objection that is open."""

    text = forms.CharField(
        label=_("补充说明"),
        max_length=TEXT_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明要补充什么。")},
    )


class ObjectionForm(OpenSheet):
    """Which item, what is wrong with it, and, for who wants it, how to be reached."""

    place = forms.TypedChoiceField(
        label=_("哪一项"),
        coerce=int,
        error_messages={"required": _("请选择一项。"), "invalid_choice": _("请选择一项。")},
    )
    text = forms.CharField(
        label=_("哪里不对"),
        max_length=TEXT_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写明哪里不对。")},
    )

    def __init__(self, *args: Any, notice: NoticeSheet, **kwargs: Any) -> None:
        """``notice`` gives the items there are."""
        super().__init__(*args, **kwargs)
        self.fields["contact"].label = _("怎么联系您")
        self.campaign: NoticeCampaign | None = None
        field = self.fields["place"]
        if isinstance(field, forms.TypedChoiceField):
            places = [item.place for item in notice.items]
            # Of a campaign's people, the one that was asked for on its list.
            said = str(self.data.get("place") or self.initial.get("place") or "")
            if said.isdecimal() and (of := notice.campaign_at(int(said))) is not None:
                self.campaign = of
                places.append(int(said))
            field.choices = [(place, str(place)) for place in places]


class ReceiptForm(Sheet):
    """The code on a receipt."""

    code = forms.CharField(
        label=_("回执号"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("请输入回执号。")},
    )


def address_of(request: HttpRequest) -> str:
    """Return the network address a request came from; behind our proxy, the one it saw."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if forwarded and settings.LIUCHI_MODE == "production":
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
