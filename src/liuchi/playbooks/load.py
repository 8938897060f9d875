"""Loads, validates and compiles a playbook folder; collects every problem on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.asks import Ask
from liuchi.playbooks.core import Core
from liuchi.playbooks.lints import CORE_LINTS
from liuchi.playbooks.problems import PlaybookError, Problem
from liuchi.playbooks.references import flow_findings, published_findings
from liuchi.playbooks.registry import Context, Lint, Path
from liuchi.playbooks.shapes import finding, problems_of, suggestion
from liuchi.playbooks.source import Tree, read_tree

_Model = TypeVar("_Model", bound=BaseModel)

SPEC_VERSION = 1
"""Version of the compiled form as a whole; each section counts its own besides."""

FILE_NAME = "playbook.yaml"
WRONG_VALUE = "wrong-value"
SPEC_VERSIONS = "spec_versions"
_CORE_KEYS = tuple(f.alias or name for name, f in Core.model_fields.items())
_CORE_CHECKS = (flow_findings, published_findings)


@dataclass(frozen=True, slots=True)
class Method:
    """What a playbook says, wherever it is read from: its core and its sections."""

    core: Core
    sections: Mapping[str, BaseModel]


@dataclass(frozen=True, slots=True)
class Playbook(Method):
    """A valid playbook.

    ``sections`` holds the engines' models by section name; ``source`` is the text
    of its files, as stored with the version that is applied.
    """

    folder: FilePath
    tree: Tree

    @property
    def code(self) -> str:
        """The playbook's own code."""
        return self.core.playbook

    @property
    def title(self) -> str:
        """The method's title."""
        return self.core.title

    @property
    def in_force_from(self) -> date:
        """The day from which it is to hold."""
        return self.core.in_force.since

    @property
    def source(self) -> str:
        """All files, each under a comment with its name."""
        return "".join(f"# --- {name}\n{text}\n" for name, text in self.tree.texts.items())

    def compiled(self) -> dict[str, object]:
        """Return the JSON form that is stored and run from.

        The core's keys and the sections stand side by side, as in the file;
        ``spec_versions`` says in which shape each section is.
        """
        known = registry.sections()
        compiled = self.core.model_dump(mode="json", by_alias=True)
        for name, model in self.sections.items():
            compiled[name] = model.model_dump(mode="json", by_alias=True)
        versions = {name: known[name].spec_version for name in self.sections}
        compiled[SPEC_VERSIONS] = {"core": SPEC_VERSION, **versions}
        return compiled


def load(path: FilePath) -> Playbook:
    """Return the playbook of a folder (or of its ``playbook.yaml``), linted.

    Raises :class:`PlaybookError` with every problem found, lints included.
    """
    tree = read_tree(path / FILE_NAME if path.is_dir() else path)
    playbook, problems = examine(tree, path if path.is_dir() else path.parent)
    if problems or playbook is None:
        raise PlaybookError(problems)
    return playbook


def examine(tree: Tree, folder: FilePath) -> tuple[Playbook | None, tuple[Problem, ...]]:
    """Validate and lint a tree; the playbook is None where its shape is wrong."""
    if not isinstance(tree.data, dict):
        said = Sentence("文件要写成“名称: 值”的条目。", "Write the file as 'name: value' entries.")
        return None, (Problem(tree.mark(()), WRONG_VALUE, said),)
    raw = cast("dict[str, object]", tree.data)
    problems = list(_unknown_sections(raw, tree))
    core_raw = {key: value for key, value in raw.items() if key in _CORE_KEYS}
    core = _validated(Core, core_raw, (), tree, problems)
    sections = _sections(raw, tree, problems)
    context = Context(raw, {**sections, **({"core": core} if core else {})})
    problems += _cross_checks(context, tree)
    limits = tuple(lint(context, tree))
    # Where a limit says why, "must be at least 1" at the same place adds nothing.
    told = {problem.path for problem in limits}
    problems = [*limits, *(p for p in problems if p.code != WRONG_VALUE or p.path not in told)]
    if core is None or problems:
        return None, tuple(problems)
    return Playbook(core, sections, folder, tree), ()


