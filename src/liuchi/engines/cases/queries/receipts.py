"""Receipts: 128 bits made from a report's id by a secret, kept nowhere but as a keyed hash."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from liuchi.engines.cases.scope import INTAKE, key_ring
from liuchi.engines.journal.scope import acting_as

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PLAIN_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_CODE = str.maketrans(_PLAIN_32, _ALPHABET)
_READ_AS = str.maketrans("OIL", "011")
CODE_BYTES = 16
CODE_CHARACTERS = 26


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever reported takes home. ``code`` is the only way back for who is nobody here."""

    report_id: UUID
    case_id: UUID
    code: str


def was_reported(key: str) -> bool:
    """Whether something was reported under a key by the installation's own actor."""
    with acting_as(INTAKE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM journal_command WHERE scope = %s AND key = %s)",
            [f"cases.report:{INTAKE.id}", key],
        )
        return bool(cursor.fetchone()[0])


def receipt_code(report_id: UUID) -> str:
    """Return the code of a receipt: 26 characters without O, I, L and U."""
    digest = key_ring().lookup_hash(str(report_id), "cases.receipt")
    return base64.b32encode(digest[:CODE_BYTES]).decode().rstrip("=").translate(_TO_CODE)


def receipt_hash(code: str) -> bytes:
    """Return the keyed hash a receipt is found by, however its code was typed."""
    plain = "".join(code.split()).replace("-", "").upper().translate(_READ_AS)
    return key_ring().lookup_hash(plain, "cases.receipt.hash")


def receipt_of(report_id: UUID, case_id: UUID) -> Receipt:
    """Return the receipt of a report just taken in. For this engine's actions."""
    return Receipt(report_id, case_id, receipt_code(report_id))
