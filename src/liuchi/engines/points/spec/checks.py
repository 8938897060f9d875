"""Cross-checks of a points section: what its shape alone can't say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from liuchi.engines.points.spec import benefits
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import Context, Finding, repeated_codes


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
        yield from repeated_codes(context, "points", *names)


def _cap_below_award(context: Context) -> Iterable[Finding]:
    for path, row in context.rows("points", "rules"):
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
