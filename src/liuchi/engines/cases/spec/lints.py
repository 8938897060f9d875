"""What no cases section may leave open: whose a matter is, and by when.

Lints read the tree as written; what does not validate is for the shapes to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from liuchi.engines.cases.spec.routing import routing_schema
from liuchi.kernel import predicates
from liuchi.kernel.predicates import PredicateError
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import Context, Finding, Lint

GRID_STANDARD = "GB/T 30428 系列：立案条件、处置时限、责任单位"
_Row = Mapping[str, object]


def _answered_for(context: Context) -> Iterable[Finding]:
    """Find conditions that no unit answers for, and those nobody set a limit for."""
    section = context.raw.get("cases")
    if not isinstance(section, Mapping):
        return
    above = {str(row.get("code")): row.get("parent") for row in _rows(section, "types")}
    general = section.get("limits")
    for place, row in enumerate(_rows(section, "conditions")):
        code = str(row.get("code"))
        if not row.get("responsible") and not _routed(section, row, above):
            yield Finding(
                ("cases", "conditions", place),
                Sentence(
                    "立案条件「{code}」没有责任单位，派遣规则也管不到它。请写明由谁办。",
                    "No unit answers for the condition “{code}”, and no rule sends it anywhere.",
                    {"code": code},
                ),
            )
        if not any(_handled_by(limits) for limits in (row.get("limits"), general)):
            yield Finding(
                ("cases", "conditions", place),
                Sentence(
                    "立案条件「{code}」没有处置时限。请在这里或在 limits 里写明多久办完。",
                    "The condition “{code}” has no limit: say it here or under limits.",
                    {"code": code},
                ),
            )


def _handled_by(limits: object) -> bool:
    return isinstance(limits, Mapping) and bool(limits.get("handling") or limits.get("total"))


def _routed(section: _Row, row: _Row, above: Mapping[str, object]) -> bool:
    """Whether some rule takes the condition whatever the place and the hour."""
    type_code = main = str(row.get("type"))
    for _ in above:
        main = str(above[main]) if above.get(main) is not None else main
    schema = routing_schema()
    known = {"type": type_code, "main_type": main, "condition": str(row.get("code"))}
    for rule in _rows(section, "routing"):
        when = rule.get("when")
        try:
            tree = predicates.parse(when, schema) if when else None
        except PredicateError:
            continue  # another check says so
        if tree is None or predicates.evaluate(tree, known, schema):
            return True
    return False


def _rows(section: _Row, name: str) -> list[_Row]:
    held = section.get(name)
    rows = held if isinstance(held, list | tuple) else ()
    return [row for row in rows if isinstance(row, Mapping)]


LINTS = (
    Lint(
        "cases.answered-for",
        Sentence("每个立案条件都有责任单位和时限", "Every condition has a unit and a limit"),
        GRID_STANDARD,
        _answered_for,
    ),
)
