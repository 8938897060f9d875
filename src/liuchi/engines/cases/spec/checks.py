"""Cross-checks of a cases section: what its shape alone can't say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from liuchi.engines.cases.spec.routing import routes_readable
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import Context, Finding, Path

_Row = Mapping[str, object]


def _rows(context: Context, name: str) -> Iterator[tuple[Path, _Row]]:
    section = context.raw.get("cases")
    held = section.get(name) if isinstance(section, Mapping) else None
    for place, row in enumerate(held if isinstance(held, list | tuple) else ()):
        if isinstance(row, Mapping):
            yield ("cases", name, place), row


def _repeated_codes(context: Context) -> Iterable[Finding]:
    for name in ("types", "conditions", "tiers", "routing"):
        seen: set[str] = set()
        for path, row in _rows(context, name):
            code = str(row.get("code", path))
            if code in seen:
                yield Finding(
                    (*path, "code"),
                    Sentence(
                        "编码「{code}」用了两次。请给这一行换一个编码。",
                        "The code “{code}” is used twice. Give this row another.",
                        {"code": code},
                    ),
                )
            seen.add(code)


def _tree(context: Context) -> Iterable[Finding]:
    parents = {str(row.get("code")): row.get("parent") for _, row in _rows(context, "types")}
    for path, row in _rows(context, "types"):
        parent = row.get("parent")
        if parent is None:
            continue
        if str(parent) not in parents:
            yield Finding(
                (*path, "parent"),
                Sentence(
                    "没有编码为「{code}」的上级类别。",
                    "There is no type “{code}” for this to stand under.",
                    {"code": str(parent)},
                ),
            )
        elif _circles(str(row.get("code")), parents):
            yield Finding(
                (*path, "parent"),
                Sentence(
                    "类别「{code}」绕回了自己，请改上级类别。",
                    "The type “{code}” stands under itself. Change its parent.",
                    {"code": str(row.get("code"))},
                ),
            )


def _circles(code: str, parents: Mapping[str, object]) -> bool:
    seen, at = {code}, parents.get(code)
    while at is not None:
        if str(at) in seen:
            return True
        seen.add(str(at))
        at = parents.get(str(at))
    return False


def _conditions_of_leaves(context: Context) -> Iterable[Finding]:
    codes = {str(row.get("code")) for _, row in _rows(context, "types")}
    above = {str(row.get("parent")) for _, row in _rows(context, "types")}
    for path, row in _rows(context, "conditions"):
        code = str(row.get("type"))
        if code not in codes or code in above:
            yield Finding(
                (*path, "type"),
                Sentence(
                    "立案条件要写在最末一级类别下，「{code}」不是。",
                    "A condition belongs to a type with none below it; “{code}” is no such type.",
                    {"code": code},
                ),
            )


CHECKS = (_repeated_codes, _tree, _conditions_of_leaves, routes_readable)
