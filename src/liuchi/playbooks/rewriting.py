"""Writes an edited table back into the YAML it came from, and nothing else of the file.

A list that stands in a file of its own is written anew, an item a line, its first comment
kept. The few values of a table with one row are replaced where they stand.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.load import FILE_NAME, Playbook
from liuchi.playbooks.problems import Mark, PlaybookError, Problem
from liuchi.playbooks.registry import SheetTable
from liuchi.playbooks.source import FROM_FILE

_WIDTH = 100


def rewritten(playbook: Playbook, tables: Mapping[SheetTable, Any]) -> dict[str, str]:
    """Return the files that change, name to text, for tables with their new values."""
    yaml = YAML(typ="rt")
    yaml.width = _WIDTH
    yaml.preserve_quotes = True
    whole = yaml.load(playbook.tree.texts[FILE_NAME])
    files: dict[str, str] = {}
    changed_whole = False
    for table, values in tables.items():
        place = _place(whole, table)
        if isinstance(place, CommentedMap) and set(place) == {FROM_FILE}:
            name = str(place[FROM_FILE])
            files[name] = _head(playbook.tree.texts[name]) + _dumped(yaml, _flow(values))
        else:
            _replace(whole, table, values)
            changed_whole = True
    if changed_whole:
        files[FILE_NAME] = _dumped(yaml, whole)
    return files


def _place(whole: Any, table: SheetTable) -> Any:
    held = whole
    for name in table.path:
        if not isinstance(held, Mapping) or name not in held:
            raise PlaybookError([Problem(Mark(FILE_NAME, 1), "workbook", _nowhere(table))])
        held = held[name]
    return held


def _replace(whole: Any, table: SheetTable, values: Any) -> None:
    above = _place(whole, SheetTable(table.title, table.path[:-1], table.columns))
    if table.single:
        for name, value in values.items():
            if above[table.path[-1]].get(name) != value:
                above[table.path[-1]][name] = value
    else:
        above[table.path[-1]] = _flow(values)


def _flow(values: list[dict[str, Any]]) -> CommentedSeq:
    rows = CommentedSeq()
    for value in values:
        row = CommentedMap((name, held) for name, held in value.items() if held not in (None, ""))
        row.fa.set_flow_style()
        rows.append(row)
    return rows


def _head(text: str) -> str:
    """Return the comment a file begins with."""
    lines = []
    for line in text.splitlines(keepends=True):
        if not line.startswith("#") and line.strip():
            break
        lines.append(line)
        if not line.strip():
            break
    return "".join(lines)


def _dumped(yaml: YAML, value: Any) -> str:
    out = io.StringIO()
    yaml.dump(value, out)
    return out.getvalue()


def _nowhere(table: SheetTable) -> Sentence:
    return Sentence(
        "playbook.yaml 里没有“{title}”这一部分，不能写回。",
        "playbook.yaml has no part for {title} to be written to.",
        {"title": table.title.zh},
    )
