"""Names that point somewhere: facts, flows, indicators, places, the playbook's own content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from liuchi.kernel.predicates import Field, FieldType, PredicateError, Schema, parse
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.registry import Context, DimensionType, FactKind, Finding, Path
from liuchi.playbooks.shapes import suggestion, unknown

_FIELD_TYPES = {
    DimensionType.UUID: FieldType.UUID,
    DimensionType.TEXT: FieldType.TEXT,
    DimensionType.INTEGER: FieldType.INTEGER,
    DimensionType.DECIMAL: FieldType.DECIMAL,
    DimensionType.DATE: FieldType.DATE,
    DimensionType.AREA: FieldType.UUID,
    DimensionType.PERSON: FieldType.UUID,
    DimensionType.HOUSEHOLD: FieldType.UUID,
}
_STEP = re.compile(r"([a-z_][a-z0-9_]*)(?:\[([^\]]+)\])?")


def schema_of(kind: FactKind) -> Schema:
    """Return the fields that a condition over a fact kind may speak of."""
    return {name: Field(_FIELD_TYPES[held]) for name, held in kind.dimensions.items()}


def fact_kind_findings(name: str, path: Path) -> Iterator[Finding]:
    """Yield what is wrong with a reference ``engine.fact``; nothing if it exists."""
    kinds = registry.fact_kinds()
    if name in kinds:
        return
    engines = sorted({kind.engine for kind in kinds.values()})
    engine = name.partition(".")[0]
    if engine in engines:
        known = [k for k in kinds if k.startswith(f"{engine}.")]
        yield Finding(path, unknown("事实", "fact", name, known))
        return
    close = suggestion(engine, engines)
    hint = ("是不是“{close}”？", " Did you mean '{close}'?") if close else ("", "")
    yield Finding(
        path,
        Sentence(
            "没有安装名为“{engine}”的引擎（写在“{name}”里）。" + hint[0] + "已安装：{engines}。",
            "No engine '{engine}' is installed (in '{name}')." + hint[1] + " Installed: {engines}.",
            {
                "engine": engine,
                "name": name,
                "engines": "、".join(engines) or "—",
                "close": close or "",
            },
        ),
    )


def condition_findings(raw: object, kind: FactKind, path: Path) -> Iterator[Finding]:
    """Yield what is wrong with a condition over a fact kind's dimensions."""
    try:
        parse(raw, schema_of(kind))
    except PredicateError as error:
        for problem in error.problems:
            yield Finding((*path, *problem.path), problem.sentence)


def flow_findings(context: Context) -> Iterator[Finding]:
    """Check each flow: the fact it waits for, its condition, and what it starts."""
    for n, flow in _items(context.raw, "flows"):
        path: Path = ("flows", n)
        when, then = str(flow.get("when", "")), str(flow.get("then", ""))
        if "when" in flow:
            yield from fact_kind_findings(when, (*path, "when"))
        kind = registry.fact_kind(when)
        if kind is not None and flow.get("where") is not None:
            yield from condition_findings(flow["where"], kind, (*path, "where"))
        targets = registry.flow_targets()
        if "then" in flow and then not in targets:
            yield Finding((*path, "then"), unknown("流程动作", "flow target", then, targets))


def published_findings(context: Context) -> Iterator[Finding]:
    """Check each published figure: its indicator, its place, the content it counts."""
    published = context.raw.get("published")
    if not isinstance(published, Mapping):
        return
    codes = [str(i["code"]) for _, i in _items(context.raw, "indicators") if "code" in i]
    places = context.raw.get("places")
    for figure, entry in published.items():
        if not isinstance(entry, Mapping):
            continue
        path: Path = ("published", str(figure))
        if "indicator" in entry and str(entry["indicator"]) not in codes:
            given = str(entry["indicator"])
            yield Finding((*path, "indicator"), unknown("指标", "indicator", given, codes))
        if (
            entry.get("area") is not None
            and isinstance(places, list)
            and entry["area"] not in places
        ):
            names = [str(place) for place in places]
            yield Finding((*path, "area"), unknown("地点", "place", str(entry["area"]), names))
        for key in ("count_of", "value_of", "across"):
            if key in entry:
                yield from _lookup_findings(context, str(entry[key]), key, (*path, key))
        parts = entry.get("parts")
        for n, name in enumerate(parts if isinstance(parts, list) else ()):
            yield from _lookup_findings(context, str(name), "parts", (*path, "parts", n))


def _lookup_findings(context: Context, name: str, key: str, path: Path) -> Iterator[Finding]:
    try:
        found = lookup(context.raw, name)
    except LookupError as error:
        said = error.args[0]
        yield Finding(path, said if isinstance(said, Sentence) else Sentence("{s}", "{s}"))
        return
    counts = isinstance(found, list | Mapping)
    if key == "count_of" and not counts:
        yield Finding(
            path, Sentence("这里要指向一个列表，才能计数。", "Point to a list to be counted.")
        )
    if key == "value_of" and (counts or isinstance(found, str | bool) or found is None):
        yield Finding(path, Sentence("这里要指向一个数字。", "Point to a number here."))


def lookup(tree: Mapping[str, object], name: str) -> object:
    """Return the content a dotted name points to, items of a list picked by code.

    ``points.rules`` is the list, ``points.shop.goods[gift-pack].value_fen`` a number.
    Raises LookupError with a Sentence saying which step leads nowhere.
    """
    node: object = tree
    for step in name.split("."):
        match = _STEP.fullmatch(step)
        if match is None:
            raise LookupError(
                Sentence(
                    "“{name}”要写成 points.rules 或 points.shop.goods[编码].value_fen 的样子。",
                    "Write '{name}' like points.rules or points.shop.goods[code].value_fen.",
                    {"name": name},
                )
            )
        node = _child(node, match[1], name)
        if match[2] is not None:
            node = _item(node, match[2], name)
    return node


def _child(node: object, key: str, name: str) -> object:
    if isinstance(node, Mapping) and key in node:
        return node[key]
    known = [str(k) for k in node] if isinstance(node, Mapping) else []
    raise LookupError(unknown(f"内容（{name}）", f"content ({name})", key, known))


def _item(node: object, code: str, name: str) -> object:
    items = node if isinstance(node, list) else []
    coded = {str(item.get("code")): item for item in items if isinstance(item, Mapping)}
    if code in coded:
        return coded[code]
    raise LookupError(unknown(f"编码（{name}）", f"code ({name})", code, coded))


def _items(raw: Mapping[str, object], key: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield the mappings of a list section; whatever else stands there is skipped."""
    held = raw.get(key)
    for n, item in enumerate(held if isinstance(held, list) else []):
        if isinstance(item, Mapping):
            yield n, item
