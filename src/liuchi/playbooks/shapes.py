"""From pydantic's errors to problems with a line, plain words and a suggestion."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.problems import Problem
from liuchi.playbooks.registry import Finding, Path
from liuchi.playbooks.source import Tree

_PLAIN = {
    "missing": ("缺少“{name}”，请补上。", "'{name}' is missing; add it."),
    "int": ("这里要写整数，不是“{given}”。", "Write a whole number here, not '{given}'."),
    "decimal": ("这里要写数字，不是“{given}”。", "Write a number here, not '{given}'."),
    "string": ("这里要写文字，不是“{given}”。", "Write text here, not '{given}'."),
    "bool": ("这里写 true 或 false，不是“{given}”。", "Write true or false, not '{given}'."),
    "list": ("这里要写列表（每项以 - 开头）。", "Write a list here (each item begins with -)."),
    "model": ("这里要写“名称: 值”的条目。", "Write entries 'name: value' here."),
    "date": (
        "这里要写日期，如 2022-04-01，不是“{given}”。",
        "Write a day such as 2022-04-01, not '{given}'.",
    ),
    "pattern": (
        "“{given}”的写法不对，要符合 {pattern}。",
        "'{given}' is not written as it must be: {pattern}.",
    ),
    "at_least": ("“{given}”太小，至少 {ge}。", "'{given}' is too small; at least {ge}."),
    "over": ("“{given}”太小，要大于 {gt}。", "'{given}' is too small; more than {gt}."),
    "at_most": ("“{given}”太大，至多 {le}。", "'{given}' is too large; at most {le}."),
    "below": ("“{given}”太大，要小于 {lt}。", "'{given}' is too large; less than {lt}."),
    "short": ("这里不能为空。", "This can't be empty."),
    "long": ("这里太长了。", "This is too long."),
    "choice": ("“{given}”不在可选之列。可用：{expected}。", "'{given}' is not one of {expected}."),
    "entry": (
        "写 indicator、count_of、value_of、parts、across、not_computed 之一。",
        "Write one of indicator, count_of, value_of, parts, across, not_computed.",
    ),
}
_KINDS = {
    "missing": "missing",
    "int_parsing": "int",
    "int_type": "int",
    "int_from_float": "int",
    "decimal_parsing": "decimal",
    "decimal_type": "decimal",
    "float_parsing": "decimal",
    "float_type": "decimal",
    "string_type": "string",
    "bool_parsing": "bool",
    "bool_type": "bool",
    "list_type": "list",
    "tuple_type": "list",
    "dict_type": "model",
    "mapping_type": "model",
    "model_type": "model",
    "model_attributes_type": "model",
    "date_from_datetime_parsing": "date",
    "date_parsing": "date",
    "date_type": "date",
    "string_pattern_mismatch": "pattern",
    "greater_than_equal": "at_least",
    "greater_than": "over",
    "less_than_equal": "at_most",
    "less_than": "below",
    "too_short": "short",
    "string_too_short": "short",
    "too_long": "long",
    "string_too_long": "long",
    "enum": "choice",
    "literal_error": "choice",
    "published_entry": "entry",
}

Schema = Mapping[str, Any]
GIVEN_CHARACTERS_MAX = 60


def problems_of(
    error: ValidationError, model: type[BaseModel], raw: object, at: Path, tree: Tree
) -> Iterator[Problem]:
    """Yield a problem per error of a model validated at path ``at`` of the tree."""
    schema = model.model_json_schema(by_alias=True, mode="validation")
    details = error.errors(include_url=False)
    for detail in details:
        if detail["type"] == "too_short" and _emptied(detail["loc"], details):
            continue
        inner, name = _place(detail["loc"], raw)
        path = (*at, *inner)
        code, sentence = _said(dict(detail), name, inner, schema)
        yield Problem(tree.mark(path), code, sentence, path)


def finding(found: Finding, tree: Tree, code: str, source: str = "") -> Problem:
    """Put a finding of a check or lint at its line."""
    return Problem(tree.mark(found.path), code, found.sentence, found.path, source)


def suggestion(given: str, known: Iterable[str]) -> str | None:
    """Return the known name closest to what was written, or None."""
    close = difflib.get_close_matches(given, list(known), n=1, cutoff=0.6)
    return close[0] if close else None


def unknown(zh: str, en: str, given: str, known: Iterable[str]) -> Sentence:
    """Say that a name is unknown, with the closest one or all there are.

    ``zh`` and ``en`` name what is looked for: 指标 / indicator.
    """
    names = sorted(known)
    close = suggestion(given, names)
    if close:
        return Sentence(
            f"没有名为“{{given}}”的{zh}。是不是“{{close}}”？",
            f"There is no {en} '{{given}}'. Did you mean '{{close}}'?",
            {"given": given, "close": close},
        )
    return Sentence(
        f"没有名为“{{given}}”的{zh}。可用：{{known}}。",
        f"There is no {en} '{{given}}'. Known: {{known}}.",
        {"given": given, "known": "、".join(names) or "—"},
    )


def _emptied(loc: tuple[str | int, ...], details: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a list is short only because its items are wrong, which is said of them."""
    return any(len(d["loc"]) > len(loc) and d["loc"][: len(loc)] == loc for d in details)


