"""Answers to the questions of a type, as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from liuchi.engines.cases import rules
from liuchi.engines.cases.spec import CasesSpec
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What was asked and what was answered."""

    title: str
    text: Sentence


def answer_rows(
    spec: CasesSpec, type_code: str, answers: Mapping[str, object]
) -> tuple[AnswerRow, ...]:
    """Return the answers kept beside a report with their questions, in the playbook's words.

    A case may be filed as another type than it was reported as: what was told stays told.
    """
    asked = {each.code: each for held in spec.types for each in held.questions}
    asked |= {each.code: each for each in spec.questions_of(type_code)}
    rows = []
    for code, value in answers.items():
        question = asked.get(code)
        zh, en = (
            str(value) if question is None else rules.answer_words(question, value, language)
            for language in ("zh", "en")
        )
        # As values: braces that people write are no places to be filled.
        words = Sentence("{zh}", "{en}", {"zh": zh, "en": en})
        rows.append(AnswerRow(code if question is None else question.title, words))
    return tuple(rows)
