"""Links by table: each line joins a keeper to what they look after, as the page would.

A household must have agreed, as everywhere. A link that stands already is left as it is. An
undo ends what the list began and nobody has recorded anything under since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions.places import Places
from liuchi.engines.directory.rules import Problem
from liuchi.engines.files.actions.lists import ListWork
from liuchi.engines.files.rules import (
    ImportBatch,
    ImportReport,
    ListReader,
    ListRow,
    RowProblem,
    UndoReport,
)
from liuchi.engines.visits import queries
from liuchi.engines.visits.actions.linking import Keeper, add_reach, end_link, pair
from liuchi.engines.visits.enums import Duty, Target
from liuchi.engines.visits.models import Link, Reach, Visit
from liuchi.engines.visits.queries import LinkBook, PatrolBook
from liuchi.engines.visits.rules.link_lists import LINK_FAULT_WORDS, LinkFault
from liuchi.engines.visits.scope import LOG
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import LiuchiError
from liuchi.kernel.sentences import Sentence

_ENDED = Sentence("这条结对已经另行解除。", "This link was ended meanwhile.")
_IN_USE = Sentence("已有联系记录，予以保留。", "Something was recorded under it; kept.")
Book = LinkBook | PatrolBook


class _Fault(Exception):
    def __init__(self, column: str, fault: LinkFault) -> None:
        super().__init__(column, fault)
        self.column, self.fault = column, fault


@dataclass(frozen=True, slots=True)
class _Line:
    """What a line says. ``target_id`` is None for a reach that is not on the books yet."""

    book: Book
    keeper: Keeper
    village_id: UUID
    target_id: UUID | None
    reach: str

    @property
    def duty(self) -> Duty:
        return Duty.PATROL if isinstance(self.book, PatrolBook) else Duty.LINK


@dataclass(frozen=True, slots=True)
class LinkWork(ListWork):
    """What visits does with a list of links."""

    lock = "liuchi.visits.links"

    def bring(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Make the links of the good lines; each by itself is good or refused."""
        return _Listed(actor, batch.id).read(batch)

    def undo(self, batch_id: UUID, kept: Mapping[str, Any], actor: Actor) -> UndoReport:
        """End the links the list began, but for those somebody has kept since."""
        made = {UUID(link_id): place for link_id, place in kept.get("made", {}).items()}
        rows = Link.objects.filter(pk__in=made, ended_on__isnull=True)
        standing = set(rows.values_list("id", flat=True))
        kept_since = Visit.objects.filter(link_id__in=made, taken_back_at__isnull=True)
        used = set(kept_since.values_list("link_id", flat=True))
        stayed = []
        for link_id, (sheet, number) in made.items():
            if link_id not in standing:
                stayed.append(RowProblem(sheet, number, "keeper", _ENDED))
            elif link_id in used:
                stayed.append(RowProblem(sheet, number, "keeper", _IN_USE))
            else:
                end_link(actor=actor, key=f"{batch_id}:{link_id}", link_id=link_id)
        return UndoReport(len(made) - len(stayed), rows=tuple(stayed))


