"""A day in a form, as browsers ask for it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django import forms
from django.utils import translation

from liuchi.surfaces.components.forms import DayInput


class Asked(forms.Form):
    day = forms.DateField(widget=DayInput)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_day_that_is_given_is_shown_by_every_browser(language: str) -> None:
    with translation.override(language):
        shown = Asked(initial={"day": date(2026, 3, 2)})["day"].as_widget()
    assert re.findall(r'(?:type|value)="([^"]*)"', shown) == ["date", "2026-03-02"]
