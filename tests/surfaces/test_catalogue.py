"""The English catalogue is complete, has nothing left over, and keeps the values."""

from __future__ import annotations

import re

from surfaces.messages import catalogue, messages

PLACEHOLDER = re.compile(r"%\(\w+\)s")


def _values(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text)))


def test_every_message_has_an_english_wording() -> None:
    assert sorted(map(str, messages().keys())) == sorted(map(str, catalogue().keys()))


def test_no_wording_is_empty() -> None:
    assert [message for message, wordings in catalogue().items() if not all(wordings)] == []


def test_wordings_keep_the_values() -> None:
    wrong = []
    for message, wordings in catalogue().items():
        source = message if isinstance(message, str) else message[0]
        wrong += [source for wording in wordings if _values(wording) != _values(source)]
    assert wrong == []


def test_messages_are_chinese() -> None:
    """A sentence written in English would show in English to everybody."""
    texts = [m if isinstance(m, str) else m[0] for m in messages()]
    assert [text for text in texts if not re.search(r"[^\x00-\x7f]|%\(", text)] == []
