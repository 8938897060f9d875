"""Verifying an export line by line, in memory that one seal's leaves bound.

An export is JSON Lines in canonical bytes: a header, then for each seal its line followed
by the facts it covers (all of them, or those of one area), then an end line that counts
them, so that a file cut short is known. Whoever has the file can run this; nothing of the
installation that wrote it is needed. What the file can't say is whether its last root is
the true one: compare that with a root published elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, ValidationError

from liuchi.engines.journal.rules.canonical import FORMAT_VERSION, canonical_json, read_json
from liuchi.engines.journal.rules.faults import FaultCode, Proof
from liuchi.engines.journal.rules.runs import Run, Step
from liuchi.engines.journal.rules.seals import GENESIS, NO_AREA, SealForm, leaf, sub_roots
from liuchi.kernel.sentences import Sentence

FORMAT = "liuchi-journal-export"

_FACT_LINE = {True: {"fact", "leaf"}, False: {"fact", "leaf", "place"}}
"""Keys of a fact's line, in an export of everything and of one area."""
# In a line that can't be read: the last of each is the fact's own, as keys are sorted.
_ID = re.compile(rb'"id":"([0-9a-f-]{36})"')
_ORDINAL = re.compile(rb'"ordinal":([0-9]{1,18})[,}]')


@dataclass(slots=True)
class _Open:
    """The seal being read: its promise, and the leaves seen so far by their number.

    A fact's number is its ordinal, or in an export of one area its place among the area's
    facts in this seal. ``trusted`` ends with the first fault that the sub-roots would only
    repeat.
    """

    line: int
    form: SealForm
    run: Run
    leaves: dict[int, tuple[str, str]] = field(default_factory=dict)
    trusted: bool = True


def header(area: str | None) -> dict[str, object]:
    """Return the first line of an export: of one area, or of all."""
    return {"format": FORMAT, "version": FORMAT_VERSION, "area": area}


def verify(lines: Iterable[bytes]) -> Proof:
    """Return what the lines prove; every fault names the line and, where it can, the fact."""
    reading = _Reading()
    number = 0
    for number, raw in enumerate(lines, start=1):
        reading.line(number, raw.removesuffix(b"\n"))
    reading.end_of_file(number)
    return reading.proof


