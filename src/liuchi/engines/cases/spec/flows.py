"""What a flow that opens a case says, and whether its playbook has what it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pydantic import ValidationError

from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.spec.base import Code, Shape
from liuchi.engines.cases.spec.shapes import CasesSpec
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import Context, Finding, Path

REPORT_TARGET = "cases.report"
"""What a flow starts that opens a case where a fact happened."""
REPORT_CHANNEL = Channel.SUPERIOR
"""How such a case comes in: whoever supervises found it."""


class ReportArguments(Shape):
    """What a flow with ``then: cases.report`` says: the type, and under which condition."""

    type: Code
    condition: Code | None = None


def flows_usable(context: Context) -> Iterable[Finding]:
    """Find flows that open a case of a type or condition the playbook does not have."""
    held = context.raw.get("cases")
    try:
        spec = CasesSpec.model_validate(held)
    except ValidationError:  # said by the shape
        return
    for path, flow in _opening(context):
        try:
            said = ReportArguments.model_validate(flow.get("with") or {})
        except ValidationError:
            yield Finding(
                (*path, "with"),
                Sentence(
                    "请在 with 里写 type（和 condition），别的不要写。",
                    "Write type, and condition where needed, under with; nothing else.",
                ),
            )
            continue
        yield from _known(spec, said, (*path, "with"))


def _known(spec: CasesSpec, said: ReportArguments, path: Path) -> Iterator[Finding]:
    if not spec.is_open(said.type, REPORT_CHANNEL):
        yield Finding(
            (*path, "type"),
            Sentence(
                "没有可以由上级交办（superior）的类别「{code}」。",
                "There is no type “{code}” that may come from above (superior).",
                {"code": said.type},
            ),
        )
        return
    known = {each.code for each in spec.conditions_of(said.type)}
    if (said.condition is None and known) or (said.condition and said.condition not in known):
        yield Finding(
            (*path, "condition"),
            Sentence(
                "请写这个类别的立案条件：{known}。",
                "Name a condition of this type: {known}.",
                {"known": "、".join(sorted(known)) or "—"},
            ),
        )


def _opening(context: Context) -> Iterator[tuple[Path, Mapping[str, object]]]:
    flows = context.raw.get("flows")
    for n, flow in enumerate(flows if isinstance(flows, list | tuple) else ()):
        if isinstance(flow, Mapping) and flow.get("then") == REPORT_TARGET:
            yield ("flows", n), flow
