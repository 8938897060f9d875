"""Sentences for people, in Chinese and English side by side.

Rules run without Django and therefore without gettext. A refusal is part of a
rule, so both wordings stand beside the rule, where a reviewer reads them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Value = str | int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages, with named values filled in on reading.

    ``Sentence("余额 {have} 分，不足 {need} 分。", "Balance {have}, short of {need}.",
    {"have": 3, "need": 5}).in_language("zh-hans")``
    """

    zh: str
    en: str
    values: dict[str, Value] = field(default_factory=dict)

    def in_language(self, language: str) -> str:
        """Return the wording for a language tag; anything but English reads Chinese."""
        text = self.en if language.lower().startswith("en") else self.zh
        return text.format(**self.values)

    def __str__(self) -> str:
        """Return both wordings, for logs and the command line."""
        return f"{self.in_language('zh')} / {self.in_language('en')}"
