"""What a person's record may hold, and one form for each value."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from liuchi.engines.directory.enums import Sex
from liuchi.kernel.decisions import ALLOWED, Decision, refuse
from liuchi.kernel.sentences import Sentence

NAME_CHARACTERS_MAX = 40
ADDRESS_CHARACTERS_MAX = 120
LABEL_CHARACTERS_MAX = 32
PURPOSE_CHARACTERS = range(2, 201)
OLDEST_BIRTH_YEAR = 1890

_NAME = re.compile(r"[^\W\d_]+(?:[ ·'\-.][^\W\d_]+)*")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}\d{7,8}")
_ID_NUMBER = re.compile(r"\d{17}[\dX]")


@dataclass(frozen=True, slots=True)
class PersonImport:
    """A row of a roster.

    ``village`` and ``grid`` are names or codes of areas; ``household`` is the
    village's own number of the household (rows with the same one live together).
    """

    name: str
    village: str
    sex: Sex = Sex.UNKNOWN
    birth_date: date | None = None
    grid: str = ""
    household: str = ""
    phone: str = ""
    id_number: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that cannot be used: which field, and what to do."""

    field: str
    sentence: Sentence


def normal_name(text: str) -> str:
    """Return a name in one form: composed, one kind of middle dot, no spaces in Chinese."""
    name = unicodedata.normalize("NFKC", text).strip()
    name = re.sub(r"[•・‧∙]", "·", name)
    return name if name.isascii() else re.sub(r"\s+", "", name)


def normal_phone(text: str) -> str:
    """Return a phone number as digits, without +86."""
    digits = re.sub(r"[\s\-()（）]", "", unicodedata.normalize("NFKC", text))  # noqa: RUF100
    return re.sub(r"^(?:\+|00)86", "", digits)


_MOBILE = re.compile(r"1[3-9]\d{9}")


def mobile_usable(phone: str) -> Decision:
    """Decide whether a normalised number can receive a code."""
    if _MOBILE.fullmatch(phone):
        return ALLOWED
    return refuse("phone_unusable", "请填写 11 位手机号码。", "Give a mobile number of 11 digits.")


def normal_id_number(text: str) -> str:
    """Return a resident identity number as 18 upper-case characters."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


def normal_uscc(text: str) -> str | None:
    """Return a unified social credit code in one form, None where its check digit is wrong."""
    try:
        return str(uscc.validate(text))
    except ValidationError:
        return None


def birth_date_of(id_number: str) -> date | None:
    """Return the birth date in a normalised identity number, None for a wrong number.

    Only form, date and check digit are looked at: numbers begin with the area code
    of the day they were given, and many of those codes are gone (GB 11643).
    """
    if not _ID_NUMBER.fullmatch(id_number):
        return None
    try:
        born = ric.get_birth_date(id_number)
        right = ric.calc_check_digit(id_number) == id_number[-1]
    except ValidationError:
        return None
    return born if right and isinstance(born, date) else None


def check_import(row: PersonImport, today: date) -> tuple[Problem, ...]:
    """Return what is wrong with a row; its area names are looked up elsewhere."""
    return tuple(
        problem
        for problem in (
            _check_name(row.name),
            _check_birth(row, today),
            _check_phone(row.phone),
            _check_id_number(row.id_number),
            _check_length("address", row.address, ADDRESS_CHARACTERS_MAX),
            _check_length("household", row.household, LABEL_CHARACTERS_MAX),
        )
        if problem is not None
    )


def purpose_usable(purpose: str) -> Decision:
    """Decide whether a stated purpose says anything."""
    if len(purpose.strip()) in PURPOSE_CHARACTERS:
        return ALLOWED
    return refuse(
        "purpose_missing",
        "请写明查看目的（2 至 200 个字）。查看会被记录，本人可以看到。",
        "State the purpose (2 to 200 characters). It is logged and the person can see it.",
    )


def _check_name(text: str) -> Problem | None:
    name = normal_name(text)
    if len(name) <= NAME_CHARACTERS_MAX and _NAME.fullmatch(name):
        return None
    return Problem(
        "name",
        Sentence(
            "姓名只能是文字，最多 {most} 个字。",
            "A name has letters only, at most {most}.",
            {"most": NAME_CHARACTERS_MAX},
        ),
    )


def _check_birth(row: PersonImport, today: date) -> Problem | None:
    born = row.birth_date
    if born is not None and not (born.year >= OLDEST_BIRTH_YEAR and born <= today):
        return Problem("birth_date", Sentence("出生日期不对。", "The birth date cannot be right."))
    stated = birth_date_of(normal_id_number(row.id_number)) if row.id_number else None
    if born is not None and stated is not None and born != stated:
        return Problem(
            "birth_date",
            Sentence(
                "出生日期与身份证号不一致。",
                "The birth date differs from the one in the identity number.",
            ),
        )
    return None


def _check_phone(text: str) -> Problem | None:
    if not text or _PHONE.fullmatch(normal_phone(text)):
        return None
    return Problem(
        "phone",
        Sentence(
            "电话号码不对：手机号 11 位，座机请带区号。",
            "Not a phone number: 11 digits for a mobile, area code first for a landline.",
        ),
    )


def _check_id_number(text: str) -> Problem | None:
    if not text or birth_date_of(normal_id_number(text)) is not None:
        return None
    return Problem(
        "id_number",
        Sentence(
            "身份证号不对：请核对位数、出生日期和最后一位。",
            "Not an identity number: check its length, birth date and last character.",
        ),
    )


def _check_length(field: str, text: str, most: int) -> Problem | None:
    if len(text) <= most:
        return None
    return Problem(
        field, Sentence("太长了，最多 {most} 个字。", "Too long: at most {most}.", {"most": most})
    )
