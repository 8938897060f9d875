"""The forms of bulletins."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from liuchi.engines.bulletins import rules
from liuchi.surfaces.components.forms import DayInput, Sheet

REQUIRED = {"required": _("请填写。")}


class StepForm(Sheet):
    """What happens next to a bulletin; ``version`` is the one that was shown."""

    step = forms.ChoiceField(choices=[(each, "") for each in ("check", "issue", "renew", "accept")])
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    figure_id = forms.UUIDField(required=False)


class BulletinForm(Sheet):
    """The text of a bulletin, and beside it what helps to write it.

    ``insert`` and ``preview`` are buttons: the form comes back with a reference at the end
    of the text, or with the text as it would read. Neither saves anything.
    """

    masthead = forms.CharField(label=_("刊头"), max_length=16, error_messages=REQUIRED)
    issuer = forms.CharField(label=_("编发单位"), max_length=120, error_messages=REQUIRED)
    day = forms.DateField(
        label=_("日期"),
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )
    title = forms.CharField(
        label=_("题目"),
        max_length=60,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=REQUIRED,
    )
    submitted_by = forms.CharField(label=_("供稿单位"), max_length=120, required=False)
    note = forms.CharField(
        label=_("编者按"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    body = forms.CharField(
        label=_("正文"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 16}),
        error_messages=REQUIRED,
    )
    report_to = forms.CharField(label=_("报"), max_length=120, required=False)
    send_to = forms.CharField(label=_("送"), max_length=120, required=False)
    distribute_to = forms.CharField(label=_("发"), max_length=120, required=False)
    corrects_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    preview = forms.CharField(required=False)

    def inserted(self) -> bool:
        """Put the chosen figure at the end of the text, where the button asked for it."""
        if "insert" not in self.data or not isinstance(self.data, QueryDict):
            return False
        data = self.data.copy()
        try:
            as_of = date.fromisoformat(data.get("figure_as_of", ""))
        except ValueError:
            as_of = None
        code, area = data.get("figure_code", ""), data.get("figure_area", "")
        if code and area:
            reference = rules.written(code, area=area, as_of=as_of)
            data["body"] = f"{data.get('body', '')}{reference}"
        self.data = data
        return True
