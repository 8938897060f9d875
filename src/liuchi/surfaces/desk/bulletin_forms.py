"""The forms of bulletins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from liuchi.engines.bulletins.actions import ARTICLES_MAX, Submitted
from liuchi.engines.bulletins.enums import Insert
from liuchi.kernel.periods import Span, read_span
from liuchi.surfaces.components import words
from liuchi.surfaces.components.forms import DayInput, Sheet

ARTICLE_NAMES = ("title", "submitted_by", "body")
REQUIRED = {"required": _("请填写。")}


class StepForm(Sheet):
    """What happens next to a bulletin; ``version`` is the one that was shown."""

    step = forms.ChoiceField(choices=[(each, "") for each in ("check", "issue", "renew", "accept")])
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    figure_id = forms.UUIDField(required=False)


class BulletinForm(Sheet):
    """The text of a bulletin, and beside it what helps to write it.

    ``insert``, ``add`` and ``preview`` are buttons: the form comes back with a reference in the
    text, with another article, or with the text as it would read. None of them saves anything.
    Articles after the first are ``title_2``, ``submitted_by_2``, ``body_2`` and so on;
    ``articles`` says how many there are. One whose fields are all empty is left out.
    """

    form = forms.ChoiceField(
        label=_("文种"), choices=list(words.BULLETIN_FORMS.items()), initial="bulletin"
    )
    masthead = forms.CharField(label=_("刊头"), max_length=16, error_messages=REQUIRED)
    issuer = forms.CharField(label=_("编发单位"), max_length=120, error_messages=REQUIRED)
    day = forms.DateField(
        label=_("日期"),
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )
    note = forms.CharField(
        label=_("编者按"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    box = forms.BooleanField(label=_("留领导批示栏"), required=False)
    report_to = forms.CharField(label=_("报"), max_length=120, required=False)
    send_to = forms.CharField(label=_("送"), max_length=120, required=False)
    distribute_to = forms.CharField(label=_("发"), max_length=120, required=False)
    corrects_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    articles = forms.IntegerField(
        required=False, widget=forms.HiddenInput, min_value=1, max_value=ARTICLES_MAX
    )
    preview = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take a form's usual arguments; make the fields of every article."""
        super().__init__(*args, **kwargs)
        self.fields["form"].required = False  # a bulletin is one unless said otherwise
        self._make_articles(self._count())

    def _count(self) -> int:
        given = self.data.get("articles") if self.is_bound else self.initial.get("articles")
        count = int(str(given)) if str(given or "").isascii() and str(given or "").isdigit() else 1
        return max(1, min(count, ARTICLES_MAX))

    def _make_articles(self, count: int) -> None:
        for place in range(1, count + 1):
            mark = f"_{place}" if place > 1 else ""
            self.fields[f"title{mark}"] = forms.CharField(
                label=_("题目"),
                max_length=60,
                required=place == 1,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages=REQUIRED,
            )
            self.fields[f"submitted_by{mark}"] = forms.CharField(
                label=_("供稿单位"), max_length=120, required=False
            )
            self.fields[f"body{mark}"] = forms.CharField(
                label=_("正文"),
                max_length=20_000,
                required=place == 1,
                widget=forms.Textarea(attrs={"rows": 16 if place == 1 else 10}),
                error_messages=REQUIRED,
            )
        self.article_count = count

    def article_fields(self) -> list[tuple[forms.BoundField, ...]]:
        """Return the three fields of each article."""
        marks = ("", *(f"_{place}" for place in range(2, self.article_count + 1)))
        return [tuple(self[f"{name}{mark}"] for name in ARTICLE_NAMES) for mark in marks]

    def further(self) -> tuple[Submitted, ...]:
        """Return the articles after the first, without those left empty."""
        given = (
            tuple(
                self.cleaned_data[f"{name}_{place}"] for name in ("title", "submitted_by", "body")
            )
            for place in range(2, self.article_count + 1)
        )
        return tuple(Submitted(*each) for each in given if any(each))

    def added(self) -> bool:
        """Put fields for one more article, where the button asked for it."""
        if "add" not in self.data:
            return False
        data = self._open()
        data["articles"] = str(min(self.article_count + 1, ARTICLES_MAX))
        self.data = data
        self._make_articles(self._count())
        return True

    def put(self, text: str, into: str) -> None:
        """Put text at the end of an article, the first unless another is named."""
        data = self._open()
        name = into if into in self.fields and into.startswith("body") else "body"
        data[name] = f"{data.get(name, '')}{text}"
        self.data = data

    def _open(self) -> QueryDict:
        """Return what was sent, to be changed before it is shown again."""
        data = QueryDict(mutable=True)
        for name, value in self.data.items():
            data[name] = value
        return data

    def newer(self, version: int) -> None:
        """Let what is on screen be saved over a version that somebody else wrote meanwhile."""
        data = self._open()
        data["version"] = str(version)
        self.data = data


class InsertForm(forms.Form):
    """What is to be inserted: an indicator, a place, a stretch or a day, and as what."""

    figure_code = forms.CharField()
    figure_area = forms.CharField()
    figure_as_of = forms.DateField(required=False)
    figure_period = forms.CharField(required=False)
    figure_how = forms.ChoiceField(choices=[(each.value, "") for each in Insert], required=False)
    figure_into = forms.CharField(required=False)

    def clean_figure_period(self) -> Span | None:
        """Read a month, quarter or year; a sentence says how they are written."""
        text = self.cleaned_data["figure_period"].strip()
        span = read_span(text) if text else None
        if text and span is None:
            raise forms.ValidationError(_("时段写成 2022、2022-Q2 或 2022-05。"))
        return span
