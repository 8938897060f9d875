"""Verifying an export line by line, in memory that one seal's leaves bound.

An export is JSON Lines: a header, then for each seal its line followed by the facts it
covers (all of them, or those of one area). Whoever has the file can run this; nothing of
the installation that wrote it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from liuchi.engines.journal.rules.canonical import FORMAT_VERSION, canonical_json, read_json
from liuchi.engines.journal.rules.seals import GENESIS, NO_AREA, SealForm, leaf, sub_roots
from liuchi.kernel.sentences import Sentence

FORMAT = "liuchi-journal-export"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the file that does not prove itself, and where it stands."""

    line: int
    fact_id: str | None
    sentence: Sentence


@dataclass(slots=True)
class Proof:
    """What a verification found."""

    facts: int = 0
    seals: int = 0
    root: str = GENESIS
    faults: list[Fault] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether every line proved itself and at least one seal was there."""
        return not self.faults and self.seals > 0

    def blame(self, line: int, zh: str, en: str, **values: str) -> None:
        """Note a fault; a value called ``fact`` is the id of the fact to blame."""
        self.faults.append(Fault(line, values.get("fact"), Sentence(zh, en, dict(values))))


@dataclass(slots=True)
class _Open:
    """The seal being read: its promise, and the leaves seen so far."""

    line: int
    form: SealForm
    leaves: list[tuple[str, str]] = field(default_factory=list)
    last_ordinal: int = 0


def verify(lines: Iterable[bytes]) -> Proof:
    """Return what the lines prove; every fault names the line and, where it can, the fact."""
    proof, area, held = Proof(), None, None
    for number, raw in enumerate(lines, start=1):
        try:
            line = read_json(raw)
        except ValueError:
            proof.blame(number, "第 {n} 行不是 JSON。", "Line {n} is not JSON.", n=str(number))
            continue
        if not isinstance(line, Mapping):
            proof.blame(number, "第 {n} 行无法辨认。", "Line {n} is no record.", n=str(number))
        elif number == 1:
            area = _header(proof, line)
        elif "seal" in line:
            _close(proof, held, area)
            held = _open(proof, number, line["seal"])
        elif held is not None and "fact" in line:
            _fact(proof, held, number, line, area)
        else:
            proof.blame(
                number,
                "第 {n} 行不属于任何封签。",
                "Line {n} belongs to no seal.",
                n=str(number),
            )
    _close(proof, held, area)
    if proof.seals == 0:
        proof.blame(0, "文件里没有封签。", "The file holds no seal.")
    return proof


def header(area: str | None) -> dict[str, object]:
    """Return the first line of an export: of one area, or of all."""
    return {"format": FORMAT, "version": FORMAT_VERSION, "area": area}


def _header(proof: Proof, line: Mapping[str, object]) -> str | None:
    if line.get("format") != FORMAT or line.get("version") != FORMAT_VERSION:
        proof.blame(
            1,
            "这不是六尺的导出文件，或版本不同。",
            "This is not an export of Liuchi, or of another version.",
        )
    area = line.get("area")
    return area if isinstance(area, str) else None


def _open(proof: Proof, number: int, seal: object) -> _Open | None:
    try:
        form, root = _seal_form(seal)
    except (KeyError, TypeError, ValueError):
        proof.blame(number, "第 {n} 行的封签残缺。", "Line {n}: broken seal.", n=str(number))
        return None
    # An export may begin in the middle of the chain: its first previous root is taken as given.
    chained = proof.seals == 0 or form.previous_root == proof.root
    if form.root() != root or not chained:
        proof.blame(
            number,
            "第 {number} 号封签（第 {n} 行）与内容或前一封签不符。",
            "Seal {number} (line {n}) does not match its contents or the seal before it.",
            n=str(number),
            number=str(form.number),
        )
    proof.seals += 1
    proof.root = root
    return _Open(number, form)


def _seal_form(seal: object) -> tuple[SealForm, str]:
    if not isinstance(seal, Mapping):
        raise TypeError
    form = SealForm(
        number=int(seal["number"]),
        first_ordinal=int(seal["first_ordinal"]),
        last_ordinal=int(seal["last_ordinal"]),
        previous_root=str(seal["previous_root"]),
        areas={str(k): str(v) for k, v in dict(seal["areas"]).items()},
        format_version=int(seal["format_version"]),
    )
    return form, str(seal["root"])


def _fact(
    proof: Proof, held: _Open, number: int, line: Mapping[str, object], area: str | None
) -> None:
    fact = line["fact"]
    if not isinstance(fact, Mapping):
        proof.blame(number, "第 {n} 行无法辨认。", "Line {n} is no fact.", n=str(number))
        return
    identifier, place = str(fact.get("id")), str(fact.get("area_id") or NO_AREA)
    ordinal = fact.get("ordinal")
    computed = leaf(canonical_json(fact))
    proof.facts += 1
    # The leaf beside the fact names the one that was changed; the sub-root proves the leaves.
    if computed != line.get("leaf"):
        proof.blame(
            number,
            "事实 {fact}（序号 {ordinal}，第 {n} 行）被改动过。",
            "Fact {fact} (ordinal {ordinal}, line {n}) was changed.",
            fact=identifier,
            n=str(number),
            ordinal=str(ordinal),
        )
    if not isinstance(ordinal, int) or not _in_order(held, ordinal, whole=area is None):
        proof.blame(
            number,
            "事实 {fact}（第 {n} 行）次序不对：前面有缺失、重复或错位。",
            "Fact {fact} (line {n}) is out of order: one before it is missing, twice or moved.",
            fact=identifier,
            n=str(number),
        )
    held.last_ordinal = ordinal if isinstance(ordinal, int) else held.last_ordinal
    held.leaves.append((place, str(line.get("leaf"))))


def _in_order(held: _Open, ordinal: int, *, whole: bool) -> bool:
    if whole:
        return ordinal == (held.last_ordinal + 1 if held.leaves else held.form.first_ordinal)
    return max(held.last_ordinal + 1, held.form.first_ordinal) <= ordinal <= held.form.last_ordinal


def _close(proof: Proof, held: _Open | None, area: str | None) -> None:
    if held is None:
        return
    wanted = _only(held.form.areas, area)
    found = sub_roots(held.leaves)
    for place in sorted(set(wanted) | set(found)):
        if wanted.get(place) != found.get(place):
            proof.blame(
                held.line,
                "第 {number} 号封签中区域 {area} 的事实不全或与封签不符。",
                "Seal {number}: the facts of area {area} are incomplete or do not match it.",
                number=str(held.form.number),
                area=place,
            )


def _only(areas: Mapping[str, str], area: str | None) -> dict[str, str]:
    return {place: root for place, root in areas.items() if area is None or place == area}
