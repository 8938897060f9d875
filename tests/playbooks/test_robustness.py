"""Whatever is written, the answer is a playbook or a list of problems; never a crash."""

from __future__ import annotations

import contextlib
import copy
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from liuchi.playbooks import Playbook, PlaybookError, load, run_examples

JUNK = st.sampled_from(
    [
        *(None, True, -1, 0, 1.5, "", "x", "2022-02-30", "points.rules["),
        *([], [None], [[]], [{}], [{"code": {}}]),
        *({}, {"x": None}, {"x": {"y": []}}, {"in": 3}, {"from_file": "gone.yaml"}),
    ]
)


def paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below: list[tuple[Any, Any]] = []
    if isinstance(node, dict):
        below = list(node.items())
    elif isinstance(node, list):
        below = list(enumerate(node))
    return [p for key, held in below for p in [(*path, key), *paths(held, (*path, key))]]


def replaced(tree: Any, path: tuple[Any, ...], value: object) -> Any:
    tree = copy.deepcopy(tree)
    node = tree
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return tree


def attempt(tree: object) -> Playbook | PlaybookError:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "playbook.yaml"
        with file.open("w", encoding="utf-8") as stream:
            YAML().dump(tree, stream)
        try:
            return load(Path(folder))
        except PlaybookError as error:
            return error


@settings(max_examples=120)
@given(data=st.data())
def test_junk_anywhere_is_told_and_placed(good: str, data: st.DataObject) -> None:
    tree = YAML(typ="safe").load(good)
    for _ in range(data.draw(st.integers(1, 2))):
        tree = replaced(tree, data.draw(st.sampled_from(paths(tree))), data.draw(JUNK))
    outcome = attempt(tree)
    if isinstance(outcome, PlaybookError):
        assert outcome.problems
        for problem in outcome.problems:
            assert problem.mark.line >= 1
            assert all(problem.in_language(language) for language in ("zh", "en"))


@settings(max_examples=100)
@given(text=st.text(st.sampled_from("ab: -[]{}&*!|>'\"#\n\t%@`,?x1"), max_size=60))
def test_any_text_is_told_and_placed(tmp_path: Path, text: str) -> None:
    (tmp_path / "playbook.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PlaybookError):
        load(tmp_path)


@settings(max_examples=40)
@given(data=st.data())
def test_junk_in_examples_is_told(good: str, data: st.DataObject) -> None:
    example = {
        "example": "甲",
        "given": {},
        "when": {"points.award": {"rule": "testing", "sessions": 3}},
        "then": {"points": 6},
    }
    tree = replaced([example], data.draw(st.sampled_from(paths([example]))), data.draw(JUNK))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "examples").mkdir()
        (Path(folder) / "playbook.yaml").write_text(good, encoding="utf-8")
        with (Path(folder) / "examples" / "a.yaml").open("w", encoding="utf-8") as stream:
            YAML().dump(tree, stream)
        playbook = load(Path(folder))
        with contextlib.suppress(PlaybookError):
            assert len(run_examples(playbook)) == len(tree)
