"""What is said on screen is read to its end: a sentence has forty characters at most.

Operators' messages (``project``, ``cli``) and those for authors of playbooks name paths,
settings and keys and may be longer; so may the definition of a figure.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from architecture import source

CHARACTERS_MAX = 40
VALUE = "四个字长"  # what {…} usually becomes: a name, a day, a number
PLACES = ("engines", "surfaces", "flows")
NOT_ON_SCREEN = ("surfaces/cli/", "/spec/", "indicators/rules/")


def wordings() -> Iterator[tuple[Path, ast.Call, str]]:
    """Yield the Chinese wording of every sentence, and where it stands."""
    for path in source.modules():
        name = path.relative_to(source.SOURCE).as_posix()
        if not name.startswith(PLACES) or any(part in name for part in NOT_ON_SCREEN):
            continue
        for node in ast.walk(source.tree(path)):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                place = {"Sentence": 0, "refuse": 1}.get(called)
                given = node.args[place] if place is not None and len(node.args) > place else None
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    yield path, node, given.value


def test_a_sentence_has_forty_characters_at_most() -> None:
    found = [
        f"{source.place(path, node)}: {words}"
        for path, node, words in wordings()
        if len(re.sub(r"\{\w+\}", VALUE, words)) > CHARACTERS_MAX
    ]
    assert found == []


def test_there_are_hundreds_to_look_at() -> None:
    assert len(list(wordings())) > 300  # or the test above would pass on nothing at all
