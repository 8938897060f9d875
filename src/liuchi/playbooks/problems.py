"""What is wrong with a playbook: file, line, what, where and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import Path


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A line of a file; lines count from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        """Return ``file:line``, which editors turn into a link."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong.

    ``code`` is stable (``unknown-key``, ``negative-points``); ``source`` cites the
    law or document where the problem is a lint.
    """

    mark: Mark
    code: str
    sentence: Sentence
    path: Path = ()
    source: str = ""

    def in_language(self, language: str) -> str:
        """Return one line: place, path, sentence, source."""
        where = written(self.path)
        text = f"{self.mark}: {where + ': ' if where else ''}{self.sentence.in_language(language)}"
        if not self.source:
            return f"{text} [{self.code}]"
        english = language.lower().startswith("en")
        cited = f" (source: {self.source})" if english else f"（依据：{self.source}）"
        return f"{text}{cited} [{self.code}]"

    def __str__(self) -> str:
        """Return the Chinese line and the English one under it."""
        return f"{self.in_language('zh')}\n    {self.in_language('en')}"


class PlaybookError(Invalid):
    """A playbook that can't be used; ``problems`` names every place, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep all problems, sorted by file and line."""
        self.problems = tuple(sorted(problems, key=lambda p: (p.mark, p.code)))
        listed = "\n".join(str(problem) for problem in self.problems)
        super().__init__(
            "playbook_invalid",
            Sentence(
                "工作法有{count}处要改：\n{listed}",
                "The playbook has {count} places to mend:\n{listed}",
                {"count": len(self.problems), "listed": listed},
            ),
            tuple(FieldError(written(p.path), p.sentence) for p in self.problems),
        )

    def __str__(self) -> str:
        """Return every problem on lines of its own."""
        return "\n".join(str(problem) for problem in self.problems)


def written(path: Path) -> str:
    """Return a path as people write it: ``points.rules[3].award``, items from 1."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text
