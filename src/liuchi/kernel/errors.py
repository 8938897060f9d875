"""The five errors. Whatever goes wrong for a user is one of these.

Surfaces turn each into a sentence on screen or ``application/problem+json``
(RFC 9457); ``status`` is the HTTP status it carries there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liuchi.kernel.sentences import Sentence


class LiuchiError(Exception):
    """Base of the five; carries a stable code and a sentence in both languages."""

    status: ClassVar[int] = 500

    def __init__(self, code: str, sentence: Sentence) -> None:
        """Keep the code for machines and the sentence for people."""
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        """Return code and both wordings."""
        return f"{self.code}: {self.sentence}"


class Refused(LiuchiError):
    """The rules or the rights say no. Nothing was written."""

    status = 403


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong value: where it stands and what to do about it."""

    field: str
    sentence: Sentence


class Invalid(LiuchiError):
    """The input cannot be used as it is; ``errors`` names each place."""

    status = 422

    def __init__(self, code: str, sentence: Sentence, errors: tuple[FieldError, ...] = ()) -> None:
        """Keep the wrong fields beside the sentence."""
        super().__init__(code, sentence)
        self.errors = errors


class Conflict(LiuchiError):
    """Somebody else was first, or the same key came with another body."""

    status = 409


class NotFound(LiuchiError):
    """It does not exist, or not for this actor: the two read the same."""

    status = 404

    def __init__(self, what: str = "record") -> None:
        """``what`` names the kind of record, for the log only."""
        super().__init__(
            "not_found",
            Sentence(
                "没有找到这条记录，或它不在您的范围内。",
                "No such record, or it is outside your area.",
            ),
        )
        self.what = what


class Busy(LiuchiError):
    """The system cannot do it now; the same request may be sent again."""

    status = 503


class TooMany(Busy):
    """More comes at once than is taken in: sent again later, the same is taken.

    ``retry_after_seconds`` goes out as ``Retry-After``. Nothing was written.
    """

    status = 429

    def __init__(self, code: str, sentence: Sentence, retry_after_seconds: int) -> None:
        """Keep how long to wait beside the sentence."""
        super().__init__(code, sentence)
        self.retry_after_seconds = max(1, retry_after_seconds)
