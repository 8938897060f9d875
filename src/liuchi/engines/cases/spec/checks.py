"""Cross-checks of a cases section: what its shape alone can't say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.spec.flows import flows_usable
from liuchi.engines.cases.spec.routing import routes_readable
from liuchi.engines.cases.spec.types import open_channels
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import Context, Finding, repeated_codes

_Row = Mapping[str, object]


def _repeated_codes(context: Context) -> Iterable[Finding]:
    for name in ("types", "conditions", "tiers", "routing"):
        yield from repeated_codes(context, "cases", name)


def _tree(context: Context) -> Iterable[Finding]:
    parents = {str(row.get("code")): row.get("parent") for _, row in context.rows("cases", "types")}
    for path, row in context.rows("cases", "types"):
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
    codes = {str(row.get("code")) for _, row in context.rows("cases", "types")}
    above = {str(row.get("parent")) for _, row in context.rows("cases", "types")}
    for path, row in context.rows("cases", "conditions"):
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


def _open_to_somebody(context: Context) -> Iterable[Finding]:
    """Find the types no way leads to: each level may only leave out what those above allow."""
    section = context.raw.get("cases")
    whole = _channels(section if isinstance(section, Mapping) else {})
    rows = {str(row.get("code")): row for _, row in context.rows("cases", "types")}
    above = {str(row.get("parent")) for row in rows.values()}
    for path, row in context.rows("cases", "types"):
        held = [_channels(each) for each in _line(str(row.get("code")), rows)]
        if str(row.get("code")) not in above and not open_channels(whole, *held):
            yield Finding(
                (*path, "channels"),
                Sentence(
                    "类别「{code}」没有一种来源可以上报，请改“来源”。",
                    "Nobody may report the type “{code}”. Change its channels.",
                    {"code": str(row.get("code"))},
                ),
            )


def _questions_apart(context: Context) -> Iterable[Finding]:
    """Find a question asked twice of one type, and one whose answer the house has already."""
    rows = {str(row.get("code")): row for _, row in context.rows("cases", "types")}
    for path, row in context.rows("cases", "types"):
        line = list(_line(str(row.get("code")), rows))
        before = {str(each.get("code")) for held in line[1:] for each in _questions(held)}
        for place, each in enumerate(_questions(row)):
            code, title = str(each.get("code")), str(each.get("title", ""))
            if code in before:
                yield Finding(
                    (*path, "questions", place, "code"),
                    Sentence(
                        "这一类已有编码为「{code}」的问题，请换一个编码。",
                        "A question “{code}” is asked of this type already.",
                        {"code": code},
                    ),
                )
            elif any(word in title for word in _HELD_ALREADY):
                yield Finding(
                    (*path, "questions", place, "title"),
                    Sentence(
                        "「{title}」不用再问：上报时另有联系方式一格，其余名册里有。",
                        "“{title}” is not asked again: the form has a box for the contact, "
                        "and the roster has the rest.",
                        {"title": title},
                    ),
                )
            before.add(code)


_HELD_ALREADY = ("姓名", "电话", "手机", "身份证", "出生日期", "户号", "门牌")


def _questions(row: _Row) -> list[_Row]:
    held = row.get("questions")
    return [each for each in held if isinstance(each, Mapping)] if isinstance(held, list) else []


def _channels(row: _Row) -> frozenset[Channel]:
    held = row.get("channels")
    known = {str(each): each for each in Channel}
    named = held if isinstance(held, list | tuple) else ()
    return frozenset(known[str(each)] for each in named if str(each) in known)


def _line(code: str, rows: Mapping[str, _Row]) -> Iterator[_Row]:
    """Return a type and those it stands under; a circle is another check's."""
    seen = set[str]()
    while code in rows and code not in seen:
        seen.add(code)
        yield rows[code]
        code = str(rows[code].get("parent"))


CHECKS = (
    flows_usable,
    _repeated_codes,
    _tree,
    _conditions_of_leaves,
    _open_to_somebody,
    _questions_apart,
    routes_readable,
)
