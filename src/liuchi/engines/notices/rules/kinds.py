"""The kinds of notice, read from ``data/kinds.yaml``, and the words that may leave the house."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from liuchi.engines.notices.enums import When
from liuchi.kernel.sentences import Sentence

TEXT_CHARACTERS_MAX = 70
"""What one SMS of Chinese text holds; an inbox line is held to the same, in Chinese."""

_FILE = Path(__file__).resolve().parents[1] / "data" / "kinds.yaml"
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice.

    ``is_work``: shared, and gone for all when one has done it. ``is_for_staff``: about
    work, never about oneself.
    """

    code: str
    title: Sentence
    short: Sentence
    when: When
    is_work: bool
    is_for_staff: bool


@cache
def kinds() -> dict[str, Kind]:
    """Return every kind by code, in the order of the file."""
    read = YAML(typ="safe").load(_FILE)["kinds"]
    return {
        code: Kind(
            code,
            Sentence(*said["title"]),
            Sentence(*said["short"]),
            When(said["when"]),
            bool(said.get("work", False)),
            bool(said.get("staff", False)),
        )
        for code, said in read.items()
    }


def kind(code: str) -> Kind:
    """Return a kind; ``TypeError`` for one nobody has declared, which is a bug."""
    found = kinds().get(code)
    if found is None:
        msg = f"undeclared kind of notice {code!r}: declare it in notices/data/kinds.yaml"
        raise TypeError(msg)
    return found


def line(text: str) -> str:
    """Return a text no longer than a message: a long title in it is cut, not refused."""
    flat = " ".join(text.split())
    if len(flat) <= TEXT_CHARACTERS_MAX:
        return flat
    return flat[: TEXT_CHARACTERS_MAX - 1] + _ELLIPSIS


def outward(codes: tuple[str, ...]) -> Sentence:
    """Return the words that go out for notices of these kinds: never what they say."""
    if len(codes) == 1:
        return kind(codes[0]).short
    return Sentence(
        "您有 {count} 条新消息，请打开六尺查看。",
        "You have {count} new notices. Open Liuchi to read them.",
        {"count": len(codes)},
    )
