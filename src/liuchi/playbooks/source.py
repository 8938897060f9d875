"""Reads the YAML of a playbook and remembers the line of every key and item.

Plain values come out: mappings, lists, text, numbers, booleans. A day reads as ISO
text, since the shapes of sections say what is a day. ``{from_file: rules.yaml}``
stands for the content of another file of the same folder (a rule table);
``{house: cases.rates}`` in a list for items the house keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as FilePath

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.problems import Mark, PlaybookError, Problem
from liuchi.playbooks.registry import Path, house_sets

FROM_FILE = "from_file"
HOUSE = "house"
FILE_BYTES_MAX = 1_000_000
NODES_MAX = 100_000
"""Far above any playbook; stops a file whose aliases multiply without end."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A playbook as written: plain values, and where each of them stands."""

    data: object
    marks: Mapping[Path, Mark]
    texts: Mapping[str, str]

    def mark(self, path: Path) -> Mark:
        """Return the line of a path, or of the nearest thing around it."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks[path]


@dataclass(slots=True)
class _Loader:
    folder: FilePath
    marks: dict[Path, Mark] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    nodes: int = 0

    def file(self, name: str, path: Path, asked_at: Mark | None = None) -> object:
        file = self.folder / name
        shown = name if asked_at else str(file)
        mark = asked_at or Mark(shown, 1)
        if len(FilePath(name).parts) != 1 or not file.is_file() or name in self.texts:
            raise _error(
                mark,
                "这里要写同一文件夹内的另一个文件名；没有找到“{name}”。",
                "Name another file of the same folder here; '{name}' is not there.",
                name=name,
            )
        if file.stat().st_size > FILE_BYTES_MAX:
            raise _error(mark, "文件“{name}”超过1MB。", "'{name}' is over 1 MB.", name=name)
        try:
            self.texts[name] = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise _error(
                Mark(name, 1),
                "“{name}”不是 UTF-8 文本，请另存为 UTF-8。",
                "'{name}' is not UTF-8 text. Save it as UTF-8.",
                name=name,
            ) from None
        self.marks[path] = Mark(name, 1)
        return self.plain(_parsed(name, self.texts[name]), path, name)

    def plain(self, node: object, path: Path, file: str) -> object:
        self.nodes += 1
        if self.nodes > NODES_MAX:
            raise _error(self.marks[path], "内容过多或别名循环。", "Too much, or an alias loop.")
        if isinstance(node, CommentedMap):
            if set(node) == {FROM_FILE}:
                at = Mark(file, node.lc.key(FROM_FILE)[0] + 1)
                return self.file(str(node[FROM_FILE]), path, at)
            return {key: self.plain(*item, file) for key, item in self._entries(node, path, file)}
        if isinstance(node, CommentedSeq):
            found: list[object] = []
            for n, item in enumerate(node):
                mark = Mark(file, node.lc.item(n)[0] + 1)
                if isinstance(item, CommentedMap) and set(item) == {HOUSE}:
                    kept = _house(str(item[HOUSE]), path, mark)
                    self.marks |= {(*path, len(found) + k): mark for k in range(len(kept))}
                    found += kept
                else:
                    here = (*path, len(found))
                    self.marks[here] = mark
                    found.append(self.plain(item, here, file))
            return found
        return _scalar(node, self.marks[path])

    def _entries(
        self, node: CommentedMap, path: Path, file: str
    ) -> Iterator[tuple[str, tuple[object, Path]]]:
        for key, value in node.items():
            here = (*path, str(key))
            self.marks[here] = Mark(file, node.lc.key(key)[0] + 1)
            yield str(key), (value, here)


def read_tree(file: FilePath) -> Tree:
    """Read one YAML file and the files it includes; PlaybookError where it can't be read."""
    loader = _Loader(file.parent)
    if not file.is_file():
        raise _error(
            Mark(str(file), 1),
            "没有找到“{name}”。一个工作法是一个文件夹，其中有 playbook.yaml。",
            "'{name}' is not there. A playbook is a folder with a playbook.yaml.",
            name=str(file),
        )
    data = loader.file(file.name, ())
    return Tree(data, loader.marks, loader.texts)


def _house(name: str, path: Path, mark: Mark) -> list[object]:
    """Return the items the house keeps for the list at a path, as a playbook would write them."""
    known = {each.name: each for each in house_sets().values() if path == (each.section,)}
    if name not in known:
        raise _error(
            mark,
            "没有“{name}”这套通用条目。这里可以写：{known}。",
            "The house keeps no '{name}' here. Known: {known}.",
            name=name,
            known="、".join(sorted(known)) or "—",
        )
    return [deepcopy(dict(each)) for each in known[name].items]


def _parsed(name: str, text: str) -> object:
    yaml = YAML(typ="rt")
    try:
        return yaml.load(text)
    except DuplicateKeyError as error:
        raise _error(
            Mark(name, _line(error)),
            "同一个名称写了两次：{problem}",
            "The same name is written twice: {problem}",
            problem=str(error.problem).split("\n", 1)[0],
        ) from None
    except YAMLError as error:
        raise _error(
            Mark(name, _line(error)),
            "这里不是正确的 YAML（{problem}）。请检查缩进、冒号和引号。",
            "This is not valid YAML ({problem}). Look at indentation, colons and quotes.",
            problem=str(getattr(error, "problem", "") or type(error).__name__),
        ) from None


def _line(error: YAMLError) -> int:
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        return int(error.problem_mark.line) + 1
    return 1


def _scalar(node: object, mark: Mark) -> object:
    """Return a scalar as plain text, number, boolean or None."""
    if node is None or isinstance(node, bool):
        return node
    if isinstance(node, date):  # a moment is a date too; both read as ISO text
        return node.isoformat()
    for kind in (str, int, float):
        if isinstance(node, kind):
            return kind(node)
    raise _error(mark, "这里不能使用 YAML 标签。", "YAML tags are not used here.")


def _error(mark: Mark, zh: str, en: str, **values: str) -> PlaybookError:
    return PlaybookError([Problem(mark, "yaml", Sentence(zh, en, dict(values)))])