def _place(loc: tuple[str | int, ...], raw: object) -> tuple[Path, str]:
    """Return the part of a location that exists in the raw tree, and its last name.

    Pydantic also puts the tags of unions into a location; those are nowhere in
    the file and are left out.
    """
    path: list[str | int] = []
    for part in loc:
        below = _below(raw, part)
        if below is not None:
            raw = below[0]
            path.append(part)
    return tuple(path), str(loc[-1]) if loc else ""


def _below(raw: object, part: str | int) -> tuple[object] | None:
    """Return what stands under a key or number, in a tuple of its own, or None."""
    if isinstance(raw, Mapping) and part in raw:
        return (raw[part],)
    if isinstance(raw, list) and isinstance(part, int) and part < len(raw):
        return (raw[part],)
    return None


def _said(detail: dict[str, Any], name: str, path: Path, schema: Schema) -> tuple[str, Sentence]:
    kind = str(detail["type"])
    if kind == "extra_forbidden":
        known = properties_at(schema, path[:-1])
        return "unknown-key", unknown("条目", "key", name, known)
    context: dict[str, str | int] = {k: str(v) for k, v in detail.get("ctx", {}).items()}
    if kind == "value_error":
        return "wrong-value", _own_words(detail)
    values: dict[str, str | int] = {
        "name": name,
        "given": _shown(detail.get("input", "")),
        **context,
    }
    if kind in _KINDS:
        zh, en = _PLAIN[_KINDS[kind]]
        return "missing-key" if kind == "missing" else "wrong-value", Sentence(zh, en, values)
    return "wrong-value", Sentence("{message}", "{message}", {"message": str(detail["msg"])})


def _shown(value: object) -> str:
    """Return what was written, short: a whole table is not repeated in a sentence."""
    if isinstance(value, Mapping | list):
        return "{…}" if isinstance(value, Mapping) else "[…]"
    text = "" if value is None else str(value)
    return text if len(text) <= GIVEN_CHARACTERS_MAX else f"{text[:GIVEN_CHARACTERS_MAX]}…"


def _own_words(detail: dict[str, Any]) -> Sentence:
    """Return what a validator said: a Sentence, or one text for both languages."""
    error = detail["ctx"]["error"]
    said = error.args[0] if error.args else str(error)
    return said if isinstance(said, Sentence) else Sentence("{s}", "{s}", {"s": str(said)})


def properties_at(schema: Schema, path: Path) -> set[str]:
    """Return the keys a JSON Schema knows at a path, over all its alternatives."""
    found: set[str] = set()
    for node in _nodes_at(schema, schema, path):
        found |= set(node.get("properties", {}))
    return found


def _nodes_at(root: Schema, node: Schema, path: Path) -> Iterator[Schema]:
    if "$ref" in node:
        yield from _nodes_at(root, root["$defs"][node["$ref"].rsplit("/", 1)[1]], path)
        return
    for word in ("anyOf", "oneOf", "allOf"):
        for option in node.get(word, ()):
            yield from _nodes_at(root, option, path)
    if not path:
        yield node
        return
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        below = node.get("items")
    else:
        below = node.get("properties", {}).get(head, node.get("additionalProperties"))
        below = below or next(iter(node.get("patternProperties", {}).values()), None)
    if isinstance(below, Mapping):
        yield from _nodes_at(root, below, rest)
