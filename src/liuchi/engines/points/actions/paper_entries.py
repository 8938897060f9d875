"""A paper book as a table: its lines become claims, a fault in one row harms no other.

Importing posts nothing. The claims wait for review and stand on notice like any; they say
which import they came from. So an undo is exact, too: it withdraws what is not posted and
asks a second person for the contra-entry of what is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow, Description, Unmatched
from liuchi.engines.files.actions.lists import ListWork
from liuchi.engines.files.rules import (
    ImportBatch,
    ImportReport,
    ListReader,
    ListRow,
    RowProblem,
    UndoReport,
)
from liuchi.engines.journal import actions as journal
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.actions.approvals import ask_corrections
from liuchi.engines.points.actions.batches import village_of_post
from liuchi.engines.points.actions.claim_writing import claim_facts, entry_of
from liuchi.engines.points.actions.entering import Known, Line, enter
from liuchi.engines.points.enums import BatchKind, ClaimState, ClaimVerb
from liuchi.engines.points.models import Batch, Claim
from liuchi.engines.points.rules import EntryFault
from liuchi.engines.points.spec import RuleSpec
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.columns import array
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence, Value
from liuchi.kernel.sheets import Cell, date_of

ENTRIES_MAX = 200_000
"""Rows of one file: some years of a large village."""
_BLOCK_ROWS = 2_000
_SHEET_SHIFT = 20
"""A place in a file is sheet × 2²⁰ + row: Excel's rows end at 2²⁰."""
_DAY_SHIFT = 22
_TITLE = "积分登记簿（表格导入）"
_UNDO_REASON = "撤销积分登记簿导入"
_UNMATCHED = {
    Unmatched.UNKNOWN: EntryFault.PERSON_UNKNOWN,
    Unmatched.AMBIGUOUS: EntryFault.PERSON_AMBIGUOUS,
    Unmatched.OTHER_NAME: EntryFault.ID_OF_ANOTHER,
    Unmatched.TOO_LITTLE: EntryFault.PERSON_UNSURE,
}
_GONE = (ClaimState.REJECTED, ClaimState.WITHDRAWN, ClaimState.REVERSED)
_FIELD_OF = {
    "no_consent": "name",
    "quantity_out_of_range": "quantity",
    "in_the_future": "happened_on",
    "too_long_ago_to_enter": "happened_on",
    "evidence_missing": "rule",
    "cap_reached": "rule",
}
_OBJECTED = Sentence("有异议还没有答复，予以保留。", "An objection is open; kept.")
_CONTRA_ASKED = Sentence(
    "已记入，已提请另一人核准冲正。", "Posted; a second person is asked to reverse it."
)


@dataclass(frozen=True, slots=True)
class _Given:
    """What a row says, in one form."""

    row: ListRow
    described: Description
    said: str
    happened_on: date
    quantity: int
    points: int | None
    note: str


@dataclass(slots=True)
class _Rules:
    """The rules at a village, by day and by what a book calls them; looked up once a day."""

    village_id: UUID
    _held: dict[date, dict[str, RuleSpec]] = field(default_factory=dict)

    def find(self, said: str, on: date) -> RuleSpec | EntryFault:
        found = self._on(on).get(said)
        if found is not None:
            return found
        known = said in self._on(clock.today())
        return EntryFault.RULE_NOT_IN_FORCE if known else EntryFault.RULE_UNKNOWN

    def _on(self, on: date) -> dict[str, RuleSpec]:
        if on not in self._held:
            here = [
                rule for _, spec in queries.rules_at(self.village_id, on) for rule in spec.rules
            ]
            # A code wins over a title; of two rules with one title the first is in the table.
            by_title = {rule.title: rule for rule in reversed(here)}
            self._held[on] = by_title | {rule.code: rule for rule in here}
        return self._held[on]


