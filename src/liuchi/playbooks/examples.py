"""Examples of a playbook: given, when, then; run against the engines' pure rules.

A file under ``examples/`` is a list of entries::

    - example: 一次核酸检测志愿服务
      given: {earned_this_month: 18}
      when: {points.award: {rule: testing, sessions: 2}}
      then: {points: 2}

The engine that owns the section says how ``points.award`` is run. Every key under
``then`` must be in the outcome with an equal value; a refusal reads
``then: {refused: cap_reached}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, JsonValue, ValidationError

from liuchi.kernel.errors import LiuchiError
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.core import Strict
from liuchi.playbooks.load import Playbook
from liuchi.playbooks.problems import PlaybookError, Problem
from liuchi.playbooks.registry import Path
from liuchi.playbooks.shapes import problems_of, unknown
from liuchi.playbooks.source import Tree, read_tree

FOLDER = "examples"


class Example(Strict):
    """One example as written."""

    example: Annotated[str, Field(min_length=1)]
    given: dict[str, JsonValue] = {}
    when: Annotated[dict[str, dict[str, JsonValue]], Field(min_length=1, max_length=1)]
    then: Annotated[dict[str, JsonValue], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Result:
    """How one example went: ``problem`` is None where it passed."""

    title: str
    problem: Problem | None

    @property
    def passed(self) -> bool:
        """Whether the outcome was what the example says."""
        return self.problem is None


def run_examples(playbook: Playbook) -> tuple[Result, ...]:
    """Run every example of a playbook, in order of files and entries.

    Raises :class:`PlaybookError` for a file that is not a list of examples.
    """
    results: list[Result] = []
    for file in sorted((playbook.folder / FOLDER).glob("*.yaml")):
        tree = read_tree(file)
        for path, example in _examples(tree):
            results.append(Result(example.example, _run(playbook, example, path, tree)))
    return tuple(results)


def _examples(tree: Tree) -> Iterator[tuple[Path, Example]]:
    if not isinstance(tree.data, list):
        said = Sentence("例子文件要写成列表。", "A file of examples is a list.")
        raise PlaybookError([Problem(tree.mark(()), "wrong-value", said)])
    read: list[tuple[Path, Example]] = []
    problems: list[Problem] = []
    for n, raw in enumerate(tree.data):
        try:
            read.append(((n,), Example.model_validate(raw)))
        except ValidationError as error:
            problems += problems_of(error, Example, raw, (n,), tree)
    if problems:
        raise PlaybookError(problems)
    yield from read


def _run(playbook: Playbook, example: Example, path: Path, tree: Tree) -> Problem | None:
    (name, when), runners = next(iter(example.when.items())), registry.example_runners()
    runner = runners.get(name)
    if runner is None:
        said = unknown("例子写法", "kind of example", name, runners)
        return Problem(tree.mark((*path, "when", name)), "unknown-reference", said, path)
    section = playbook.sections.get(runner.section)
    if section is None:
        said = Sentence(
            "工作法没有“{name}”部分。",
            "The playbook has no section '{name}'.",
            {"name": runner.section},
        )
        return Problem(tree.mark((*path, "when")), "unknown-reference", said, path)
    try:
        outcome = runner.run(section, example.given, when)
    except (LiuchiError, ValueError, KeyError) as error:
        said = error.sentence if isinstance(error, LiuchiError) else _plain(str(error))
        return Problem(tree.mark((*path, "when")), "example-cannot-run", said, path)
    return _difference(example.then, outcome, path, tree)


def _difference(
    expected: Mapping[str, object], outcome: Mapping[str, object], path: Path, tree: Tree
) -> Problem | None:
    for key, value in expected.items():
        if key in outcome and outcome[key] == value and type(outcome[key]) is type(value):
            continue
        said = Sentence(
            "例子写的是 {key}: {expected}，按规则得到 {outcome}。",
            "The example says {key}: {expected}; the rules give {outcome}.",
            {
                "key": key,
                "expected": str(value),
                "outcome": ", ".join(f"{k}: {v}" for k, v in outcome.items()),
            },
        )
        return Problem(tree.mark((*path, "then", key)), "example-differs", said, path)
    return None


def _plain(text: str) -> Sentence:
    return Sentence("{text}", "{text}", {"text": text})
