"""Putting reaches on the books, joining keepers to what they look after, ending a link."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.scope import require_covers
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.visits import facts, queries, rules
from liuchi.engines.visits.enums import Duty, Target
from liuchi.engines.visits.models import Link, Reach
from liuchi.engines.visits.queries import LinkBook, PatrolBook
from liuchi.engines.visits.scope import WRITE
from liuchi.kernel import clock
from liuchi.kernel.actors import SYSTEM_ROLE, Actor
from liuchi.kernel.decisions import Decision
from liuchi.kernel.errors import Conflict, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

TITLE_CHARACTERS_MAX = 60


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps contact: an account of the staff, or a resident. One of the two."""

    user_id: UUID | None = None
    person_id: UUID | None = None

    @property
    def id(self) -> UUID:
        """Return whichever it is."""
        held = self.user_id or self.person_id
        if held is None or (self.user_id and self.person_id):
            raise Invalid("keeper_missing", Sentence("请选择联系人。", "Choose who keeps contact."))
        return held


def add_reach(*, actor: Actor, key: str, area_id: UUID, kind: str, title: str) -> UUID:
    """Put a stretch of river or wood on the books; returns its id, also where it was known."""
    actor.may(WRITE).or_refuse()
    place, named, reach_id = directory.area(area_id), title.strip(), new_id()
    require_covers(actor, place.scope_code, "area")
    if not named or len(named) > TITLE_CHARACTERS_MAX:
        raise Invalid("title_wrong", Sentence("请写名称，最多 60 字。", "A name of 1 to 60."))
    body = {"area": area_id, "kind": kind, "title": named}
    with acting_as(actor):
        earlier = journal.once(f"visits.add_reach:{actor.id}", key, body, reach_id)
        if earlier is not None:
            return earlier
        known = Reach.objects.filter(area_id=area_id, kind=kind, title=named).first()
        if known is not None:
            return known.pk
        Reach.objects.create(
            id=reach_id,
            scope_code=place.scope_code,
            area_id=area_id,
            kind=kind,
            title=named,
            added_at=clock.now(),
            added_by_id=_who(actor),
        )
        journal.record(
            facts.REACH_ADDED,
            actor=actor,
            subject_kind="visits.reach",
            subject_id=reach_id,
            area_id=area_id,
            data=facts.ReachData(reach=reach_id, kind=kind),
        )
    return reach_id


def pair(*, actor: Actor, key: str, duty: Duty, code: str, keeper: Keeper, target_id: UUID) -> UUID:
    """Join a keeper to a household, an organisation or a reach; returns the link's id.

    By a link or patrol of a playbook in force there. A household must have agreed to the
    purpose the link names. Refused("linked_already") where enough others keep contact.
    """
    actor.may(WRITE).or_refuse()
    link_id, keeper_id = new_id(), keeper.id
    body = {"duty": duty.value, "code": code, "keeper": keeper_id, "target": target_id}
    with acting_as(actor):
        earlier = journal.once(f"visits.pair:{actor.id}", key, body, link_id)
        if earlier is not None:
            return earlier
        found = _target(actor, duty, code, target_id)
        _known_keeper(actor, keeper)
        _may_pair(actor, found, keeper).or_refuse()
        row = Link(
            id=link_id,
            scope_code=found.scope_code,
            area_id=found.area_id,
            playbook_version=found.book.version_id,
            duty=duty,
            code=code,
            tier=found.book.spec.tier if isinstance(found.book, PatrolBook) else "",
            keeper_user_id=keeper.user_id,
            keeper_person_id=keeper.person_id,
            label=found.label,
            begun_on=clock.today(),
            begun_by_id=_who(actor),
            **{f"{found.target}_id": target_id},
        )
        row.save(force_insert=True)
        tell(facts.LINKED, row, actor)
    return link_id


