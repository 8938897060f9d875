"""What a rule answers: yes, or no with a reason code and a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of a pure rule.

    ``reason_code`` is stable and meant for machines (``cap_reached``);
    ``sentence`` says what is wrong and what to do, fit for the user.
    """

    allowed: bool
    reason_code: str = ""
    sentence: Sentence | None = None

    def or_refuse(self) -> None:
        """Raise :class:`Refused` where the answer is no."""
        if not self.allowed:
            if self.sentence is None:
                msg = f"a refusal without a sentence: {self.reason_code}"
                raise ValueError(msg)
            raise Refused(self.reason_code, self.sentence)


ALLOWED = Decision(allowed=True)


def refuse(reason_code: str, zh: str, en: str, **values: str | int) -> Decision:
    """Return a refusal with its sentence in both languages."""
    return Decision(False, reason_code, Sentence(zh, en, dict(values)))  # noqa: FBT003


def first_refusal(*decisions: Decision) -> Decision:
    """Return the first refusal, or permission when there is none."""
    return next((d for d in decisions if not d.allowed), ALLOWED)
