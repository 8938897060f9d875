"""What a person's record may hold, and one form for each value."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from liuchi.engines.directory.enums import Sex
from liuchi.kernel.decisions import ALLOWED, Decision, refuse
from liuchi.kernel.sentences import Sentence

NAME_CHARACTERS_MAX = 40
ADDRESS_CHARACTERS_MAX = 120
LABEL_CHARACTERS_MAX = 32
PURPOSE_CHARACTERS = range(2, 201)
OLDEST_BIRTH_YEAR = 1890

_PLAIN_NAME = re.compile(r"[一-鿿]{1,8}")
_NAME = re.compile(r"[^\W\d_]+(?:[ ·'\-.][^\W\d_]+)*")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}\d{7,8}")
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
# Rosters have hundreds of thousands of numbers: four times as fast as the library, which
# the tests hold it against.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


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
    if _PLAIN_NAME.fullmatch(text):
        return text
    name = unicodedata.normalize("NFKC", text).strip()
    name = re.sub(r"[•・‧∙]", "·", name)
    return name if name.isascii() else re.sub(r"\s+", "", name)


def normal_phone(text: str) -> str:
    """Return a phone number as digits, without +86."""
    if text.isascii() and text.isdecimal() and not text.startswith("00"):
        return text
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
    if _ID_NUMBER.fullmatch(text):
        return text
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
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, id_number, strict=False))
    if _CHECK_DIGITS[total % 11] != id_number[-1]:
        return None
    try:
        return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        return None


def check_import(row: PersonImport, today: date) -> list[Problem]:
    """Return what is wrong with a row; its area names are looked up elsewhere."""
    return check_values(
        name=normal_name(row.name),
        birth_date=row.birth_date,
        phone=normal_phone(row.phone),
        id_number=normal_id_number(row.id_number),
        address=row.address,
        household=row.household,
        today=today,
    )


def check_values(
    *,
    name: str,
    birth_date: date | None,
    phone: str,
    id_number: str,
    address: str,
    household: str,
    today: date,
) -> list[Problem]:
    """Return what is wrong with values that are in their one form already."""
    problems = []
    if len(name) > NAME_CHARACTERS_MAX or not _NAME.fullmatch(name):
        problems.append(_NAME_WRONG)
    stated = birth_date_of(id_number) if id_number else None
    if birth_date is not None:
        if birth_date.year < OLDEST_BIRTH_YEAR or birth_date > today:
            problems.append(_BIRTH_WRONG)
        elif stated is not None and birth_date != stated:
            problems.append(_BIRTH_DIFFERS)
    if phone and not _PHONE.fullmatch(phone):
        problems.append(_PHONE_WRONG)
    if id_number and stated is None:
        problems.append(_ID_NUMBER_WRONG)
    if len(address) > ADDRESS_CHARACTERS_MAX:
        problems.append(_too_long("address", ADDRESS_CHARACTERS_MAX))
    if len(household) > LABEL_CHARACTERS_MAX:
        problems.append(_too_long("household", LABEL_CHARACTERS_MAX))
    return problems


def purpose_usable(purpose: str) -> Decision:
    """Decide whether a stated purpose says anything."""
    if len(purpose.strip()) in PURPOSE_CHARACTERS:
        return ALLOWED
    return refuse(
        "purpose_missing",
        "请写明查看目的（2 至 200 个字）。查看会被记录，本人可以看到。",
        "State the purpose (2 to 200 characters). It is logged and the person can see it.",
    )


def _too_long(field: str, most: int) -> Problem:
    return Problem(
        field, Sentence("太长了，最多 {most} 个字。", "Too long: at most {most}.", {"most": most})
    )


_NAME_WRONG = Problem(
    "name",
    Sentence(
        "姓名只能是文字，最多 {most} 个字。",
        "A name has letters only, at most {most}.",
        {"most": NAME_CHARACTERS_MAX},
    ),
)
_BIRTH_WRONG = Problem("birth_date", Sentence("出生日期不对。", "The birth date cannot be right."))
_BIRTH_DIFFERS = Problem(
    "birth_date",
    Sentence(
        "出生日期与身份证号不一致。", "The birth date differs from the one in the identity number."
    ),
)
_PHONE_WRONG = Problem(
    "phone",
    Sentence(
        "电话号码不对：手机号 11 位，座机请带区号。",
        "Not a phone number: 11 digits for a mobile, area code first for a landline.",
    ),
)
_ID_NUMBER_WRONG = Problem(
    "id_number",
    Sentence(
        "身份证号不对：请核对位数、出生日期和最后一位。",
        "Not an identity number: check its length, birth date and last character.",
    ),
)
