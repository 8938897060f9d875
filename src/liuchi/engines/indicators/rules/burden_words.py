"""What a planned version asks of whom, in lines: by kind of post, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from liuchi.engines.indicators.rules.burden import (
    POSTS_MIN,
    WEEKS,
    AskedOf,
    Declared,
    Load,
    Planned,
)
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.asks import in_both
from liuchi.playbooks.repeats import Repeat

SHOWN_MAX = 6
"""Of more, the first and how many there are besides: the page and its Excel have them all."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line; ``depth`` says how far it stands in, from 0."""

    depth: int
    words: Sentence


def planned_lines(planned: Planned, titles: Mapping[str, Sentence]) -> Iterator[Line]:
    """Yield what a version changes for each kind of post; ``titles`` of the kinds by code."""
    before = {each.role: each for each in planned.before}
    after = {each.role: each for each in planned.after}
    loads = {each.role: each for each in planned.loads or ()}
    changed = [role for role in sorted({*before, *after}) if before.get(role) != after.get(role)]
    if changed:
        yield Line(
            0, Sentence("要谁填什么（按岗位）：", "What this asks of whom, by kind of post:")
        )
    else:
        yield Line(
            0, Sentence("各岗位要填的没有变化。", "What is asked of the posts does not change.")
        )
    for role in changed:
        held, coming = before.get(role), after.get(role)
        yield Line(1, _of_role(titles[role], held, coming))
        if planned.loads is not None:
            yield Line(2, _measured(loads.get(role)))
        yield from _changes(held, coming)
    if planned.repeats:
        yield Line(0, Sentence("问了两遍的：", "Asked twice:"))
    for repeat in planned.repeats:
        yield from _repeat(repeat)


def _of_role(title: Sentence, before: Declared | None, after: Declared | None) -> Sentence:
    held = after or before
    return Sentence(
        "{title}（{posts}岗）：字段 {f0} → {f1} 个；写明次数的，每岗每周 {w0} → {w1} 条",
        "{title_en} ({posts} posts): {f0} → {f1} fields; with a rhythm, {w0} → {w1} entries "
        "a post a week",
        {
            **in_both("title", title),
            "posts": held.posts if held else 0,
            "f0": before.fields if before else 0,
            "f1": after.fields if after else 0,
            "w0": number(before.a_week if before else 0),
            "w1": number(after.a_week if after else 0),
        },
    )


def _changes(before: Declared | None, after: Declared | None) -> Iterator[Line]:
    changed = tuple(_changed(_by_code(before), _by_code(after)))
    yield from (Line(2, words) for words in changed[:SHOWN_MAX])
    if len(changed) > SHOWN_MAX:
        yield _more(len(changed) - SHOWN_MAX)


def _changed(
    before: Mapping[tuple[str, str], AskedOf], after: Mapping[tuple[str, str], AskedOf]
) -> Iterator[Sentence]:
    for key in sorted({*before, *after}):
        if key not in before:
            yield asked_words(after[key], "+")
        elif key not in after:
            yield asked_words(before[key], "-")
        elif before[key] != after[key]:
            yield asked_words(after[key], "~")


def _more(number: int) -> Line:
    return Line(2, Sentence("……另有 {n} 处", "… {n} more", {"n": number}))


def _by_code(held: Declared | None) -> dict[tuple[str, str], AskedOf]:
    return {(each.method_code, each.code): each for each in (held.asks if held else ())}


def asked_words(asked: AskedOf, sign: str) -> Sentence:
    """Return one kind of entry in one line, with its fields and its rhythm."""
    values = {"sign": sign, "fields": asked.fields, **in_both("title", asked.title)}
    if asked.rhythm is None:
        return Sentence(
            "{sign} {title}：{fields} 个字段，有事才填",
            "{sign} {title_en}: {fields} fields, as things happen",
            values,
        )
    return Sentence(
        "{sign} {title}：{fields} 个字段，{per}",
        "{sign} {title_en}: {fields} fields, {per_en}",
        {**values, **in_both("per", asked.rhythm.words)},
    )


def _measured(load: Load | None) -> Sentence:
    if load is None or load.usual is None or load.heaviest is None:
        return Sentence(
            "近 {n} 周实际：不足 {min} 岗，不显示",
            "last {n} weeks: fewer than {min} posts, not shown",
            {"n": WEEKS, "min": POSTS_MIN},
        )
    return Sentence(
        "近 {n} 周实际：每岗每周约 {usual} 条，最多的一周 {most} 条（{day} 起）",
        "last {n} weeks: about {usual} entries a post a week, {most} in the heaviest (from {day})",
        {
            "n": WEEKS,
            "usual": number(load.usual),
            "most": number(load.heaviest.a_post or 0),
            "day": load.heaviest.first.isoformat(),
        },
    )


def _repeat(repeat: Repeat) -> Iterator[Line]:
    told = Sentence(
        "{title}：{beside}已有。{advice}",
        "{title}: {beside_en} has it. {advice_en}",
        {
            "title": repeat.title,
            **in_both("beside", repeat.beside),
            **in_both("advice", repeat.advice),
        },
    )
    yield Line(1, told)
    yield from (Line(2, each.words) for each in repeat.where[:SHOWN_MAX])
    if len(repeat.where) > SHOWN_MAX:
        yield _more(len(repeat.where) - SHOWN_MAX)


def number(value: float) -> str:
    """Return a number of entries as people say it: 0.4, 2.5, 14."""
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"  # noqa: PLR2004  two figures suffice
