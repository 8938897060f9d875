"""Limits are numbers: a function fits on a screen, a file in a head."""

import ast
from pathlib import Path

from architecture import source

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500
TEST_FILE_LINES_MAX = 800


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = [
        f"{source.place(path, node)} {node.name} {node.end_lineno - node.lineno + 1}"
        for path in source.modules()
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert too_long == []


def test_no_source_file_is_too_long() -> None:
    suffixes = ("*.py", "*.sql", "*.html", "*.js")
    paths = [
        path
        for suffix in suffixes
        for path in source.SOURCE.rglob(suffix)
        if "migrations" not in path.parts
    ]
    assert [source.place(p) for p in sorted(paths) if lines(p) > FILE_LINES_MAX] == []


def test_no_test_file_is_too_long() -> None:
    paths = sorted((source.ROOT / "tests").rglob("*.py"))
    assert [source.place(path) for path in paths if lines(path) > TEST_FILE_LINES_MAX] == []
