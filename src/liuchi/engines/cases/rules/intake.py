"""What comes in: the answers to a type's questions, and who may report what in which way.

One rule for every way in, so that a phone, the desk, a table and another system are told the
same about the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from liuchi.engines.accounts.enums import Role
from liuchi.engines.cases.enums import AnswerKind, Channel
from liuchi.engines.cases.spec import CasesSpec, QuestionSpec
from liuchi.kernel.decisions import ALLOWED, Decision, refuse
from liuchi.kernel.sentences import Sentence

ANSWER_CHARACTERS_MAX = 200
_NUMBER_DIGITS_MAX = 12
_DECIMALS_MAX = 3
_LONGITUDE_MAX, _LATITUDE_MAX = 180, 90
_YES = frozenset({"true", "yes", "是", "有", "1"})
_NO = frozenset({"false", "no", "否", "没有", "无", "0"})

Answer = str | bool | list[str]
"""As it is kept: a number and a day as text (``12.5``, ``2026-03-01``), ticks as a list."""

_MISSING = Sentence("请回答这一项。", "Answer this.")
_TOO_LONG = Sentence(
    "最多{most}字。", "At most {most} characters.", {"most": ANSWER_CHARACTERS_MAX}
)
_NO_NUMBER = Sentence("请填数字，比如 3 或 2.5。", "Give a number such as 3 or 2.5.")
_NO_DAY = Sentence("请选日期，或写成 2026-03-01 的样子。", "Give a day such as 2026-03-01.")
_NO_CHOICE = Sentence("请从列出的里面选。", "Choose from those listed.")
_NO_YES_NO = Sentence("请选是或否。", "Choose yes or no.")
_NO_QUESTION = Sentence("这一类没有这个问题。", "This type has no such question.")

_IN_OWN_NAME: Mapping[str, tuple[Channel, ...]] = {
    Role.RESIDENT: (Channel.RESIDENT, Channel.ENTERPRISE),
    Role.RIDER: (Channel.RIDER,),
}


class _Unusable(ValueError):
    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Answered:
    """Answers as they are kept, by code; ``wrong`` names what cannot be used, in order."""

    values: Mapping[str, Answer]
    wrong: tuple[tuple[str, Sentence], ...]


def answered(
    questions: Sequence[QuestionSpec], given: Mapping[str, object], *, whole: bool = True
) -> Answered:
    """Read what was answered. ``whole``: required questions have to be among it.

    Takes text as a form or a table gives it, and the types of JSON.
    """
    values: dict[str, Answer] = {}
    wrong: list[tuple[str, Sentence]] = []
    for question in questions:
        try:
            value = _read(question, given.get(question.code))
        except _Unusable as error:
            wrong.append((question.code, error.sentence))
            continue
        if value is not None:
            values[question.code] = value
        elif question.required and whole:
            wrong.append((question.code, _MISSING))
    known = {each.code for each in questions}
    wrong += [(code, _NO_QUESTION) for code in given if code not in known]
    return Answered(values, tuple(wrong))


def answer_words(question: QuestionSpec, value: object, language: str) -> str:
    """Return a kept answer as people read it; "" for one that is not there."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return (Sentence("是", "yes") if value else Sentence("否", "no")).in_language(language)
    if isinstance(value, list):
        return (", " if language.lower().startswith("en") else "、").join(map(str, value))
    return f"{value} {question.unit}".strip() if question.unit else str(value)


def channel_of(role: str, said: Channel) -> Channel:
    """Return how a report came in: who reports in their own name can't say otherwise."""
    own = _IN_OWN_NAME.get(role)
    return said if own is None or said in own else own[0]


def on_earth(longitude: Decimal, latitude: Decimal) -> bool:
    """Whether a point, in degrees of WGS 84, is a place."""
    return abs(longitude) <= _LONGITUDE_MAX and abs(latitude) <= _LATITUDE_MAX


def may_report(spec: CasesSpec, type_code: str, channel: Channel) -> Decision:
    """Decide whether a type may be reported in this way."""
    if spec.is_open(type_code, channel):
        return ALLOWED
    return refuse(
        "type_closed",
        "这一类不能这样上报，请换一类或请社区登记。",
        "This type is not reported in this way; choose another or ask the community.",
    )


def _read(question: QuestionSpec, given: object) -> Answer | None:
    if given is None or given in ("", [], ()):
        return None
    if question.answer is AnswerKind.YES_NO:
        return _yes_no(given)
    if question.answer is AnswerKind.SEVERAL:
        return _several(question, given)
    text = _one_line(question, given)
    if question.answer is AnswerKind.NUMBER and text:
        return _number(text)
    if question.answer is AnswerKind.DATE and text:
        return _day(text)
    if question.answer is AnswerKind.CHOICE and text and text not in question.choices:
        raise _Unusable(_NO_CHOICE)
    return text or None


def _one_line(question: QuestionSpec, given: object) -> str:
    if isinstance(given, bool | list | tuple | dict):
        raise _Unusable(_NO_CHOICE if question.answer.is_chosen else _MISSING)
    text = str(given).strip()
    if len(text) > ANSWER_CHARACTERS_MAX:
        raise _Unusable(_TOO_LONG)
    return text


def _yes_no(given: object) -> bool | None:
    word = str(given).strip().lower()
    if not word:
        return None
    if word not in _YES | _NO:
        raise _Unusable(_NO_YES_NO)
    return word in _YES


def _several(question: QuestionSpec, given: object) -> list[str] | None:
    said: Iterable[object]
    said = given if isinstance(given, list | tuple) else str(given).replace(",", "、").split("、")
    ticked = {str(each).strip() for each in said} - {""}
    if ticked - set(question.choices):
        raise _Unusable(_NO_CHOICE)
    return [each for each in question.choices if each in ticked] or None


def _number(text: str) -> str:
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise _Unusable(_NO_NUMBER) from None
    places = value.as_tuple().exponent if value.is_finite() else None
    if not isinstance(places, int) or abs(value) >= 10**_NUMBER_DIGITS_MAX:
        raise _Unusable(_NO_NUMBER)
    if -places > _DECIMALS_MAX:
        raise _Unusable(_NO_NUMBER)
    return f"{value:f}"


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _Unusable(_NO_DAY) from None
