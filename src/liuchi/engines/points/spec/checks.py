"""Cross-checks of a points section: what its shape alone can't say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from liuchi.engines.points.spec import benefits
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import Context, Finding, Path


def _section(context: Context) -> Mapping[str, object]:
    section = context.raw.get("points")
    return section if isinstance(section, Mapping) else {}


def _rows(context: Context, *names: str) -> Iterator[tuple[Path, Mapping[str, object]]]:
    held: object = _section(context)
    for name in names:
        held = held.get(name) if isinstance(held, Mapping) else None
    for place, row in enumerate(held if isinstance(held, list | tuple) else ()):
        if isinstance(row, Mapping):
            yield ("points", *names, place), row


def _repeated_codes(context: Context) -> Iterable[Finding]:
    for names in (
        ("rules",),
        ("grades",),
        ("grades", "local"),
        ("grades", "official"),
        ("providers",),
        ("benefits",),
        ("shop", "goods"),
    ):
        seen: set[str] = set()
        for path, row in _rows(context, *names):
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


def _cap_below_award(context: Context) -> Iterable[Finding]:
    for path, row in _rows(context, "rules"):
        cap, award = row.get("cap"), row.get("award")
        points = cap.get("points") if isinstance(cap, Mapping) else None
        if isinstance(points, int) and isinstance(award, int) and points < award:
            yield Finding(
                (*path, "cap", "points"),
                Sentence(
                    "上限{cap}分低于一次的{award}分，这一项永远记不上。请调高上限或调低分值。",
                    "A cap of {cap} is below one award of {award}: nobody could ever earn it. "
                    "Raise the cap or lower the award.",
                    {"cap": points, "award": award},
                ),
            )


CHECKS = (_repeated_codes, _cap_below_award, *benefits.CHECKS)
