"""Masks: what is shown where the whole value is not needed.

Sources: 国务院 2018 key points on de-identification before publication; phone,
identity number and exact address are omitted or cut (docs/architecture.md).
"""

from __future__ import annotations

import re

from liuchi.engines.directory.enums import SensitiveField
from liuchi.engines.directory.rules.names import surname_of

_NUMBERS = re.compile(
    r"[0-9０-９]+|[一二三四五六七八九十百]+(?=[号栋幢楼室户组单])|[A-Za-z]+(?=[栋幢座])"
)
_SHOWN_OF_ID = 4
_MOBILE_DIGITS = 11


def mask_name(name: str) -> str:
    """Return 张* for 张伟, 张** for 张卫国, 欧阳* for 欧阳锋."""
    surname = surname_of(name)
    rest = "".join("·" if letter in "·•・ " else "*" for letter in name[len(surname) :])
    return surname + rest if rest else "*"


def mask_phone(phone: str) -> str:
    """Return 138****1234 for a mobile, the last two digits of anything else."""
    if len(phone) == _MOBILE_DIGITS and phone.isdigit() and phone.startswith("1"):
        return f"{phone[:3]}****{phone[-4:]}"
    return f"{'*' * max(len(phone) - 2, 0)}{phone[-2:]}"


def mask_id_number(number: str) -> str:
    """Return stars and the last four characters."""
    return f"{'*' * max(len(number) - _SHOWN_OF_ID, 0)}{number[-_SHOWN_OF_ID:]}"


def mask_address(address: str) -> str:
    """Return the address without its numbers: 罗冲花园*栋*单元*室."""
    return _NUMBERS.sub("*", address)


def mask(field: SensitiveField, value: str) -> str:
    """Return the mask of a sensitive value."""
    masks = {
        SensitiveField.PHONE: mask_phone,
        SensitiveField.ID_NUMBER: mask_id_number,
        SensitiveField.ADDRESS: mask_address,
    }
    return masks[field](value)
