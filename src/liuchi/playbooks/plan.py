"""What would change: the version in force in an installation against the folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from liuchi.kernel.decisions import ALLOWED, Decision, refuse
from liuchi.playbooks.load import SPEC_VERSIONS

Entries = dict[str, object]


class Sign(StrEnum):
    """What happens to an item."""

    ADD = "+"
    CHANGE = "~"
    REMOVE = "-"


@dataclass(frozen=True, slots=True)
class Change:
    """One item or value that is added, changed or removed.

    ``path`` names list items by their code: ``points.rules[testing].award``.
    """

    sign: Sign
    path: str
    before: object = None
    after: object = None

    def __str__(self) -> str:
        """Return a line as Terraform prints it."""
        if self.sign is Sign.ADD:
            return f"+ {self.path}: {_shown(self.after)}"
        if self.sign is Sign.REMOVE:
            return f"- {self.path}: {_shown(self.before)}"
        return f"~ {self.path}: {_shown(self.before)} → {_shown(self.after)}"


def changes(before: Mapping[str, object] | None, after: Mapping[str, object]) -> tuple[Change, ...]:
    """Return what differs between two compiled forms; ``before`` None: a first version.

    List items with a ``code`` are matched by it, so that a moved item shows as
    moved and not as everything after it changed.
    """
    old = {key: value for key, value in (before or {}).items() if key != SPEC_VERSIONS}
    new = {key: value for key, value in after.items() if key != SPEC_VERSIONS}
    return tuple(_between(old, new, ""))


def may_apply(
    planned: tuple[Change, ...], in_force_from: date, today: date, *, first: bool
) -> Decision:
    """Decide whether a version may be applied.

    Rules are published before they take effect: only the first version of a method,
    which takes over what was done on paper, may begin in the past.
    """
    if not planned:
        return refuse(
            "unchanged",
            "与现行版本相同，不需要再次施行。",
            "The same as the version in force: nothing to apply.",
        )
    if not first and in_force_from < today:
        return refuse(
            "begins_in_the_past",
            "新版本的施行日期 {since} 早于今天（{today}）。请把 in_force 的 from 改为今天或以后。",
            "The new version would hold from {since}, before today ({today}). "
            "Set in_force.from to today or later.",
            since=in_force_from.isoformat(),
            today=today.isoformat(),
        )
    return ALLOWED


def _between(old: object, new: object, path: str) -> Iterator[Change]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _entries(_keyed(old, path, "."), _keyed(new, path, "."))
    elif _coded(old) and _coded(new):
        before, after = _by_code(old), _by_code(new)
        yield from _entries(_keyed(before, path, "["), _keyed(after, path, "["))
        kept = [code for code in after if code in before]
        order = [list(before).index(code) for code in kept]
        if any(a > b for a, b in pairwise(order)):
            yield Change(Sign.CHANGE, f"{path} (order)", [*before], [*after])
    elif old != new:
        yield Change(Sign.CHANGE, path, old, new)


def _entries(old: Entries, new: Entries) -> Iterator[Change]:
    for path, value in new.items():
        if path not in old:
            yield from _added(path, value)
        else:
            yield from _between(old[path], value, path)
    for path, value in old.items():
        if path not in new:
            yield Change(Sign.REMOVE, path, before=value)


def _added(path: str, value: object) -> Iterator[Change]:
    """Yield one line per coded item of a new list, one line for anything else."""
    if _coded(value):
        for code, item in _by_code(value).items():
            yield Change(Sign.ADD, f"{path}[{code}]", after=item)
    elif isinstance(value, Mapping) and any(_coded(held) for held in value.values()):
        for key, held in value.items():
            yield from _added(f"{path}.{key}", held)
    else:
        yield Change(Sign.ADD, path, after=value)


def _coded(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, Mapping) and "code" in item for item in value)
    )


def _by_code(items: object) -> dict[str, object]:
    return {str(item["code"]): item for item in items} if isinstance(items, list) else {}


def _keyed(held: Mapping[str, object], path: str, joint: str) -> Entries:
    end = "]" if joint == "[" else ""
    return {f"{path}{joint}{key}{end}" if path else str(key): v for key, v in held.items()}


def _shown(value: object) -> str:
    """Return a value short enough for a line; an item by its title."""
    if isinstance(value, Mapping) and "title" in value:
        rest = (f"{k} {v}" for k, v in value.items() if isinstance(v, int) and v is not True)
        return "，".join((str(value["title"]), *rest))
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004
