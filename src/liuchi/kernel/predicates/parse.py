"""From the mapping in a playbook to the frozen tree, with every error at its place."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from liuchi.kernel.durations import Period
from liuchi.kernel.predicates.fields import TIMES, Field, Scalar, Schema, read
from liuchi.kernel.predicates.tree import (
    All,
    Any,
    Compare,
    Member,
    Missing,
    Not,
    Op,
    Predicate,
    Within,
)
from liuchi.kernel.sentences import Sentence

_T = TypeVar("_T")
Path = tuple[str | int, ...]

COMBINERS = ("all", "any", "not")
OPERATORS = (*Op, "in", "not_in", "within", "missing")
DEPTH_MAX = 12
VALUES_MAX = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a condition."""

    path: Path
    sentence: Sentence


class PredicateError(ValueError):
    """A condition that cannot be read; ``problems`` names every place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep all problems, not just the first."""
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.path}: {p.sentence}" for p in self.problems))


def parse(raw: object, schema: Schema) -> Predicate:
    """Return the tree of a condition written as a mapping.

    Raises :class:`PredicateError` with the path and a suggestion for every
    unknown field or operator and every value of the wrong type.
    """
    reader = _Reader(schema)
    tree = reader.condition(raw, ())
    if reader.problems:
        raise PredicateError(reader.problems)
    return tree


class _Reader:
    """Walks the raw mapping once and collects what is wrong on the way."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.problems: list[Problem] = []

    def wrong(self, path: Path, zh: str, en: str, **values: str | int) -> None:
        self.problems.append(Problem(path, Sentence(zh, en, dict(values))))

    def condition(self, raw: object, path: Path) -> Predicate:
        if len(path) > 2 * DEPTH_MAX:
            self.wrong(path, "条件嵌套过深。", "The condition is nested too deeply.")
            return All(())
        if not isinstance(raw, Mapping) or not raw:
            self.wrong(
                path,
                "条件要写成“字段: {{运算: 值}}”，例如 kind: {{is: testing}}。",
                "Write a condition as 'field: {{operator: value}}', e.g. kind: {{is: testing}}.",
            )
            return All(())
        parts = [self._entry(str(key), value, (*path, str(key))) for key, value in raw.items()]
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _entry(self, key: str, value: object, path: Path) -> Predicate:
        if key == "not":
            return Not(self.condition(value, path))
        if key in COMBINERS:
            parts = self._parts(value, path)
            return All(parts) if key == "all" else Any(parts)
        field = self.schema.get(key)
        if field is None:
            self._unknown(path, key, [*self.schema, *COMBINERS], "字段", "field")
            return All(())
        return self._field(key, field, value, path)

    def _parts(self, value: object, path: Path) -> tuple[Predicate, ...]:
        if not isinstance(value, list | tuple) or not value:
            self.wrong(path, "这里要写一个条件列表。", "Write a list of conditions here.")
            return ()
        return tuple(self.condition(part, (*path, n)) for n, part in enumerate(value))

    def _field(self, name: str, field: Field, raw: object, path: Path) -> Predicate:
        if not isinstance(raw, Mapping) or not raw:
            self.wrong(
                path,
                "“{name}”后面要写运算，例如 {name}: {{is: 值}}。可用的运算：{ops}。",
                "Write an operator after '{name}', e.g. {name}: {{is: value}}. Operators: {ops}.",
                name=name,
                ops="、".join(OPERATORS),
            )
            return All(())
        parts: list[Predicate] = []
        for op, operand in raw.items():
            if op not in OPERATORS:
                self._unknown((*path, str(op)), str(op), OPERATORS, "运算", "operator")
                continue
            made = self._operator(name, field, str(op), operand, (*path, str(op)))
            if made is not None:
                parts.append(made)
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _operator(
        self, name: str, field: Field, op: str, operand: object, path: Path
    ) -> Predicate | None:
        if op == "missing":
            return self._missing(name, operand, path)
        if op == "within":
            return self._within(name, field, operand, path)
        if op in ("in", "not_in"):
            return self._member(name, field, op, operand, path)
        return self._compare(name, field, Op(op), operand, path)

    def _missing(self, name: str, operand: object, path: Path) -> Predicate | None:
        if isinstance(operand, bool):
            return Missing(name, operand)
        self.wrong(path, "missing 后面写 true 或 false。", "Write true or false after missing.")
        return None

    def _within(self, name: str, field: Field, operand: object, path: Path) -> Predicate | None:
        if not self._fits(field.type in TIMES, "within", name, field, path):
            return None
        period = _try(lambda: Period.parse(str(operand)))
        if period is not None:
            return Within(name, period)
        self.wrong(
            path,
            "within 后面写一段时间，例如 12 months、30 days 或 12个月。",
            "Write a period after within, such as 12 months or 30 days.",
        )
        return None

    def _member(
        self, name: str, field: Field, op: str, operand: object, path: Path
    ) -> Predicate | None:
        if not isinstance(operand, list | tuple) or not 0 < len(operand) <= VALUES_MAX:
            self.wrong(
                path,
                "{op} 后面写一个列表，1 至 {most} 项，例如 [a, b]。",
                "Write a list of 1 to {most} values after {op}, such as [a, b].",
                op=op,
                most=VALUES_MAX,
            )
            return None
        values = [self._value(field, item, (*path, n)) for n, item in enumerate(operand)]
        if any(value is None for value in values):
            return None
        return Member(name, tuple(v for v in values if v is not None), op == "in")

    def _compare(
        self, name: str, field: Field, op: Op, operand: object, path: Path
    ) -> Predicate | None:
        fits = {
            Op.IS: True,
            Op.AT_LEAST: field.comparable,
            Op.AT_MOST: field.comparable,
            Op.BEFORE: field.type in TIMES,
            Op.AFTER: field.type in TIMES,
        }[op]
        if not self._fits(fits, op.value, name, field, path):
            return None
        value = self._value(field, operand, path)
        return None if value is None else Compare(name, op, value)

    def _fits(self, fits: bool, op: str, name: str, field: Field, path: Path) -> bool:  # noqa: FBT001
        if not fits:
            self.wrong(
                path,
                "“{name}”是 {type} 类型，不能用 {op}。",
                "'{name}' holds {type}; {op} does not apply to it.",
                name=name,
                type=field.type.value,
                op=op,
            )
        return fits

    def _value(self, field: Field, raw: object, path: Path) -> Scalar | None:
        value = _try(lambda: read(raw, field.type))
        if value is None:
            self.wrong(
                path,
                "“{raw}”不是 {type} 类型的值。",
                "'{raw}' is not a value of type {type}.",
                raw=str(raw),
                type=field.type.value,
            )
        elif field.choices and value not in field.choices:
            self._unknown(path, str(value), field.choices, "取值", "value")
        return value

    def _unknown(self, path: Path, given: str, known: Iterable[str], zh: str, en: str) -> None:
        names = [str(name) for name in known]
        close = difflib.get_close_matches(given, names, n=1)
        self.wrong(
            path,
            f"没有名为“{{given}}”的{zh}。" + ("是不是“{close}”？" if close else "可用：{names}。"),
            f"There is no {en} '{{given}}'. "
            + ("Did you mean '{close}'?" if close else "Known: {names}."),
            given=given,
            close=close[0] if close else "",
            names="、".join(names),
        )


def _try(make: Callable[[], _T]) -> _T | None:
    try:
        return make()
    except ValueError:
        return None