def lint(context: Context, tree: Tree) -> Iterator[Problem]:
    """Yield what breaks a rule of rights or burden, each with its source."""
    for rule in all_lints():
        for found in rule.check(context):
            yield finding(found, tree, rule.code, rule.source)


def all_lints() -> tuple[Lint, ...]:
    """Return the lints of the core and of every installed section."""
    engines = (rule for section in registry.sections().values() for rule in section.lints)
    return (*CORE_LINTS, *engines)


def lints_markdown() -> str:
    """Return the table of all lints, as kept in ``docs/reference/playbook-lints.md``."""
    rows = [
        f"| `{rule.code}` | {rule.title.zh} | {rule.title.en} | {rule.source} |"
        for rule in sorted(all_lints(), key=lambda rule: rule.code)
    ]
    head = (
        "# What no playbook may ask · 工作法的底线",
        "",
        "`liuchi playbook check` refuses a playbook that breaks one of these, and cites the",
        "source. Written by `liuchi playbook lints`.",
        "",
        "| Code | 底线 | Rule | 依据 Source |",
        "|---|---|---|---|",
    )
    return "\n".join((*head, *rows)) + "\n"


def stored(compiled: Mapping[str, object]) -> Method:
    """Return what a stored compiled form says, in the present shapes.

    A section whose engine is no longer installed is left out.
    """
    core = Core.model_validate({k: v for k, v in compiled.items() if k in _CORE_KEYS})
    read = {name: section_of(compiled, name) for name in registry.sections()}
    return Method(core, {name: model for name, model in read.items() if model is not None})


def section_of(compiled: Mapping[str, object], name: str) -> BaseModel | None:
    """Return a section of a stored compiled form in its present shape.

    A version applied long ago is brought up to date by the section's upcasters.
    None where the playbook has no such section.
    """
    held = compiled.get(name)
    if held is None:
        return None
    section = registry.sections()[name]
    versions = cast("Mapping[str, int]", compiled.get(SPEC_VERSIONS, {}))
    return section.model.model_validate(section.upcast(held, versions.get(name, 1)))


def asks_of(compiled: Mapping[str, object]) -> tuple[Ask, ...]:
    """Return what a compiled playbook asks whom to write, section by section."""
    return tuple(
        ask
        for name, section in registry.sections().items()
        if (held := section_of(compiled, name)) is not None
        for ask in section.asks(held)
    )


def _sections(raw: dict[str, object], tree: Tree, problems: list[Problem]) -> dict[str, BaseModel]:
    made: dict[str, BaseModel] = {}
    for name, section in registry.sections().items():
        if name in raw:
            model = _validated(section.model, raw[name], (name,), tree, problems)
            if model is not None:
                made[name] = model
    return made


def _validated(
    model: type[_Model], raw: object, at: Path, tree: Tree, problems: list[Problem]
) -> _Model | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        problems.extend(problems_of(error, model, raw, at, tree))
        return None


def _cross_checks(context: Context, tree: Tree) -> Iterator[Problem]:
    engines = (
        check for s in registry.sections().values() if s.name in context.raw for check in s.checks
    )
    for check in (*_CORE_CHECKS, *engines):
        for found in check(context):
            yield finding(found, tree, "unknown-reference")


def _unknown_sections(raw: Mapping[str, object], tree: Tree) -> Iterator[Problem]:
    known = (*_CORE_KEYS, *registry.sections())
    for key in raw:
        if key not in known:
            yield Problem(tree.mark((key,)), "unknown-section", _no_section(key, known), (key,))


def _no_section(key: str, known: Iterable[str]) -> Sentence:
    installed = "、".join(registry.sections()) or "—"
    close = suggestion(key, known)
    if close:
        return Sentence(
            "没有名为“{key}”的部分。是不是“{close}”？",
            "There is no section '{key}'. Did you mean '{close}'?",
            {"key": key, "close": close},
        )
    return Sentence(
        "没有安装处理“{key}”的引擎。已安装的部分：{installed}。请删去这一部分，或安装该引擎。",
        "No engine for the section '{key}' is installed. Installed sections: {installed}. "
        "Drop the section or install its engine.",
        {"key": key, "installed": installed},
    )