class _Reading:
    """Where the reader stands in the file."""

    def __init__(self) -> None:
        self.proof = Proof()
        self._open: _Open | None = None
        self._before: SealForm | None = None
        self._ended = False

    def line(self, number: int, raw: bytes) -> None:
        """Take one line."""
        line = self._parsed(number, raw)
        if line is None:
            return
        if number == 1:
            self._header(line)
        elif self._ended:
            self._stray(number)
        elif "seal" in line:
            self._seal(number, line["seal"])
        elif "end" in line:
            self._end(number, line["end"])
        elif self._open is None:
            # Under a broken seal, which is named, its facts are counted; elsewhere, a stray.
            self.proof.facts += 1
            if self.proof.seals == 0 or "fact" not in line:
                self._stray(number)
        elif set(line) == _FACT_LINE[self.proof.area is None]:
            self._fact(self._open, number, raw, line)
        else:
            self._spoiled(number, raw)

    def end_of_file(self, number: int) -> None:
        """Close what is open; a file without its end line was cut."""
        if self._ended:
            return
        self._close()
        if self.proof.seals == 0:
            self._blame(number, FaultCode.CUT, "文件里没有封签。", "The file holds no seal.")
        else:
            self._cut(number)

    def _parsed(self, number: int, raw: bytes) -> Mapping[str, object] | None:
        """Return the line's record, or name the line and return None.

        Other bytes with the same meaning are a fault, too: an export is written one way.
        """
        try:
            line = read_json(raw)
            same = canonical_json(line) == raw
        except (ValueError, TypeError, RecursionError):
            line, same = None, False
        if isinstance(line, Mapping) and same:
            return line
        self._spoiled(number, raw)
        return None

    def _spoiled(self, number: int, raw: bytes) -> None:
        """Name a line that can't be taken as a record, and the fact it should have been."""
        held, ids, ordinals = self._open, _ID.findall(raw), _ORDINAL.findall(raw)
        ordinal = int(ordinals[-1]) if ordinals else None
        if held is not None:
            held.trusted = False
            place = held.run.skip()
            ordinal = place if self.proof.area is None else ordinal
            self.proof.facts += 1
        fact_id = ids[-1].decode() if ids else None
        self._blame(
            number,
            FaultCode.SPOILED,
            "第 {n} 行（事实 {fact}，序号 {ordinal}）被改动过：它不是导出时写下的样子。",
            "Line {n} (fact {fact}, ordinal {ordinal}) was changed: no export writes it so.",
            fact_id=fact_id,
            ordinal=ordinal,
        )

    def _header(self, line: Mapping[str, object]) -> None:
        area = line.get("area")
        # The whole line, not the keys we know: a mangled "area" must not read as "everything".
        if line != header(area if isinstance(area, str) else None):
            self._blame(
                1,
                FaultCode.HEADER,
                "这不是六尺的导出文件，或版本不同。",
                "This is not an export of Liuchi, or of another version.",
            )
        self.proof.area = area if isinstance(area, str) else None

    def _seal(self, number: int, seal: object) -> None:
        self._close()
        self.proof.seals += 1
        form, root, facts = seal_form(seal)
        if form is None:
            self._broken_seal(number, str(self.proof.seals))
            return
        if form.root() != root or not self._continues(form):
            self._broken_seal(number, str(form.number))
        whole = self.proof.area is None
        first, last = (form.first_ordinal, form.last_ordinal) if whole else (1, facts)
        self._open = _Open(number, form, Run(first, last))
        self._before, self.proof.root = form, root

    def _continues(self, form: SealForm) -> bool:
        """Whether the seal goes on from the one before; a file may begin in mid-chain."""
        before = self._before
        if before is None:
            return self.proof.seals == 1 and (
                form.number != 1 or (form.first_ordinal, form.previous_root) == (1, GENESIS)
            )
        return (
            form.number == before.number + 1
            and form.first_ordinal == before.last_ordinal + 1
            and form.previous_root == self.proof.root
        )

    def _fact(self, held: _Open, number: int, raw: bytes, line: Mapping[str, object]) -> None:
        fact, stated = line["fact"], line["leaf"]
        if not isinstance(fact, Mapping):
            self._spoiled(number, raw)
            return
        self.proof.facts += 1
        fact_id, ordinal = str(fact.get("id")), _whole_number(fact.get("ordinal"))
        first, last = held.form.first_ordinal, held.form.last_ordinal
        place = ordinal if self.proof.area is None else _whole_number(line["place"])
        if ordinal is None or not first <= ordinal <= last:
            place = None  # of no place in this seal, whatever the line says
        computed = leaf(canonical_json(fact))
        if computed != stated:
            self._blame(
                number,
                FaultCode.CHANGED,
                "事实 {fact}（序号 {ordinal}，第 {n} 行）被改动过。",
                "Fact {fact} (ordinal {ordinal}, line {n}) was changed.",
                fact_id=fact_id,
                ordinal=ordinal,
            )
            # What was changed can't say where it stood: it counts as the one that was due.
            held.trusted = False
            held.run.skip()
            return
        step = held.run.take(place)
        if place is not None and step not in (Step.STRAY, Step.AGAIN):
            held.leaves[place] = (str(fact.get("area_id") or NO_AREA), computed)
        if step in _STEPS:  # a gap is told at the seal's end, when it is known what came late
            self._blame(number, *_STEPS[step], fact_id=fact_id, ordinal=ordinal)

    def _close(self) -> None:
        """Compare what was read of a seal with what it promises."""
        held, self._open = self._open, None
        if held is None:
            return
        for first, last in held.run.missing():
            held.trusted = False
            whole = self.proof.area is None
            self._blame(
                held.line,
                FaultCode.MISSING,
                "第 {seal} 号封签（第 {n} 行）缺少序号 {first} 至 {last} 的事实。"
                if whole
                else "第 {seal} 号封签（第 {n} 行）缺少本区域第 {first} 至 {last} 条事实。",
                "Seal {seal} (line {n}): facts with ordinals {first} to {last} are missing."
                if whole
                else "Seal {seal} (line {n}): the area's facts {first} to {last} are missing.",
                ordinal=first if whole else None,
                seal=str(held.form.number),
                first=str(first),
                last=str(last),
            )
        if held.trusted:
            self._compare(held)

    def _compare(self, held: _Open) -> None:
        wanted = held.form.areas
        if self.proof.area is not None:
            wanted = {a: root for a, root in wanted.items() if a == self.proof.area}
        found = sub_roots(held.leaves[place] for place in sorted(held.leaves))
        for place in sorted(set(wanted) | set(found)):
            if wanted.get(place) != found.get(place):
                self._blame(
                    held.line,
                    FaultCode.AREA,
                    "第 {seal} 号封签（第 {n} 行）：区域 {area} 的事实与封签不符，"
                    "其中有事实连同校验值一起被改动。",
                    "Seal {seal} (line {n}): the facts of area {area} do not match it; "
                    "one was changed together with its leaf.",
                    seal=str(held.form.number),
                    area=place,
                )

    def _end(self, number: int, end: object) -> None:
        self._close()
        self._ended = True
        counted = {"facts": self.proof.facts, "seals": self.proof.seals, "root": self.proof.root}
        if end != counted:
            self._cut(number)

    def _cut(self, number: int) -> None:
        self._blame(
            number,
            FaultCode.CUT,
            "文件不完整：末行缺失，或与前面的行数不符（第 {n} 行）。",
            "The file is incomplete: its end line is missing or counts other lines (line {n}).",
        )

    def _stray(self, number: int) -> None:
        self._blame(
            number,
            FaultCode.STRAY,
            "第 {n} 行不该在这里。",
            "Line {n} does not belong here.",
        )

    def _broken_seal(self, number: int, seal: str) -> None:
        self._blame(
            number,
            FaultCode.SEAL,
            "第 {seal} 号封签（第 {n} 行）与内容或前一封签不符。",
            "Seal {seal} (line {n}) does not match its contents or the seal before it.",
            seal=seal,
        )

    def _blame(
        self,
        line: int,
        code: FaultCode,
        zh: str,
        en: str,
        *,
        fact_id: str | None = None,
        ordinal: int | None = None,
        **values: str,
    ) -> None:
        values |= {
            "n": str(line),
            "fact": fact_id or "?",
            "ordinal": "?" if ordinal is None else str(ordinal),
        }
        sentence = Sentence(zh, en, dict(values))
        self.proof.blame(line, code, sentence, fact_id=fact_id, ordinal=ordinal)


