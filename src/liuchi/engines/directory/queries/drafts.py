"""Drafts of rules: one's own, those to decide, and the version each begins from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory.enums import DraftState
from liuchi.engines.directory.models import RuleDraft
from liuchi.engines.directory.queries.areas import areas
from liuchi.engines.directory.scope import require_read
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

READ = "playbooks.playbook.read"
WRITE = "playbooks.draft.write"
DECIDE = "playbooks.draft.decide"


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft of a method's next version; ``before`` is what it begins from."""

    id: UUID
    code: str
    title: str
    version: int
    state: DraftState
    before: AppliedPlaybook
    compiled: dict[str, Any]
    in_force_from: date
    needs_vote: bool
    covers_all: bool
    drawn_by_id: UUID
    drawn_by_name: str
    drawn_at: datetime
    sent_at: datetime | None
    decided_by_name: str
    decided_at: datetime | None
    reason: str


def base_of(draft: RuleDraft) -> AppliedPlaybook:
    """Return the version a draft begins from."""
    return journal.playbook_version(draft.based_on)


def reaches(actor: Actor, version: AppliedPlaybook) -> bool:
    """Whether a method has a place in the actor's area, or above it."""
    return any(
        actor.covers(row.scope_code) or actor.scope_code.startswith(row.scope_code)
        for row in areas(version.places).values()
    )


def newest_of(actor: Actor, code: str) -> AppliedPlaybook:
    """Return the newest version of a method in the actor's reach; NotFound otherwise."""
    found = journal.playbook_versions(code)
    if not found or not reaches(actor, found[0]):
        raise NotFound("playbook")
    return found[0]


def rule_draft(actor: Actor, draft_id: UUID) -> DraftRow:
    """Return one draft; NotFound out of reach."""
    require_read(actor, READ)
    require(actor)
    found = RuleDraft.objects.filter(pk=draft_id).first()
    if found is None or not reaches(actor, base_of(found)):
        raise NotFound("draft")
    return _row(found, actor)


def open_drafts(actor: Actor) -> tuple[DraftRow, ...]:
    """Return drafts in the actor's reach that are not decided, the newest first."""
    require_read(actor, READ)
    require(actor)
    found = RuleDraft.objects.filter(state__in=[DraftState.EDITING, DraftState.SENT])
    return tuple(
        _row(each, actor) for each in found.order_by("-id") if reaches(actor, base_of(each))
    )


def drafts_to_decide(actor: Actor) -> int:
    """Count the drafts that wait for this very person."""
    require(actor)
    found = RuleDraft.objects.filter(state=DraftState.SENT).exclude(drawn_by_id=actor.id)
    return sum(_covers_all(actor, base_of(each)) for each in found)


def _covers_all(actor: Actor, version: AppliedPlaybook) -> bool:
    return all(actor.covers(row.scope_code) for row in areas(version.places).values())


def _row(draft: RuleDraft, actor: Actor) -> DraftRow:
    before = base_of(draft)
    names = accounts.names_of(who for who in (draft.drawn_by_id, draft.decided_by_id) if who)
    in_force = draft.compiled["in_force"]
    return DraftRow(
        id=draft.pk,
        code=draft.code,
        title=str(draft.compiled.get("title", draft.code)),
        version=draft.version,
        state=DraftState(draft.state),
        before=before,
        compiled=draft.compiled,
        in_force_from=date.fromisoformat(in_force["from"]),
        needs_vote=bool(in_force.get("vote")),
        covers_all=_covers_all(actor, before),
        drawn_by_id=draft.drawn_by_id,
        drawn_by_name=names.get(draft.drawn_by_id, ""),
        drawn_at=draft.drawn_at,
        sent_at=draft.sent_at,
        decided_by_name=names.get(draft.decided_by_id, "") if draft.decided_by_id else "",
        decided_at=draft.decided_at,
        reason=draft.reason,
    )
