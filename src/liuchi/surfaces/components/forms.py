"""Forms build the arguments of an action; the action decides.

Every form carries a ``key``: made once when the form is shown, posted with it, and
handed to the action. A second click or a repeated request brings the same key and
therefore the same result; the same key with another body is a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from liuchi.kernel.errors import Conflict, Invalid, LiuchiError, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import carried
from liuchi.surfaces.components.seats import others_left

KEY_CHARACTERS_MAX = 80
CONTACT_CHARACTERS_MAX = 60


class DayInput(forms.DateInput):  # noqa: TID251  this is the one
    """A day as browsers ask for it.

    They take and give it in one form alone, so a language's own form would leave it empty.
    """

    input_type = "date"

    def __init__(self) -> None:
        """Keep to the browsers' form."""
        super().__init__(format="%Y-%m-%d")


def say(sentence: Sentence) -> str:
    """Return a sentence in the language of the page."""
    return sentence.in_language(get_language() or "zh-hans")


def refused(form: forms.Form, error: LiuchiError) -> None:
    """Put what an action said beside the fields it names, or else on top of the form."""
    placed = False
    for wrong in getattr(error, "errors", ()):
        if wrong.field in form.fields:
            form.add_error(wrong.field, say(wrong.sentence))
            placed = True
    if not placed:
        form.add_error(None, say(error.sentence))


class Sheet(forms.Form):
    """A form of one action."""

    key = forms.CharField(max_length=KEY_CHARACTERS_MAX, widget=forms.HiddenInput)
    required_css_class = "is-required"
    use_required_attribute = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take a form's usual arguments; ``status`` is the page's HTTP status."""
        kwargs.setdefault("auto_id", "f-%s")
        super().__init__(*args, **kwargs)
        self.status = 200
        self.was_carried = False

    @classmethod
    def fresh(
        cls,
        request: HttpRequest,
        *,
        initial: Mapping[str, object] | None = None,
        **kwargs: Any,
    ) -> Self:
        """Return the empty form, or refilled with what an expired session carried here."""
        kept = carried.fields(request)
        filled = {"key": str(new_id()), **(initial or {}), **kept}
        form = cls(initial=filled, **kwargs)
        form.was_carried = bool(kept)
        return form

    def checked(self) -> bool:
        """Validate, and remember the status a page with this form must carry."""
        good = self.is_valid()
        if not good:
            self.status = Invalid.status
        return good

    def refusals(self) -> _Refusals:
        """Return a context for the action: what it refuses stands in the form afterwards."""
        return _Refusals(self)

    def refuse(self, error: LiuchiError) -> None:
        """Put what the action said beside the fields it names, the rest on top.

        Raises the error again when it is not for the form to show: nothing is there, or
        another of the person's posts may yet do what this one may not.
        """
        if isinstance(error, NotFound) or (isinstance(error, Refused) and others_left.get()):
            raise error
        self.status = error.status
        refused(self, error)
        if isinstance(error, Conflict):
            self._renew_key()

    def _renew_key(self) -> None:
        """Let what is on screen be sent again on purpose, as a new request."""
        if isinstance(self.data, QueryDict):
            data = self.data.copy()
            data["key"] = str(new_id())
            self.data = data


class OpenSheet(Sheet):
    """A form that anybody may send: a contact if one likes, and a box only a program fills in."""

    contact = forms.CharField(
        label=gettext_lazy("联系方式"),
        max_length=CONTACT_CHARACTERS_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    website = forms.CharField(
        label=gettext_lazy("这一格请留空"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_website(self) -> str:
        """Refuse what only a program fills in; a person whose browser did reads why."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("请把「这一格请留空」里的内容删掉再提交。"))
        return ""


class _Refusals:
    """Hand an action's refusal to the form; a class, for only so do type checkers see it end."""

    def __init__(self, form: Sheet) -> None:
        self.form = form

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, LiuchiError):
            return False
        self.form.refuse(error)
        return True
