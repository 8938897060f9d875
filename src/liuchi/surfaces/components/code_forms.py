"""Forms of codes people read from paper or a message, and of the number it goes to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liuchi.surfaces.components.forms import Sheet


def _code(label: Any, **attrs: str) -> forms.CharField:
    """Return a field for digits from paper or a message: a telephone keypad comes up."""
    return forms.CharField(
        label=label,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", **attrs}),
    )


class SlipForm(forms.Form):
    """The twelve digits of a slip."""

    code = _code(_("登录码"), autocomplete="off")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take a form's arguments; ids of its own, as three forms share a page."""
        kwargs.setdefault("auto_id", "slip-%s")
        super().__init__(*args, **kwargs)


class PhoneForm(forms.Form):
    """A telephone number, and then the code sent there."""

    phone = forms.CharField(
        label=_("手机号"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take a form's arguments; ids of its own, as three forms share a page."""
        kwargs.setdefault("auto_id", "phone-%s")
        super().__init__(*args, **kwargs)


class CodeForm(forms.Form):
    """A code of six digits, or what stands in for it."""

    code = _code(_("验证码"), autocomplete="one-time-code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take a form's arguments."""
        kwargs.setdefault("auto_id", "f-%s")
        super().__init__(*args, **kwargs)


class PinForm(Sheet):
    """A PIN, typed twice: nobody sees what one types."""

    pin = forms.CharField(
        label=_("6位数字密码"),
        max_length=6,
        error_messages={"required": _("请输入6位数字。")},
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    again = forms.CharField(
        label=_("再输入一次"),
        max_length=6,
        error_messages={"required": _("请输入6位数字。")},
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_again(self) -> str:
        """Both are the same."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("pin"):
            raise forms.ValidationError(_("两次输入的不一样。"), code="differs")
        return again
