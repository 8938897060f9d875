"""The desk's forms."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from liuchi.surfaces.components.forms import Sheet

REASON_CHARACTERS_MAX = 200
QUANTITY_MAX = 99


class DecisionForm(Sheet):
    """What somebody decides; whoever does not simply agree says why.

    ``choice`` names the field that decides, ``explained`` its values that need a reason.
    """

    choice: ClassVar[str] = "outcome"
    explained: ClassVar[frozenset[str]] = frozenset()
    unexplained = _("请写明理由。")
    reason = forms.CharField(
        label=_("理由"),
        max_length=REASON_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where there has to be one."""
        values = super().clean() or self.cleaned_data
        if values.get(self.choice) in self.explained and not values.get("reason"):
            self.add_error("reason", self.unexplained)
        return values


class ReviewForm(DecisionForm):
    """Approve; or return or reject with a reason. ``version`` is the claim as it was shown."""

    explained = frozenset({"return", "reject"})
    unexplained = _("请写明理由，居民会看到。")
    outcome = forms.ChoiceField(choices=[("approve", ""), ("return", ""), ("reject", "")])
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class RedeemForm(Sheet):
    """What is taken from the shelf, how many; asked twice before points are spent."""

    goods_id = forms.UUIDField(error_messages={"required": _("请选择一件商品。")})
    quantity = forms.IntegerField(label=_("数量"), min_value=1, max_value=QUANTITY_MAX, initial=1)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ReasonForm(Sheet):
    """A reason, for what is undone."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=REASON_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明理由。")},
    )


class StockForm(Sheet):
    """Goods that came in."""

    goods_id = forms.ChoiceField(label=_("商品"))
    quantity = forms.IntegerField(label=_("数量"), min_value=1, max_value=10_000)
    note = forms.CharField(label=_("送货单号"), max_length=60, required=False)

    def __init__(self, *args: Any, goods: tuple[tuple[str, str], ...], **kwargs: Any) -> None:
        """``goods`` are the choices: id and title."""
        super().__init__(*args, **kwargs)
        field = self.fields["goods_id"]
        if isinstance(field, forms.ChoiceField):
            field.choices = goods


class UnmaskForm(Sheet):
    """Why a masked field has to be read. The person concerned can see this."""

    field = forms.ChoiceField(label=_("要查看的内容"), choices=[("phone", _("手机号"))])
    purpose = forms.CharField(
        label=_("用途"),
        min_length=4,
        max_length=REASON_CHARACTERS_MAX,
        widget=forms.TextInput,
        error_messages={
            "required": _("请写明用途。"),
            "min_length": _("请把用途写具体一些。"),
        },
    )


class TickedForm(Sheet):
    """Whom to print for."""

    person = forms.TypedMultipleChoiceField(
        coerce=UUID, error_messages={"required": _("请先勾选要打印的人。")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Accept any id: the action knows who is in the area."""
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101  declared above
        field.valid_value = _is_id  # type: ignore[method-assign]


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
