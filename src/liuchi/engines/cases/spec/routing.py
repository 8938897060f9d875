"""Which unit a case goes to: rules read from the top, the first that holds decides.

A condition is written in the one grammar of ``kernel.predicates`` over what is known when a
case is filed: its type, its place and the time. No rule may ask who reported it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.spec.base import Code, Note, Shape
from liuchi.kernel import predicates
from liuchi.kernel.predicates import FieldType, Names, PredicateError, Schema
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import Context, Finding, Path

Unit = Annotated[str, Field(min_length=1, max_length=80)]


class RouteSpec(Shape):
    """One rule: under what condition, to which unit by name. No condition holds always."""

    code: Code
    unit: Unit
    when: dict[str, object] = Field(default_factory=dict)
    note: Note = ""


def routing_schema(types: Iterable[str] = (), main_types: Iterable[str] = ()) -> Schema:
    """Return the fields a rule may speak of. ``weekday`` is 1 for Monday, ``hour`` 0 to 23."""

    def text(zh: str, en: str, choices: Iterable[str] = ()) -> predicates.Field:
        return predicates.Field(FieldType.TEXT, Sentence(zh, en), choices=tuple(choices))

    def number(zh: str, en: str) -> predicates.Field:
        return predicates.Field(FieldType.INTEGER, Sentence(zh, en))

    return {
        "type": text("类别", "type", types),
        "main_type": text("大类", "main type", main_types),
        "condition": text("立案条件", "condition"),
        "channel": text("来源", "source", [str(each) for each in Channel]),
        "tier": text("层级", "tier"),
        "urgent": predicates.Field(FieldType.BOOLEAN, Sentence("紧急", "urgent")),
        "grid": text("网格", "grid"),
        "village": text("社区（村）", "community"),
        "town": text("镇街", "town"),
        "month": number("月份", "month"),
        "weekday": number("星期", "day of the week"),
        "hour": number("时", "hour"),
        "work_time": predicates.Field(FieldType.BOOLEAN, Sentence("工作时间", "in working hours")),
    }


def route_sentence(route: RouteSpec, language: str) -> Sentence:
    """Return a rule as one sentence of the explanation people approve."""
    schema = routing_schema()
    when = Sentence("其余", "otherwise").in_language(language)
    if route.when:
        tree = predicates.parse(route.when, schema)
        when = predicates.describe(tree, Names.of(schema), language)
    return Sentence(
        "派遣：{when}的，派给{unit}。",
        "Dispatch: {when}: to {unit}.",
        {"when": when, "unit": route.unit},
    )


def routes_readable(context: Context) -> Iterable[Finding]:
    """Find rules that speak of what is not there, and rules that are never reached."""
    section = context.raw.get("cases")
    if not isinstance(section, Mapping):
        return
    types = [row for row in _rows(section, "types") if "code" in row]
    schema = routing_schema(
        [str(row["code"]) for row in types],
        [str(row["code"]) for row in types if row.get("parent") is None],
    )
    always: int | None = None
    for place, row in enumerate(_rows(section, "routing")):
        path: Path = ("cases", "routing", place)
        if always is not None:
            yield Finding(
                path,
                Sentence(
                    "第{n}条规则没有条件，后面的规则用不到。请把它放到最后。",
                    "Rule {n} has no condition: those after it are never reached. Put it last.",
                    {"n": always + 1},
                ),
            )
        if not row.get("when"):
            always = place if always is None else always
            continue
        try:
            predicates.parse(row["when"], schema)
        except PredicateError as error:
            for problem in error.problems:
                yield Finding((*path, "when", *problem.path), problem.sentence)


def _rows(section: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    held = section.get(name)
    return (
        [row for row in held if isinstance(row, Mapping)] if isinstance(held, list | tuple) else []
    )