def end_link(*, actor: Actor, key: str, link_id: UUID) -> None:
    """End a link from today on; what was recorded under it stays."""
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        if journal.once(f"visits.end_link:{actor.id}", key, {"link": link_id}, link_id) is not None:
            return
        row = Link.objects.select_for_update().filter(pk=link_id).first()
        if row is None:
            raise NotFound("link")
        if row.ended_on is not None:
            raise Conflict("link_ended", Sentence("已经解除。", "This was ended already."))
        Link.objects.filter(pk=link_id).update(ended_on=clock.today(), ended_by=actor.id)
        tell(facts.UNLINKED, row, actor)


def link_data(row: Link) -> facts.LinkData:
    """Return what a fact says of a link."""
    keeper = row.keeper_user_id or row.keeper_person_id
    if keeper is None:
        raise TypeError(row.pk)
    return facts.LinkData(
        code=row.code,
        duty=row.duty,
        tier=row.tier,
        keeper=keeper,
        household=row.household_id,
        organization=row.organization_id,
        reach=row.reach_id,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    book: LinkBook | PatrolBook
    target: Target
    area_id: UUID
    scope_code: str
    label: str
    target_id: UUID


def _target(actor: Actor, duty: Duty, code: str, target_id: UUID) -> _Found:
    """Return what is to be linked, where it is, and the playbook's link for it there."""
    if duty is Duty.PATROL:
        reach = Reach.objects.filter(pk=target_id).first()
        if reach is None:
            raise NotFound("reach")
        held = queries.patrol_books(reach.area_id, clock.today())
        patrol = next((each for each in held if each.spec.code == code), None)
        if patrol is None or patrol.spec.kind != reach.kind:
            raise _unknown()
        return _Found(patrol, Target.REACH, reach.area_id, reach.scope_code, reach.title, target_id)
    area_id, label, target = _whom(actor, target_id)
    books = queries.link_books(area_id, clock.today())
    book = next((each for each in books if each.spec.code == code), None)
    if book is None or book.spec.to is not target:
        raise _unknown()
    place = directory.area(area_id)
    require_covers(actor, place.scope_code, "household")
    return _Found(book, target, area_id, place.scope_code, label, target_id)


def _whom(actor: Actor, target_id: UUID) -> tuple[UUID, str, Target]:
    for row in directory.organizations_of(actor):
        if row.id == target_id:
            return row.area_id, row.name, Target.ORGANIZATION
    row_ = directory.household(actor, target_id).row
    return row_.village_id, row_.label, Target.HOUSEHOLD


def _may_pair(actor: Actor, found: _Found, keeper: Keeper) -> Decision:
    spec = found.book.spec
    standing = Link.objects.filter(code=spec.code, ended_on__isnull=True)
    target = Q(**{f"{found.target}_id": found.target_id})
    whose = Q(keeper_user=keeper.user_id, keeper_person=keeper.person_id)
    if isinstance(found.book, PatrolBook):
        # Several may look after one reach; the same keeper once.
        again = standing.filter(target & whose).count()
        return rules.may_pair(consented=True, keepers=again, keepers_most=1, held=0, held_most=None)
    consented = found.target is not Target.HOUSEHOLD or directory.household_agreed(
        actor, found.target_id, found.book.spec.purpose, found.book.playbook
    )
    return rules.may_pair(
        consented=consented,
        keepers=standing.filter(target).count(),
        keepers_most=found.book.spec.keepers,
        held=standing.filter(whose).count(),
        held_most=found.book.spec.most,
    )


def _known_keeper(actor: Actor, keeper: Keeper) -> None:
    if keeper.user_id is not None and keeper.user_id in accounts.names_of([keeper.user_id]):
        return
    if keeper.person_id is not None and directory.people_of(actor, [keeper.person_id]):
        return
    raise NotFound("keeper")


def _unknown() -> Invalid:
    return Invalid(
        "link_unknown",
        Sentence("这里的工作法没有这一项。", "No playbook in force here has this."),
    )


def _who(actor: Actor) -> UUID | None:
    return None if actor.role == SYSTEM_ROLE else actor.id


def tell(kind: str, row: Link, actor: Actor) -> UUID:
    """Journal what happened to a link."""
    return journal.record(
        kind,
        actor=actor,
        subject_kind="visits.link",
        subject_id=row.pk,
        area_id=row.area_id,
        data=link_data(row),
        playbook_version=row.playbook_version,
    )
