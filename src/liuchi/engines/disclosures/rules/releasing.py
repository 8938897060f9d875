"""Whether a posting may go out: what the scan found is masked, or answered where it may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from liuchi.engines.disclosures.enums import FoundAt, FoundKind
from liuchi.engines.disclosures.rules.lifecycle import REASON_CHARACTERS
from liuchi.engines.disclosures.rules.numbers import Found
from liuchi.engines.disclosures.rules.papers import PaperWords, findings_in
from liuchi.engines.disclosures.rules.scan import (
    Finding,
    Text,
    hidden_names,
    minds_words,
    names_of,
    pieces_in,
    scan,
    texts_of,
)
from liuchi.engines.disclosures.spec import ItemSpec
from liuchi.kernel.decisions import ALLOWED, Decision, refuse

_WORDS = frozenset({FoundKind.MINOR, FoundKind.HEALTH})


def scan_posting(
    item: ItemSpec,
    rows: Sequence[Mapping[str, str]],
    *,
    note: str = "",
    subject: str = "",
    why: str = "",
    files: Sequence[tuple[str, str]] = (),
    papers: Mapping[int, PaperWords] | None = None,
) -> tuple[Finding, ...]:
    """Return what was found in rows, note, title, reason and attachments.

    ``files`` are the name and caption of each attachment, ``papers`` what those say that are no
    pictures, by their number. No text can be read from a picture: that somebody has looked at it
    is asked, as a finding of its own.
    """
    said = [(FoundAt.NOTE, note), (FoundAt.TITLE, subject), (FoundAt.WHY, why)]
    texts = [*texts_of(item, rows), *(Text(at, text) for at, text in said if text)]
    for number, (name, caption) in enumerate(files, start=1):
        texts += [Text(FoundAt.FILE_NAME, name, number), Text(FoundAt.CAPTION, caption, number)]
    held, hidden, known = papers or {}, hidden_names(item, rows), names_of(item, rows)
    found = scan(texts, hidden, known)
    pieces = (Finding(FoundAt.CELL, p.row, p.column, p.found) for p in pieces_in(item, rows))
    found = tuple({each.key: each for each in (*found, *pieces)}.values())
    if minds_words(item):
        # In a list of orphans the word says nothing of one of them; their names are masked.
        found = tuple(
            each for each in found if each.kind not in _WORDS or each.at is not FoundAt.CELL
        )
    unread = tuple(
        Finding(FoundAt.FILE, number, "", Found(FoundKind.UNREAD, 0, 0))
        for number in range(1, len(files) + 1)
        if number not in held
    )
    said_there = tuple(
        each for number, words in held.items() for each in findings_in(number, words, hidden, known)
    )
    return (*found, *unread, *said_there)


def open_findings(
    found: Sequence[Finding], answers: Mapping[str, str]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return what must be masked, and what still wants an answer."""
    final = tuple(each for each in found if each.is_final)
    waits = tuple(
        each
        for each in found
        if not each.is_final and len(answers.get(each.key, "").strip()) not in REASON_CHARACTERS
    )
    return final, waits


def may_release(found: Sequence[Finding], answers: Mapping[str, str]) -> Decision:
    """Decide whether what the scan found lets a posting out."""
    final, waits = open_findings(found, answers)
    if final:
        return refuse(
            "must_be_masked",
            "有 {many} 处个人信息没有隐去，不能发布。",
            "{many} pieces of personal data are not masked: it can't go out.",
            many=len(final),
        )
    if waits:
        return refuse(
            "finding_unanswered",
            "有 {many} 处疑似个人信息，请逐处说明理由。",
            "Answer each of the {many} findings, or mask them.",
            many=len(waits),
        )
    return ALLOWED
