"""The forms of the steps of a case: what each verb asks for, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuchi.engines.cases.enums import CaseVerb, ChangeKind, LimitUnit
from liuchi.engines.cases.queries import AlikeRow, CaseDetail, Offered, Proposal
from liuchi.engines.cases.rules import NUMBER_DECIMALS_MAX
from liuchi.engines.cases.spec import CasesSpec
from liuchi.kernel import clock
from liuchi.kernel.clock import SHANGHAI
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.photos import PhotosField

OPINION_CHARACTERS_MAX = 1_000
AMOUNT_MAX = 999
OTHER = "other"
_SEPARATOR = "|"
_NUMBER = "number-"
KINDS = {
    ChangeKind.EXTENSION: gettext_lazy("延期"),
    ChangeKind.PAUSE: gettext_lazy("暂停计时"),
    ChangeKind.SUSPENSION: gettext_lazy("挂账"),
}
UNITS = {
    LimitUnit.WORK_DAYS: gettext_lazy("个工作日"),
    LimitUnit.WORK_HOURS: gettext_lazy("个工作时"),
    LimitUnit.URGENT_HOURS: gettext_lazy("个紧急工作时"),
    LimitUnit.DAYS: gettext_lazy("天"),
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the forms of one case choose from; read once for all of them."""

    found: CaseDetail
    spec: CasesSpec
    offered: Offered
    units: Sequence[tuple[str, str]] = ()
    proposal: Proposal | None = None
    alike: Sequence[AlikeRow] = ()

    @property
    def proposed(self) -> str:
        """The id of the unit the playbook proposes, "" where it names none that there is."""
        unit_id = None if self.proposal is None else self.proposal.unit_id
        return "" if unit_id is None else str(unit_id)


class StepForm(Sheet):
    """A step of a case, as it stood when the page was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        """Name the fields apart from those of the other forms on the page."""
        kwargs.setdefault("auto_id", f"{type(self).__name__.removesuffix('Form').lower()}-%s")
        super().__init__(*args, **kwargs)
        self.choices = choices
        self.offer(choices)

    def offer(self, choices: Choices) -> None:
        """Fill what is chosen from."""

    def choose(self, name: str, options: Sequence[Any], first: str = "") -> None:
        """Set the options of a field, and the one it begins with."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(options)
        if first:
            self.initial.setdefault(name, first)


