"""Tags and filters of the surfaces' templates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django import template
from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liuchi.engines.accounts.queries import DeviceRow
from liuchi.engines.bulletins.rules import DRAWN, Paragraph, chart_svg
from liuchi.engines.cases.enums import CaseState, CaseVerb, Channel
from liuchi.engines.cases.spec import CHANNEL_WORDS, STAGE_WORDS, VERB_WORDS
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.queries import Target
from liuchi.engines.points import queries as points
from liuchi.kernel import clock, paper
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.deadlines import spell
from liuchi.kernel.durations import TimeUnit
from liuchi.kernel.errors import Invalid
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.surfaces.components import words
from liuchi.surfaces.components.forms import say as say_sentence
from liuchi.surfaces.components.icons import ICONS

register = template.Library()

FEN_IN_YUAN = 100
_CHINESE = re.compile("[\u4e00-\u9fff]")


@register.filter
def say(value: Sentence | str) -> str:
    """Word a sentence in the language of the page; plain text stays as it is."""
    return say_sentence(value) if isinstance(value, Sentence) else str(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a day as people write it here: 2022年5月26日, or 26 May 2022."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).date()
    return date_format(value, "j M Y" if is_english() else "Y年n月j日", use_l10n=False)


@register.filter
def month(value: date | None) -> str:
    """Write a month as people write it here: 2022年5月, or May 2022."""
    if value is None:
        return "—"
    return date_format(value, "M Y" if is_english() else "Y年n月", use_l10n=False)


@register.filter
def until(value: datetime | None) -> str:
    """Write when something is due at the latest: midnight is the end of the day before."""
    if value is None:
        return "—"
    if is_midnight(value):
        return day(value.astimezone(SHANGHAI).date() - timedelta(days=1))
    return moment(value)


def is_midnight(value: datetime) -> bool:
    """Whether a moment is the end of a day in Shanghai, as deadlines are reckoned."""
    local = value.astimezone(SHANGHAI)
    return (local.hour, local.minute) == (0, 0)


def months_short(values: Sequence[date | None]) -> list[str]:
    """Write months under a chart's bars; the first and each January say the year below."""
    return [
        ("—" if each is None else date_format(each, "M" if is_english() else "n月", use_l10n=False))
        + (f"\n{each:%Y}" if each is not None and (place == 0 or each.month == 1) else "")
        for place, each in enumerate(values)
    ]


@register.filter
def moment(value: datetime | None) -> str:
    """Write a day and the time of day in Shanghai."""
    if value is None:
        return "—"
    return f"{day(value)} {value.astimezone(SHANGHAI):%H:%M}"


def this_year() -> str:
    """Return this year as :func:`day` writes it among the rest: 2026年, or " 2026"."""
    year = clock.today().year
    return f" {year}" if is_english() else f"{year}年"


@register.filter
def near(written: str) -> str:
    """Leave this year out of a day as it is written: ``{{ at|moment|near }}``.

    For lines on a screen that are read today; what is printed or kept says the whole.
    """
    return written.replace(this_year(), "", 1)


@register.filter
def signed(points: int) -> str:
    """Write points with their sign; a minus sign, not a hyphen."""
    return f"+{points}" if points > 0 else f"−{abs(points)}" if points < 0 else "0"


@register.filter
def difference(value: Decimal) -> str:
    """Write how much more or less a number is, with its sign and no trailing zeros."""
    written = plain(abs(value))
    return f"+{written}" if value > 0 else f"−{written}" if value < 0 else "0"


@register.filter
def unit(text: str) -> str:
    """Say what a figure is counted in."""
    return say(indicators.unit_words(text))


@register.filter
def bound(target: Target) -> str:
    """Write what a figure should reach, or stay under."""
    written = plain(target.bound)
    if target.at_least is not None:
        return _("不低于 %(n)s") % {"n": written}
    return _("不高于 %(n)s") % {"n": written}


@register.filter
def yuan(fen: int) -> str:
    """Write an amount given in fen as yuan with two decimals."""
    return f"{Decimal(fen) / FEN_IN_YUAN:.2f}"


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one of the house's line icons; decoration only, hidden from screen readers."""
    return format_html(
        '<svg class="l-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(ICONS[name]),  # noqa: S308  a constant of our own
    )


@register.simple_tag
def shop_word(area_id: UUID) -> str:
    """Say what the shop of a village is called: its playbook's word, else ours."""
    return points.shop_title(area_id) or _("信用超市")


@register.simple_tag
def qr(text: str) -> SafeString:
    """Draw a QR code of a text, usually an address; CSS gives it its width."""
    return mark_safe(paper.qr_svg(text))  # noqa: S308  drawn by segno, holds no markup of ours


