"""Conditions in plain words, from the same tree the backends run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.predicates.fields import Scalar, Schema
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


@dataclass(frozen=True, slots=True)
class Names:
    """What people call the fields and their values; unnamed ones keep their code."""

    fields: Mapping[str, Sentence] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Sentence]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, schema: Schema, values: Mapping[str, Mapping[str, Sentence]] | None = None
    ) -> Names:
        """Take the titles a schema gives its fields."""
        titles = {name: f.title for name, f in schema.items() if f.title is not None}
        return cls(titles, values or {})


_TEMPLATES = {
    Op.IS: ("{field}是{value}", "{field} is {value}"),
    Op.AT_LEAST: ("{field}不低于{value}", "{field} is at least {value}"),
    Op.AT_MOST: ("{field}不高于{value}", "{field} is at most {value}"),
    Op.BEFORE: ("{field}早于{value}", "{field} is before {value}"),
    Op.AFTER: ("{field}晚于{value}", "{field} is after {value}"),
}


def describe(tree: Predicate, names: Names, language: str) -> str:
    """Return a condition as a phrase, without a full stop, in ``zh-hans`` or ``en``."""
    return _Writer(names, english=language.lower().startswith("en")).phrase(tree)


class _Writer:
    def __init__(self, names: Names, *, english: bool) -> None:
        self.names = names
        self.english = english

    def phrase(self, tree: Predicate) -> str:
        match tree:
            case All(()):
                return self._pick("任何情况", "in every case")
            case Any(()):
                return self._pick("任何情况都不", "in no case")
            case All(parts):
                return self._joined(parts, self._pick("，且", " and "))
            case Any(parts):
                return self._joined(parts, self._pick("，或", " or "))
            case Not(part):
                inner = self.phrase(part)
                return self._pick(f"不符合“{inner}”", f"not ({inner})")
        return self._leaf(tree)

    def _leaf(self, leaf: Compare | Member | Within | Missing) -> str:
        name = self._field(leaf.field)
        match leaf:
            case Compare(key, op, value):
                zh, en = _TEMPLATES[op]
                written = self._value(key, value)
                return self._pick(zh, en).format(field=name, value=written)
            case Member(key, values, inside):
                written = self._pick("、", ", ").join(self._value(key, v) for v in values)
                zh = f"{name}是{written}之一" if inside else f"{name}不是{written}中的任何一个"
                en = f"{name} is {'one' if inside else 'none'} of {written}"
                return self._pick(zh, en)
            case Within(_, period):
                zh = f"{name}在最近{period.sentence.in_language('zh')}内"
                return self._pick(zh, f"{name} is within the last {period}")
            case Missing(_, missing):
                zh = f"{name}{'没有' if missing else '已经'}填写"
                return self._pick(zh, f"{name} is {'missing' if missing else 'given'}")

    def _joined(self, parts: tuple[Predicate, ...], word: str) -> str:
        return word.join(self._grouped(part) for part in parts)

    def _grouped(self, part: Predicate) -> str:
        phrase = self.phrase(part)
        if isinstance(part, All | Any) and len(part.parts) > 1:
            return self._pick(f"（{phrase}）", f"({phrase})")
        return phrase

    def _field(self, name: str) -> str:
        title = self.names.fields.get(name)
        return name if title is None else title.in_language(self._pick("zh", "en"))

    def _value(self, name: str, value: Scalar) -> str:
        label = self.names.values.get(name, {}).get(str(value))
        if label is not None:
            return self._pick(f"“{label.in_language('zh')}”", f"“{label.in_language('en')}”")
        if isinstance(value, bool):
            return self._pick("是" if value else "否", "yes" if value else "no")
        if isinstance(value, datetime):
            return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        return f"“{value}”" if isinstance(value, str) else str(value)

    def _pick(self, zh: str, en: str) -> str:
        return en if self.english else zh