_STEPS: Mapping[Step, tuple[FaultCode, str, str]] = {
    Step.LATE: (
        FaultCode.MOVED,
        "事实 {fact}（序号 {ordinal}，第 {n} 行）换了位置：它排在后来的事实之后。",
        "Fact {fact} (ordinal {ordinal}, line {n}) was moved: it stands behind a later one.",
    ),
    Step.AGAIN: (
        FaultCode.REPEATED,
        "事实 {fact}（序号 {ordinal}，第 {n} 行）重复出现。",
        "Fact {fact} (ordinal {ordinal}, line {n}) stands there twice.",
    ),
    Step.STRAY: (
        FaultCode.STRAY,
        "事实 {fact}（第 {n} 行）不属于这个封签。",
        "Fact {fact} (line {n}) does not belong to this seal.",
    ),
}


def _whole_number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


class _SealLine(BaseModel):
    """A seal as an export writes it; ``facts`` says how many fact lines follow."""

    model_config = ConfigDict(strict=True, extra="forbid")

    number: int
    first_ordinal: int
    last_ordinal: int
    previous_root: str
    areas: dict[str, str]
    format_version: int
    sealed_at: str
    root: str
    facts: int


def seal_line(form: SealForm, root: str, facts: int) -> dict[str, object]:
    """Return the line of a seal and the root it was given, followed by ``facts`` fact lines."""
    return {
        "seal": {
            "number": form.number,
            "first_ordinal": form.first_ordinal,
            "last_ordinal": form.last_ordinal,
            "previous_root": form.previous_root,
            "areas": form.areas,
            "format_version": form.format_version,
            "sealed_at": form.sealed_at,
            "root": root,
            "facts": facts,
        }
    }


def end_line(facts: int, seals: int, root: str) -> dict[str, object]:
    """Return the last line of an export."""
    return {"end": {"facts": facts, "seals": seals, "root": root}}


def seal_form(seal: object) -> tuple[SealForm | None, str, int]:
    """Return the seal of a line, its stated root and how many facts follow; None if broken."""
    try:
        line = _SealLine.model_validate(seal)
    except ValidationError:
        return None, "", 0
    form = SealForm(
        number=line.number,
        first_ordinal=line.first_ordinal,
        last_ordinal=line.last_ordinal,
        previous_root=line.previous_root,
        areas=line.areas,
        format_version=line.format_version,
        sealed_at=line.sealed_at,
    )
    return form, line.root, line.facts