@register.inclusion_tag("components/copy_text.html")
def copy_text(
    text: str, label: str, *, to_one: bool = False, button: str = "btn"
) -> dict[str, object]:
    """Show a text to paste into a chat, with a button that copies it.

    ``to_one``: the chat is with one resident, so the button does not say 复制到群.
    """
    action = _("复制") if to_one else _("复制到群")
    return {"text": text, "label": label, "button": button, "action": action}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, object]:
    """Show a form field: label, control, hint and its error sentences beside it."""
    described = []
    if hint:
        described.append(f"{bound.auto_id}-hint")
    if bound.errors:
        described.append(f"{bound.auto_id}-error")
    attrs: dict[str, str] = {}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    kind = getattr(bound.field.widget, "input_type", "") or ""
    return {
        "field": bound,
        "control": bound.as_widget(attrs={**bound.field.widget.attrs, **attrs}),
        "hint": hint,
        "kind": kind,
        "is_group": bound.use_fieldset,
        # Where a rule of another form decides what has to be there, nothing is called optional.
        "is_optional": not (
            bound.field.required or getattr(bound.field, "is_decided_later", False)
        ),
    }


@register.simple_tag
def lang_of(text: Sentence | str) -> SafeString:
    """Say that a text is Chinese where the page is not: a voice reads it as what it is.

    ``<h1{% lang_of area.name %}>``. Places, methods and titles are named by those who write them.
    """
    foreign = is_english() and _CHINESE.search(say(text)) is not None
    return mark_safe(' lang="zh-Hans"' if foreign else "")  # noqa: S308  a constant of our own


def is_english() -> bool:
    """Whether the page is in English."""
    return (get_language() or "").startswith("en")


@register.filter
def state_words(state: str) -> str:
    """Word a claim's or a redemption's state."""
    return str(words.STATES.get(str(state), state))


@register.filter
def confirmed_words(confirmation: str) -> str:
    """Word how a resident confirmed at the counter."""
    return str(words.CONFIRMATIONS.get(str(confirmation), confirmation))


@register.filter
def name_in_public(masked_name: str) -> str:
    """Write a masked name, or that the person appears without one."""
    return masked_name or str(words.ANONYMOUS)


@register.filter
def objection_words(state: str) -> str:
    """Word an objection's state."""
    return str(words.OBJECTIONS.get(str(state), state))


@register.filter
def case_state(state: str) -> str:
    """Word where a case stands."""
    return say(STAGE_WORDS[CaseState(state)])


@register.filter
def spaced(code: str) -> str:
    """Write a receipt's code in groups of four, for reading aloud and copying."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


@register.filter
def case_verb(verb: str) -> str:
    """Word a line of a case's log; the first has no verb of the lifecycle."""
    return str(_("上报")) if verb == "report" else say(VERB_WORDS[CaseVerb(verb)])


@register.filter
def channel(code: str) -> str:
    """Word how a report came in."""
    return say(CHANNEL_WORDS[Channel(code)])


@register.filter
def spelt(seconds: int) -> str:
    """Write what a limit has counted: 3小时20分, or 3 hours 20 minutes."""
    return say(spell(timedelta(seconds=seconds), TimeUnit.WORK_HOURS))


@register.filter
def outcome_words(outcome: str) -> str:
    """Word the answer to an objection."""
    return str(words.OUTCOMES.get(str(outcome), outcome))


@register.filter
def bulletin_state(state: str) -> str:
    """Word where a bulletin stands."""
    return str(words.BULLETIN_STATES.get(str(state), state))


@register.filter
def drawn(paragraph: Paragraph) -> str:
    """Draw a chart of a bulletin; nothing for a paragraph that is none, or cannot be drawn."""
    if paragraph.level not in DRAWN:
        return ""
    try:
        return mark_safe(chart_svg(paragraph))  # noqa: S308  every word in it is escaped
    except Invalid:
        return ""


@register.filter
def per_words(per: str) -> str:
    """Word what an award is counted by."""
    return str(words.PER.get(str(per), per))


@register.filter
def sex_words(sex: str) -> str:
    """Word a sex."""
    return str(words.SEX.get(str(sex), "—"))


@register.filter
def fact_words(kind: str) -> str:
    """Title a kind of fact as its engine declared it."""
    declared = registry.fact_kinds().get(kind)
    return kind if declared is None else say(declared.title)


@register.filter
def plain(value: object) -> str:
    """Write any value; a dash for none, no trailing zeros on a number."""
    if value is None or value == "":
        return "—"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


@register.filter
def evidence_words(kind: str) -> str:
    """Word what shows that a deed was done."""
    return str(words.EVIDENCE.get(str(kind), kind))


@register.filter
def device_words(device: DeviceRow) -> str:
    """Name a device as its owner would know it: 手机 · 微信."""
    return f"{words.DEVICES[device.kind]} · {words.BROWSERS[device.browser]}"


@register.filter
def slip_words(state: str) -> str:
    """Word where a slip stands."""
    return str(words.SLIPS.get(str(state), "—"))


@register.filter
def in_words(code: str, kind: str) -> str:
    """Word a code of one of the closed lists of ``components.words``, such as ``CAPACITY``."""
    held: dict[str, object] = getattr(words, kind)
    return str(held.get(str(code), code))


@register.filter
def cap_words(per: str) -> str:
    """Word the period of a cap as somebody looks at it: this month, this year."""
    return in_words(per, "CAP_PER")