class OpinionForm(StepForm):
    """A step with a few words: ``asks`` what they are; nobody has to write any but for ``misses``.

    ``misses`` is what is said where they are missing.
    """

    asks: Promise = gettext_lazy("说明")
    misses: Promise | None = None
    opinion = forms.CharField(
        max_length=OPINION_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what is asked."""
        super().__init__(*args, **kwargs)
        self.ask(self.asks, self.misses)

    def ask(self, words: Promise, missing: Promise | None) -> None:
        """Ask for words; they have to be there where their absence has a sentence."""
        field = self.fields["opinion"]
        field.label, field.required = str(words), missing is not None
        if missing is not None:
            field.error_messages["required"] = str(missing)


class ReasonForm(OpinionForm):
    """A step with its reason: one of the playbook's, or in words where it lists none."""

    reason_code = forms.ChoiceField(
        label=gettext_lazy("原因"),
        error_messages={"required": gettext_lazy("请选择原因。")},
    )

    field_order: tuple[str, ...] = ("key", "version", "reason_code", "opinion")

    def __init__(self, *args: Any, verb: CaseVerb, **kwargs: Any) -> None:
        """``verb`` says whose reasons."""
        kwargs.setdefault("auto_id", f"{verb.value}-%s")
        self.reason_of = verb
        super().__init__(*args, **kwargs)
        if "reason_code" not in self.fields:
            self.ask(gettext_lazy("原因"), gettext_lazy("请写明原因。"))

    def offer(self, choices: Choices) -> None:
        """Offer the reasons of the verb; without any, words are asked for instead."""
        known = choices.spec.reasons.get(self.reason_of, ())
        if known:
            options = [("", _("请选择")), *((each.code, each.title) for each in known)]
            self.choose("reason_code", options)
        else:
            del self.fields["reason_code"]

    @property
    def reason(self) -> str:
        """The code of the reason; that of "other" where the words say it."""
        return str(self.cleaned_data.get("reason_code") or OTHER)


class FileForm(OpinionForm):
    """Filing: as which type, under which condition; one choice for both."""

    kind = forms.ChoiceField(
        label=gettext_lazy("类别和立案条件"),
        error_messages={"required": gettext_lazy("请选择类别。")},
    )
    field_order: tuple[str, ...] = ("key", "version", "kind", "opinion")

    def offer(self, choices: Choices) -> None:
        """Begin with what was reported."""
        now = choices.found.now
        groups = kinds_of(choices.spec)
        codes = [code for _title, held in groups for code, _words in held]
        exact = _SEPARATOR.join((now.type_code, now.condition_code))
        near = (code for code in codes if code.split(_SEPARATOR)[0] == now.type_code)
        self.choose("kind", groups, exact if exact in codes else next(near, ""))

    @property
    def type_code(self) -> str:
        """The type chosen."""
        return str(self.cleaned_data["kind"]).split(_SEPARATOR)[0]

    @property
    def condition_code(self) -> str:
        """The condition chosen, "" for a type with none."""
        return str(self.cleaned_data["kind"]).split(_SEPARATOR)[1]


class SplitForm(FileForm):
    """A part for another unit: its kind, and what it is about; it has no report of its own."""

    asks = gettext_lazy("拆出哪一部分")
    misses = gettext_lazy("请写明拆出哪一部分。")


class DispatchForm(StepForm):
    """To which unit, with which others, and what it should know."""

    unit_id = forms.ChoiceField(
        label=gettext_lazy("承办单位"),
        error_messages={"required": gettext_lazy("请选择承办单位。")},
    )
    with_units = forms.MultipleChoiceField(
        label=gettext_lazy("协办单位"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    opinion = forms.CharField(
        label=gettext_lazy("派遣意见"), max_length=OPINION_CHARACTERS_MAX, required=False
    )

    def offer(self, choices: Choices) -> None:
        """Begin with the unit the playbook proposes."""
        options = [("", _("请选择")), *choices.units]
        self.choose("unit_id", options, choices.proposed)
        self.choose("with_units", choices.units)


class FinishForm(OpinionForm):
    """What was done, with photos of before and after."""

    before = PhotosField(label=gettext_lazy("处置前照片"))
    photos = PhotosField(label=gettext_lazy("处置后照片"))
    asks = gettext_lazy("处置情况")
    to_reporter = forms.BooleanField(label=gettext_lazy("上报人也能看到这段话"), required=False)
    field_order: tuple[str, ...] = (
        "key", "version", "before", "photos", "opinion", "to_reporter",
    )  # fmt: skip


class LookForm(OpinionForm):
    """What a check found; how it came out is the button that is pressed."""

    photos = PhotosField(label=gettext_lazy("核查照片"))
    asks = gettext_lazy("核查意见（结案后公开，不写姓名、电话）")
    field_order: tuple[str, ...] = ("key", "version", "opinion", "photos")


class CloseForm(LookForm):
    """As a check, with the numbers the case's type asks for at closing."""

    def offer(self, choices: Choices) -> None:
        """Ask for each number, in its unit."""
        kind = choices.spec.type(choices.found.now.type_code)
        for each in () if kind is None else kind.at_closing:
            self.fields[f"{_NUMBER}{each.code}"] = forms.DecimalField(
                label=f"{each.title}（{each.unit}）",
                min_value=0,
                decimal_places=NUMBER_DECIMALS_MAX,
                required=each.required,
                error_messages={
                    name: gettext_lazy("请填 0 以上的数，最多三位小数。")
                    for name in ("required", "invalid", "min_value", "max_decimal_places")
                },
            )

    @property
    def numbers(self) -> dict[str, Decimal]:
        """The numbers that were filled in, by code."""
        return {
            name.removeprefix(_NUMBER): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_NUMBER) and value is not None
        }


class SpotForm(OpinionForm):
    """How a matter was settled there and then, under which ordinary condition."""

    condition_code = forms.ChoiceField(label=gettext_lazy("立案条件"))
    photos = PhotosField(label=gettext_lazy("办好的照片"))
    asks = gettext_lazy("怎样办好的")
    misses = gettext_lazy("请写明怎样办好的。")
    field_order: tuple[str, ...] = ("key", "version", "condition_code", "opinion", "photos")

    def offer(self, choices: Choices) -> None:
        """Offer the conditions of its type that are settled on the spot."""
        now = choices.found.now
        held = [each for each in choices.spec.conditions_of(now.type_code) if each.on_spot]
        self.choose("condition_code", [(each.code, each.title) for each in held])


class TimeForm(ReasonForm):
    """More time, a pause, or setting aside."""

    kind = forms.ChoiceField(
        label=gettext_lazy("申请什么"), widget=forms.RadioSelect, initial=ChangeKind.EXTENSION.value
    )
    amount = forms.IntegerField(
        label=gettext_lazy("延长多少"), min_value=1, max_value=AMOUNT_MAX, required=False
    )
    unit = forms.ChoiceField(label=gettext_lazy("单位"), required=False)
    until = forms.DateField(
        label=gettext_lazy("暂停到哪一天"),
        required=False,
        widget=DayInput,
    )
    field_order: tuple[str, ...] = (
        "key",
        "version",
        "kind",
        "amount",
        "unit",
        "until",
        "reason_code",
        "opinion",
    )

    def offer(self, choices: Choices) -> None:
        """Leave out setting aside where a case can't be set aside; begin with its own unit."""
        super().offer(choices)
        held = [
            kind
            for kind in KINDS
            if kind is not ChangeKind.SUSPENSION or choices.offered.sets_aside
        ]
        self.choose("kind", [(kind.value, KINDS[kind]) for kind in held])
        own = next(
            (each.now.limit_unit.value for each in choices.found.clocks if not each.now.stopped_at),
            LimitUnit.WORK_DAYS.value,
        )
        self.choose("unit", [(unit.value, words) for unit, words in UNITS.items()], own)

    def clean(self) -> dict[str, Any]:
        """Each kind with what it needs."""
        values = super().clean() or self.cleaned_data
        kind = values.get("kind")
        if kind == ChangeKind.EXTENSION.value and not values.get("amount"):
            self.add_error("amount", _("请写明延长多少。"))
        if kind == ChangeKind.PAUSE.value and not values.get("until"):
            self.add_error("until", _("请写明暂停到哪一天。"))
        return values

    @property
    def pause_ends(self) -> datetime | None:
        """The end of the last day of the pause."""
        day = self.cleaned_data.get("until")
        if day is None or self.cleaned_data["kind"] != ChangeKind.PAUSE.value:
            return None
        return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


class MergeForm(StepForm):
    """Into which other case: one that looks alike, or one whose address is pasted."""

    into = forms.ChoiceField(
        label=gettext_lazy("并入哪一件"), widget=forms.RadioSelect, required=False
    )
    address = forms.CharField(
        label=gettext_lazy("或粘贴另一件的网址"), max_length=200, required=False
    )

    def offer(self, choices: Choices) -> None:
        """Offer what looks alike."""
        self.choose("into", [(str(row.id), _alike_words(row)) for row in choices.alike])

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        values = super().clean() or self.cleaned_data
        if self.into_id is None:
            self.add_error(None, _("请选择并入哪一件，或粘贴它的网址。"))
        return values

    @property
    def into_id(self) -> UUID | None:
        """The other case."""
        chosen = self.cleaned_data.get("into")
        parts = [chosen, *reversed(self.cleaned_data.get("address", "").split("/"))]
        for part in parts:
            try:
                return UUID(str(part))
            except ValueError:
                continue
        return None


class SettleForm(OpinionForm):
    """The answer to an appeal or a dispute: which way is the button that is pressed."""

    asks = gettext_lazy("答复")
    misses = gettext_lazy("请写明答复。")


class NoteForm(StepForm):
    """Something written down; to whoever reported only where it is meant so."""

    opinion = forms.CharField(
        label=gettext_lazy("内容"),
        max_length=OPINION_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("请写明内容。")},
    )
    photos = PhotosField()
    to_reporter = forms.BooleanField(
        label=gettext_lazy("上报人也能看到（可以用来问情况）"), required=False
    )


def kinds_of(spec: CasesSpec) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every way to file: a type, or a type under one of its conditions, by main type."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in spec.types:
        if not spec.is_leaf(each.code):
            continue
        held = groups.setdefault(spec.path(each.code)[0].title, [])
        conditions = spec.conditions_of(each.code)
        held += [
            (_SEPARATOR.join((each.code, row.code)), f"{each.title} · {row.title}")
            for row in conditions
        ] or [(each.code + _SEPARATOR, each.title)]
    return list(groups.items())


def _alike_words(row: AlikeRow) -> str:
    days = (clock.now() - row.reported_at).days
    when = _("今天") if not days else _("%(n)s 天前") % {"n": days}
    near = "" if row.metres is None else _("约 %(n)s 米") % {"n": row.metres}
    return " · ".join(part for part in (row.type_title, row.area_name, near, when) if part)
