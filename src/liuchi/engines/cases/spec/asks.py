"""What a cases section asks whom to write: a report, and each step of the loop."""

from __future__ import annotations

from collections.abc import Iterator

from liuchi.engines.cases.enums import CaseState
from liuchi.engines.cases.spec.shapes import CasesSpec
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.asks import Ask, AskedField

_STEPS = (
    (CaseState.FILED, "cases.case.verify", Sentence("核实立案", "verify and file")),
    (CaseState.DISPATCHED, "cases.case.dispatch", Sentence("派遣", "dispatch")),
    (CaseState.FEEDBACK, "cases.case.handle", Sentence("办理反馈", "handle and answer")),
)


def asks(section: object) -> tuple[Ask, ...]:
    """Say what is asked as matters come in; how many come in nobody declares."""
    spec = CasesSpec.model_validate(section)
    report = Ask(
        "cases.report",
        Sentence("上报事项", "report a matter"),
        "cases.report.make",
        tuple(
            AskedField(question.code, question.title, of=each.title)
            for each in spec.types
            for question in each.questions
        ),
    )
    return (report, *_steps(spec), _closing(spec))


def _steps(spec: CasesSpec) -> Iterator[Ask]:
    for state, verb, title in _STEPS:
        if state not in spec.skipped:
            yield Ask(f"cases.{state}", title, verb)


def _closing(spec: CasesSpec) -> Ask:
    """Whoever checks closes; where nobody checks, closing still asks for its numbers."""
    numbers = {
        (number.code, number.title, each.title): AskedField(
            number.code, number.title, of=each.title
        )
        for each in spec.types
        for number in each.at_closing
    }
    return Ask(
        "cases.closed",
        Sentence("核查结案", "check and close"),
        "cases.case.check",
        tuple(numbers.values()),
    )