@dataclass(frozen=True, slots=True)
class PaperEntriesWork(ListWork):
    """What points does with the lines of a paper book: it claims them."""

    lock = "liuchi.points.paper_entries"

    def check(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Say what an import would do. Decides as the import does, and writes nothing."""
        return self._read(batch, actor, only_look=True)

    def bring(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Claim the deeds of the good rows. Nothing is reviewed or posted by it."""
        return self._read(batch, actor)

    def _read(self, batch: ImportBatch, actor: Actor, *, only_look: bool = False) -> ImportReport:
        book = _Book(village_of_post(actor), batch.id, Known(actor, writes=not only_look))
        rows = book.reader.rows(batch, ENTRIES_MAX)
        while block := list(islice(rows, _BLOCK_ROWS)):
            book.take(block)
        return book.report()

    def undo(self, batch_id: UUID, kept: Mapping[str, Any], actor: Actor) -> UndoReport:
        """Withdraw what is not posted; ask for the contra-entry of what is."""
        claims = list(Claim.objects.select_for_update().filter(batch_id=batch_id).order_by("id"))
        open_states = (ClaimState.PROPOSED, ClaimState.RETURNED, ClaimState.ON_NOTICE)
        withdrawn = [c for c in claims if c.state in open_states and not c.objections_open]
        objected = [c for c in claims if c.objections_open]
        posted = [c for c in claims if c.state == ClaimState.POSTED]
        _withdraw(actor, withdrawn)
        ask_corrections(actor, posted, _UNDO_REASON)
        stayed = [(claim, _OBJECTED) for claim in objected]
        stayed += [(claim, _CONTRA_ASKED) for claim in posted]
        return UndoReport(
            len(withdrawn),
            rows=tuple(
                RowProblem(*_place_in_file(claim.id, kept), "rule", words)
                for claim, words in stayed
            ),
        )


def _place_in_file(claim_id: UUID, kept: Mapping[str, Any]) -> tuple[str, int]:
    """Return the sheet and the row a claim came from: its id counts from that of the first."""
    if "first" not in kept:  # imported when each claim's place was kept by itself
        sheet, row = kept["made"][str(claim_id)]
        return sheet, row
    place = claim_id.int - UUID(kept["first"]).int
    return kept["sheets"][place >> _SHEET_SHIFT], place & (1 << _SHEET_SHIFT) - 1


def _given(row: ListRow, reader: ListReader) -> _Given | None:
    name, said = row.text("name"), row.text("rule")
    if not name:
        _refuse(reader, row, "name", EntryFault.NAME_MISSING)
    if not said:
        _refuse(reader, row, "rule", EntryFault.RULE_MISSING)
    happened_on = _day(reader, row, "happened_on", EntryFault.DAY_UNREADABLE)
    if happened_on is None and row.cells.get("happened_on") is None:
        _refuse(reader, row, "happened_on", EntryFault.DAY_MISSING)
    born = _day(reader, row, "birth_date", EntryFault.BIRTH_DATE_UNREADABLE)
    quantity, points = reader.whole(row, "quantity"), reader.whole(row, "points")
    if len(row.text("note")) > rules.NOTE_CHARACTERS_MAX:
        _refuse(reader, row, "note", EntryFault.NOTE_TOO_LONG)
    if (row.sheet, row.number) in reader.refused or happened_on is None:
        return None
    described = Description(
        name, born, row.text("household"), row.text("head"), "", row.text("id_number")
    )
    quantity = 1 if quantity is None else quantity
    return _Given(row, described, said, happened_on, quantity, points, row.text("note"))


def _day(reader: ListReader, row: ListRow, code: str, fault: EntryFault) -> date | None:
    try:
        return _date_of(row.cells.get(code))
    except (ValueError, OverflowError):
        _refuse(reader, row, code, fault)
        return None


@lru_cache(maxsize=1 << 12, typed=True)
def _date_of(cell: Cell) -> date | None:
    return date_of(cell)  # a book says each day many times


def _refuse(
    reader: ListReader, row: ListRow, code: str, fault: EntryFault, **values: Value
) -> None:
    words = rules.ENTRY_FAULT_WORDS[fault]
    said = Sentence(words.zh, words.en, values) if values else words
    reader.refuse(row, code, said, fault.value)


@dataclass(slots=True)
class _Book:
    """A book being read, block by block: what is known stays known, rows do not."""

    village: AreaRow
    import_id: UUID
    known: Known
    reader: ListReader = field(default_factory=ListReader)
    made: int = 0
    _first: UUID = field(default_factory=new_id)
    _matched: dict[Description, UUID | Unmatched] = field(default_factory=dict)
    _numbers: dict[tuple[UUID, str], int] = field(default_factory=dict)  # of person and rule
    _seen: set[int] = field(default_factory=set)  # deeds; a number each, as there may be many
    _here: _Rules = field(init=False)

    def __post_init__(self) -> None:
        self._here = _Rules(self.village.id)

    def take(self, rows: Sequence[ListRow]) -> None:
        """Check the rows of a block and claim the deeds of the good ones."""
        given = [each for row in rows if (each := _given(row, self.reader)) is not None]
        self._recognise(given)
        lines = self._lines(given)
        if not lines:
            return
        page, known = self._page(), self.known
        deeds = [(self._id_of(row), line) for row, line in lines]
        refused = enter(known.actor, deeds, batch=page, known=known)
        for number, decision in refused.items():
            self.reader.refuse(
                lines[number][0],
                _FIELD_OF.get(decision.reason_code, "name"),
                decision.sentence or Sentence("", ""),
                decision.reason_code,
            )
        if not self.made and len(refused) < len(lines) and known.writes:
            page.save(force_insert=True)
        self.made += len(lines) - len(refused)

    def report(self) -> ImportReport:
        """Say what came of the rows taken."""
        sheets, problems = self.reader.sheets, self.reader.problems
        return ImportReport(
            new=self.made,
            refused=len(self.reader.refused),
            rows=tuple(sorted(problems, key=lambda each: (sheets.index(each.sheet), each.row))),
            kept={"first": str(self._first), "sheets": sheets},
            refused_cells=self.reader.refused,
        )

    def _id_of(self, row: ListRow) -> UUID:
        sheet = self.reader.sheets.index(row.sheet)
        return UUID(int=self._first.int + (sheet << _SHEET_SHIFT) + row.number)

    def _recognise(self, given: Iterable[_Given]) -> None:
        strangers = list({d for each in given if (d := each.described) not in self._matched})
        if not strangers:
            return
        actor = self.known.actor
        matched = directory.recognised(actor, strangers)
        self._matched.update(zip(strangers, matched, strict=True))
        self.known.meet(each for each in matched if isinstance(each, UUID))

    def _lines(self, given: Sequence[_Given]) -> list[tuple[ListRow, Line]]:
        """Return the deeds to be looked at by the rules of claiming; refuse the others."""
        matched = [self._matched[each.described] for each in given]
        people = {who for who in matched if isinstance(who, UUID)}
        claimed = _claimed(people, {each.happened_on for each in given})
        found = []
        for each, who in zip(given, matched, strict=True):
            if isinstance(who, Unmatched):
                _refuse(self.reader, each.row, "name", _UNMATCHED[who])
                continue
            rule = self._here.find(each.said, each.happened_on)
            if self.known.people[who].village_id != self.village.id:
                _refuse(self.reader, each.row, "name", EntryFault.OTHER_VILLAGE)
            elif isinstance(rule, EntryFault):
                _refuse(self.reader, each.row, "rule", rule)
            elif self._is_new(each, who, rule, claimed):
                line = Line(who, rule.code, each.happened_on, each.quantity, each.note)
                found.append((each.row, line))
        return found

    def _is_new(
        self, each: _Given, who: UUID, rule: RuleSpec, claimed: set[tuple[UUID, str, date]]
    ) -> bool:
        """Whether a deed is what the rule gives and is said for the first time; else refuse it."""
        points = rules.award_points(rule, each.quantity)
        number = self._numbers.setdefault((who, rule.code), len(self._numbers))
        deed = number << _DAY_SHIFT | each.happened_on.toordinal()
        if each.points not in (None, points):
            _refuse(self.reader, each.row, "points", EntryFault.POINTS_DISAGREE, points=points)
        elif deed in self._seen:
            _refuse(self.reader, each.row, "name", EntryFault.TWICE_IN_TABLE)
        elif claimed and (who, rule.code, each.happened_on) in claimed:
            _refuse(self.reader, each.row, "name", EntryFault.ENTERED_ALREADY)
        else:
            self._seen.add(deed)
            return True
        return False

    def _page(self) -> Batch:
        """Return the page of a book the claims will hang together by: it has the import's id."""
        return Batch(
            id=self.import_id,
            kind=BatchKind.BOOK,
            village_id=self.village.id,
            scope_code=self.village.scope_code,
            title=_TITLE,
            page="",
            place="",
            evidence=[],
            refused=[],
            entered_by_id=self.known.actor.id,
            entered_at=clock.now(),
        )


def _claimed(people: Iterable[UUID], days: Iterable[date]) -> set[tuple[UUID, str, date]]:
    """Return the deeds that stand as claims already, of these people on these days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, rule_code, happened_on FROM points_claim "
            "WHERE person_id = ANY (%s::uuid[]) AND happened_on = ANY (%s::date[]) "
            "AND state <> ALL (%s)",
            [array(people), array(days), [str(state) for state in _GONE]],
        )
        return set(cursor.fetchall())


def _withdraw(actor: Actor, claims: Sequence[Claim]) -> None:
    """Take claims back in one statement, whether they wait or stand on notice."""
    for claim in claims:
        rules.moved(ClaimState(claim.state), ClaimVerb.TAKE_BACK)
    Claim.objects.filter(pk__in=[claim.id for claim in claims]).update(
        state=ClaimState.WITHDRAWN, version=F("version") + 1
    )
    journal.record_all(
        [
            entry_of(
                facts.CLAIM_WITHDRAWN,
                claim,
                claim_facts(claim),
                cause_id=claim.reviewed_fact_id or claim.proposed_fact_id,
            )
            for claim in claims
        ],
        actor=actor,
    )