@dataclass(slots=True)
class _Listed:
    """A list being read; what was looked up stays known."""

    actor: Actor
    import_id: UUID
    reader: ListReader = field(default_factory=ListReader)
    made: dict[str, list[Any]] = field(default_factory=dict)
    unchanged: int = 0
    _places: Places = field(init=False)
    _books: dict[UUID, tuple[Book, ...]] = field(default_factory=dict)
    _keepers: dict[tuple[UUID, str], Keeper] = field(default_factory=dict)
    _staff: dict[UUID, dict[str, list[UUID]]] = field(default_factory=dict)
    _seen: set[tuple[object, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._places = Places(self.actor)

    def read(self, batch: ImportBatch) -> ImportReport:
        for row in self.reader.rows(batch):
            try:
                self._take(row, self._line(row))
            except _Fault as wrong:
                words = LINK_FAULT_WORDS[wrong.fault]
                self.reader.refuse(row, wrong.column, words, wrong.fault.value)
            except LiuchiError as error:
                self.reader.refuse(row, "keeper", error.sentence, error.code)
        return ImportReport(
            new=len(self.made),
            unchanged=self.unchanged,
            refused=len(self.reader.refused),
            rows=tuple(self.reader.problems),
            kept={"made": self.made},
            refused_cells=self.reader.refused,
        )

    def _take(self, row: ListRow, line: _Line) -> None:
        code, key = line.book.spec.code, f"{self.import_id}:{row.sheet}:{row.number}"
        mark = (code, line.keeper, line.target_id, line.village_id, line.reach)
        if mark in self._seen:
            raise _Fault("keeper", LinkFault.TWICE_IN_TABLE)
        self._seen.add(mark)
        if line.target_id is not None and _stands(line, line.target_id):
            self.unchanged += 1
            return
        target_id = line.target_id or add_reach(
            actor=self.actor,
            key=f"{key}:reach",
            area_id=line.village_id,
            kind=line.book.spec.kind if isinstance(line.book, PatrolBook) else "",
            title=line.reach,
        )
        link_id = pair(
            actor=self.actor,
            key=key,
            duty=line.duty,
            code=code,
            keeper=line.keeper,
            target_id=target_id,
        )
        self.made[str(link_id)] = [row.sheet, row.number]

    def _line(self, row: ListRow) -> _Line:
        village_id = self._village(row.text("village"))
        book = self._book(village_id, row)
        name = row.text("keeper")
        if not name:
            raise _Fault("keeper", LinkFault.KEEPER_MISSING)
        keeper = self._keeper(village_id, name)
        if isinstance(book, PatrolBook):
            reach = row.text("reach")
            if not reach:
                raise _Fault("reach", LinkFault.REACH_MISSING)
            known = Reach.objects.filter(area_id=village_id, kind=book.spec.kind, title=reach)
            reach_id = known.values_list("id", flat=True).first()
            return _Line(book, keeper, village_id, reach_id, reach)
        if book.spec.to is not Target.HOUSEHOLD:
            raise _Fault("what", LinkFault.TARGET_UNKNOWN)
        return _Line(book, keeper, village_id, self._household(village_id, row), "")

    def _village(self, text: str) -> UUID:
        home = self._places.find(text, "")
        if isinstance(home, Problem):
            fault = LinkFault.VILLAGE_UNKNOWN if text else LinkFault.VILLAGE_MISSING
            raise _Fault("village", fault)
        return home.village

    def _book(self, village_id: UUID, row: ListRow) -> Book:
        if village_id not in self._books:
            today = clock.today()
            self._books[village_id] = (
                *queries.link_books(village_id, today),
                *queries.patrol_books(village_id, today),
            )
        said, books = row.text("what"), self._books[village_id]
        if said:
            books = tuple(each for each in books if said in {each.spec.code, each.spec.title})
        elif len(books) != 1:  # a patrol says so by its reach, a link by its household
            wanted = PatrolBook if row.text("reach") else LinkBook
            books = tuple(each for each in books if isinstance(each, wanted))
            if len(books) != 1:
                raise _Fault("what", LinkFault.WHAT_MISSING)
        if not books:
            raise _Fault("what", LinkFault.WHAT_UNKNOWN)
        return books[0]

    def _keeper(self, village_id: UUID, name: str) -> Keeper:
        if (village_id, name) not in self._keepers:
            self._keepers[village_id, name] = self._look_up(village_id, name)
        return self._keepers[village_id, name]

    def _look_up(self, village_id: UUID, name: str) -> Keeper:
        """Return who a name or user name is: staff of the place first, else a resident."""
        if village_id not in self._staff:
            self._staff[village_id] = _staff_around(village_id)
        staff = set(self._staff[village_id].get(name, ()))
        if not staff:
            user = accounts.user_named(name)
            held = {each for ids in self._staff[village_id].values() for each in ids}
            staff = {user.id} if user is not None and user.id in held else set()
        people = () if staff else directory.people_named(self.actor, [name]).get(name, ())
        if len(staff) + len(people) > 1:
            raise _Fault("keeper", LinkFault.KEEPER_AMBIGUOUS)
        if staff:
            return Keeper(user_id=staff.pop())
        if not people:
            raise _Fault("keeper", LinkFault.KEEPER_UNKNOWN)
        return Keeper(person_id=people[0].id)

    def _household(self, village_id: UUID, row: ListRow) -> UUID:
        label, member = row.text("household"), row.text("member")
        if label:
            found = [
                each.id
                for each in directory.households_found(self.actor, label)
                if each.label == label and each.village_id == village_id
            ]
            if len(found) != 1:
                raise _Fault("household", LinkFault.HOUSEHOLD_UNKNOWN)
            return found[0]
        if not member:
            raise _Fault("household", LinkFault.HOUSEHOLD_MISSING)
        homes = {
            each.household_id
            for each in directory.people_named(self.actor, [member]).get(member, ())
            if each.village_id == village_id
        }
        home = homes.pop() if len(homes) == 1 else None
        if home is None:
            raise _Fault("member", LinkFault.MEMBER_UNKNOWN)
        return home


def _stands(line: _Line, target_id: UUID) -> bool:
    target = Target.REACH if line.duty is Duty.PATROL else Target.HOUSEHOLD
    return Link.objects.filter(
        code=line.book.spec.code,
        ended_on__isnull=True,
        keeper_user_id=line.keeper.user_id,
        keeper_person_id=line.keeper.person_id,
        **{f"{target}_id": target_id},
    ).exists()


def _staff_around(village_id: UUID) -> dict[str, list[UUID]]:
    """Return who keeps contact by a post in a village or above it, by name."""
    areas = [*directory.subtrees([village_id])]
    at: UUID | None = directory.area(village_id).parent_id
    while at is not None:
        areas.append(at)
        at = directory.area(at).parent_id
    posts = [row for row in directory.posts_at(areas) if LOG in accounts.grants_of(row.role)]
    names = accounts.names_of({row.user_id for row in posts})
    found: dict[str, list[UUID]] = {}
    for user_id, name in names.items():
        found.setdefault(name, []).append(user_id)
    return found
