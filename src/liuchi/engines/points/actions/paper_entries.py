"""A paper book as a table: its lines become claims, a fault in one row harms no other.

Importing posts nothing. The claims wait for review and stand on notice like any; they say
which import they came from. So an undo is exact, too: it withdraws what is not posted and
asks a second person for the contra-entry of what is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

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
from liuchi.engines.points.actions.entering import Line, claim_facts, enter, entry_of
from liuchi.engines.points.enums import BatchKind, ClaimState, ClaimVerb
from liuchi.engines.points.models import Batch, Claim
from liuchi.engines.points.rules import EntryFault
from liuchi.engines.points.spec import RuleSpec
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence, Value
from liuchi.kernel.sheets import date_of

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
        village, reader = village_of_post(actor), ListReader()
        given = [each for row in reader.rows(batch) if (each := _given(row, reader)) is not None]
        lines = _lines(given, village, reader, actor)
        made = _enter(lines, _page(batch.id, village, actor), reader, actor, only_look=only_look)
        return ImportReport(
            new=len(made),
            refused=len(reader.refused),
            rows=tuple(reader.problems),
            kept={"made": {str(claim_id): [row.sheet, row.number] for claim_id, row in made}},
        )

    def undo(self, batch_id: UUID, kept: Mapping[str, Any], actor: Actor) -> UndoReport:
        """Withdraw what is not posted; ask for the contra-entry of what is."""
        claims = list(Claim.objects.select_for_update().filter(batch_id=batch_id).order_by("id"))
        open_states = (ClaimState.PROPOSED, ClaimState.RETURNED, ClaimState.ON_NOTICE)
        withdrawn = [c for c in claims if c.state in open_states and not c.objections_open]
        objected = [c for c in claims if c.objections_open]
        posted = [c for c in claims if c.state == ClaimState.POSTED]
        _withdraw(actor, withdrawn)
        ask_corrections(actor, posted, _UNDO_REASON)
        places = kept.get("made", {})
        stayed = [(claim, _OBJECTED) for claim in objected]
        stayed += [(claim, _CONTRA_ASKED) for claim in posted]
        return UndoReport(
            len(withdrawn),
            rows=tuple(
                RowProblem(sheet, number, "rule", words)
                for (sheet, number), words in (
                    (places[str(claim.id)], words) for claim, words in stayed
                )
            ),
        )


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
        return date_of(row.cells.get(code))
    except (ValueError, OverflowError):
        _refuse(reader, row, code, fault)
        return None


def _refuse(
    reader: ListReader, row: ListRow, code: str, fault: EntryFault, **values: Value
) -> None:
    words = rules.ENTRY_FAULT_WORDS[fault]
    said = Sentence(words.zh, words.en, values) if values else words
    reader.refuse(row, code, said, fault.value)


def _lines(
    given: Sequence[_Given], village: AreaRow, reader: ListReader, actor: Actor
) -> list[tuple[ListRow, Line]]:
    """Return the deeds that may be looked at by the rules of claiming; refuse the others."""
    matched = directory.recognised(actor, [each.described for each in given])
    people = directory.subjects(actor, {each for each in matched if isinstance(each, UUID)})
    claimed = _claimed(people, {each.happened_on for each in given})
    here, seen = _Rules(village.id), set[tuple[UUID, str, date]]()
    found = []
    for each, who in zip(given, matched, strict=True):
        subject = people.get(who) if isinstance(who, UUID) else None
        if subject is None:
            unmatched = who if isinstance(who, Unmatched) else Unmatched.UNKNOWN
            _refuse(reader, each.row, "name", _UNMATCHED[unmatched])
            continue
        rule = here.find(each.said, each.happened_on)
        if subject.village_id != village.id:
            _refuse(reader, each.row, "name", EntryFault.OTHER_VILLAGE)
            continue
        if isinstance(rule, EntryFault):
            _refuse(reader, each.row, "rule", rule)
            continue
        points = rules.award_points(rule, each.quantity)
        deed = (subject.id, rule.code, each.happened_on)
        if each.points not in (None, points):
            _refuse(reader, each.row, "points", EntryFault.POINTS_DISAGREE, points=points)
        elif deed in seen:
            _refuse(reader, each.row, "name", EntryFault.TWICE_IN_TABLE)
        elif deed in claimed:
            _refuse(reader, each.row, "name", EntryFault.ENTERED_ALREADY)
        else:
            seen.add(deed)
            line = Line(subject.id, rule.code, each.happened_on, each.quantity, each.note)
            found.append((each.row, line))
    return found


def _claimed(people: Iterable[UUID], days: Iterable[date]) -> set[tuple[UUID, str, date]]:
    """Return the deeds that stand as claims already, of these people on these days."""
    found = Claim.objects.filter(person_id__in=list(people), happened_on__in=list(days))
    rows = found.exclude(state__in=_GONE).values_list("person_id", "rule_code", "happened_on")
    return set(rows)


def _page(import_id: UUID, village: AreaRow, actor: Actor) -> Batch:
    """Return the page of a book the claims will hang together by: it has the import's id."""
    return Batch(
        id=import_id,
        kind=BatchKind.BOOK,
        village_id=village.id,
        scope_code=village.scope_code,
        title=_TITLE,
        page="",
        place="",
        evidence=[],
        refused=[],
        entered_by_id=actor.id,
        entered_at=clock.now(),
    )


def _enter(
    lines: Sequence[tuple[ListRow, Line]],
    page: Batch,
    reader: ListReader,
    actor: Actor,
    *,
    only_look: bool,
) -> list[tuple[UUID, ListRow]]:
    """Write the claims, all on one page; return their ids with the rows they came from."""
    if not lines:
        return []
    ids = [new_id() for _ in lines]
    deeds = [(claim_id, line) for claim_id, (_, line) in zip(ids, lines, strict=True)]
    refused = enter(actor, deeds, batch=page, only_look=only_look)
    for number, decision in refused.items():
        reader.refuse(
            lines[number][0],
            _FIELD_OF.get(decision.reason_code, "name"),
            decision.sentence or Sentence("", ""),
            decision.reason_code,
        )
    if len(refused) < len(lines) and not only_look:
        page.save(force_insert=True)
    return [(ids[n], row) for n, (row, _) in enumerate(lines) if n not in refused]


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
