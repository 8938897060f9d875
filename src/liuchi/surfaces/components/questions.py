"""What is asked about a type: the same boxes on every page that takes a matter in.

The page holds the questions of all types it offers, so that it works without a network; the
script shows those of the type that is chosen. Without a script the server shows them with the
first answer it has to ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from liuchi.engines.cases import rules
from liuchi.engines.cases.enums import AnswerKind
from liuchi.engines.cases.spec import CasesSpec, QuestionSpec, TypeSpec
from liuchi.kernel.errors import FieldError
from liuchi.surfaces.components.forms import say

FIELD = "answers."


@dataclass(frozen=True, slots=True)
class Asked:
    """One question on a page: the name of its box, what stands in it and what is wrong."""

    name: str
    question: QuestionSpec
    value: str
    ticked: tuple[str, ...]
    error: str

    @property
    def kind(self) -> str:
        """Which box it is."""
        return self.question.answer.value


@dataclass(frozen=True, slots=True)
class Block:
    """The questions of one type; ``of`` names the types that are chosen when it is shown."""

    of: str
    is_shown: bool
    asked: tuple[Asked, ...]


def blocks(
    spec: CasesSpec,
    offered: Iterable[str],
    data: Mapping[str, object],
    chosen: str,
    *,
    prefix: str = "",
    wrong: Mapping[str, str] | None = None,
) -> tuple[Block, ...]:
    """Return the questions of the types a page offers, those of the chosen one shown.

    ``offered`` are codes of types; ``prefix`` tells several matters of one page apart.
    """
    leaves: dict[str, list[str]] = {}
    for code in offered:
        for owner in spec.path(code):
            leaves.setdefault(owner.code, []).append(code)
    return tuple(
        Block(
            " ".join(leaves[owner.code]),
            chosen in leaves[owner.code],
            tuple(_asked(owner, each, data, prefix, wrong or {}) for each in owner.questions),
        )
        for owner in spec.types
        if owner.questions and owner.code in leaves
    )


def given(spec: CasesSpec, code: str, data: QueryDict, prefix: str = "") -> dict[str, object]:
    """Return what was answered to the questions of a type, as it was sent."""
    found: dict[str, object] = {}
    for owner in spec.path(code):
        for each in owner.questions:
            name = _name(owner, each, prefix)
            several = each.answer is AnswerKind.SEVERAL
            found[each.code] = data.getlist(name) if several else data.get(name, "")
    return found


def wrong_in(
    spec: CasesSpec, code: str, answers: Mapping[str, object], prefix: str = ""
) -> dict[str, str]:
    """Return what is wrong with answers, by the names of their boxes."""
    read = rules.answered(spec.questions_of(code), answers)
    return named(spec, code, (FieldError(FIELD + at, words) for at, words in read.wrong), prefix)


def named(
    spec: CasesSpec, code: str, errors: Iterable[FieldError], prefix: str = ""
) -> dict[str, str]:
    """Return what an action said of answers, by the names of their boxes."""
    names = {
        FIELD + each.code: _name(owner, each, prefix)
        for owner in spec.path(code)
        for each in owner.questions
    }
    return {names[each.field]: say(each.sentence) for each in errors if each.field in names}


def _name(owner: TypeSpec, question: QuestionSpec, prefix: str) -> str:
    return f"{prefix}answer-{owner.code}-{question.code}"


def _asked(
    owner: TypeSpec,
    question: QuestionSpec,
    data: Mapping[str, object],
    prefix: str,
    wrong: Mapping[str, str],
) -> Asked:
    name = _name(owner, question, prefix)
    ticked = data.getlist(name) if isinstance(data, QueryDict) else ()
    return Asked(
        name, question, str(data.get(name, "")), tuple(map(str, ticked)), wrong.get(name, "")
    )
