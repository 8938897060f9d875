"""Drafts of rules: begun from the version in force, sent, approved by another, then applied.

A draft becomes a version by the one way there is: ``journal.apply_playbook``. Where the
playbook asks for a vote, the version then waits for it like any other.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from ruamel.yaml import YAML

from liuchi.engines.directory import rules
from liuchi.engines.directory.enums import DraftState
from liuchi.engines.directory.facts import RULES_APPROVED, ApprovedData
from liuchi.engines.directory.models import RuleDraft
from liuchi.engines.directory.queries.areas import areas
from liuchi.engines.directory.queries.drafts import DECIDE, WRITE, base_of, newest_of, reaches
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.actions import apply_playbook, once, record
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import SPEC_VERSION, changes, may_apply
from liuchi.playbooks.workbook import examined

REASON_CHARACTERS_MAX = 200


def start_draft(
    *, code: str, actor: Actor, key: str, compiled: Mapping[str, object] | None = None
) -> UUID:
    """Begin a draft of a method's next version; returns its id, also of one's open one.

    ``compiled``: what an edited table says; left out, the newest version as it is.
    """
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        base = newest_of(actor, code)
        held = RuleDraft.objects.filter(
            code=code, drawn_by_id=actor.id, state__in=[DraftState.EDITING, DraftState.SENT]
        ).first()
        if held is not None:
            if compiled is not None:
                rules.may_edit_draft(_drafting(held, actor)).or_refuse()
                _save(held, compiled)
            return held.pk
        draft_id, said = new_id(), base.compiled if compiled is None else compiled
        earlier = once(f"directory.start_draft:{actor.id}", key, {"code": code}, draft_id)
        if earlier is not None:
            return earlier
        try:
            with transaction.atomic():
                RuleDraft.objects.create(
                    id=draft_id,
                    code=code,
                    based_on=base.id,
                    compiled=_checked(said, code),
                    state=DraftState.EDITING,
                    drawn_by_id=actor.id,
                    drawn_at=clock.now(),
                )
        except IntegrityError as error:
            raise Conflict(
                "draft_open",
                Sentence("您已有一份草稿，请刷新页面。", "You have a draft already. Reload."),
            ) from error
    return draft_id


def save_draft(
    *,
    draft_id: UUID,
    compiled: Mapping[str, object],
    expected_version: int,
    actor: Actor,
    key: str,
) -> None:
    """Keep a draft as edited. PlaybookError where it is not valid or breaks a limit."""
    actor.may(WRITE).or_refuse()
    body = {"draft": str(draft_id), "version": expected_version}
    with acting_as(actor):
        draft = _locked(draft_id, actor)
        if once(f"directory.save_draft:{actor.id}", key, body, draft_id) is not None:
            return
        rules.may_edit_draft(_drafting(draft, actor)).or_refuse()
        if draft.version != expected_version:
            raise Conflict(
                "draft_changed",
                Sentence("草稿刚刚改过，请刷新后再改。", "The draft has just changed. Reload it."),
            )
        _save(draft, compiled)


def send_draft(*, draft_id: UUID, actor: Actor, key: str) -> None:
    """Hand a draft to another person. Refused without a change, or from a day gone by."""
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        draft = _locked(draft_id, actor)
        if once(f"directory.send_draft:{actor.id}", key, {"draft": str(draft_id)}, draft_id):
            return
        rules.may_edit_draft(_drafting(draft, actor)).or_refuse()
        _may_apply(draft)
        draft.state, draft.sent_at, draft.reason = DraftState.SENT, clock.now(), ""
        draft.save(update_fields=["state", "sent_at", "reason"])


def take_back_draft(*, draft_id: UUID, actor: Actor, key: str) -> None:
    """Go on editing what one has sent."""
    with acting_as(actor):
        draft = _locked(draft_id, actor)
        if once(f"directory.take_back_draft:{actor.id}", key, {"draft": str(draft_id)}, draft_id):
            return
        rules.may_take_back_draft(_drafting(draft, actor)).or_refuse()
        draft.state = DraftState.EDITING
        draft.save(update_fields=["state"])


def drop_draft(*, draft_id: UUID, actor: Actor, key: str) -> None:
    """Give up one's own draft; the rules stay as they are."""
    with acting_as(actor):
        draft = _locked(draft_id, actor)
        if once(f"directory.drop_draft:{actor.id}", key, {"draft": str(draft_id)}, draft_id):
            return
        rules.may_edit_draft(_drafting(draft, actor)).or_refuse()
        draft.state = DraftState.DROPPED
        draft.save(update_fields=["state"])


def return_draft(*, draft_id: UUID, reason: str, actor: Actor, key: str) -> None:
    """Send a draft back to its author, who reads why."""
    actor.may(DECIDE).or_refuse()
    reason = reason.strip()[:REASON_CHARACTERS_MAX]
    body = {"draft": str(draft_id), "reason": reason}
    with acting_as(actor):
        draft = _locked(draft_id, actor)
        if once(f"directory.return_draft:{actor.id}", key, body, draft_id) is not None:
            return
        rules.may_return_draft(_drafting(draft, actor)).or_refuse()
        draft.state, draft.reason = DraftState.EDITING, reason
        draft.decided_by_id, draft.decided_at = actor.id, clock.now()
        draft.save(update_fields=["state", "reason", "decided_by", "decided_at"])


def approve_draft(*, draft_id: UUID, actor: Actor, key: str) -> UUID:
    """Make a draft the next version, in force from its day or after its votes; its id."""
    actor.may(DECIDE).or_refuse()
    with acting_as(actor):
        draft = _locked(draft_id, actor)
        if once(f"directory.approve_draft:{actor.id}", key, {"draft": str(draft_id)}, draft_id):
            return draft.applied or draft_id
        rules.may_approve_draft(_drafting(draft, actor)).or_refuse()
        base = base_of(draft)
        _may_apply(draft)
        method = examined(draft.compiled, draft.code)
        version_id = apply_playbook(
            code=draft.code,
            source=_source(base, method.compiled()),
            compiled=method.compiled(),
            places=base.places,
            in_force_from=method.in_force_from,
            spec_version=SPEC_VERSION,
            approved_by=method.core.in_force.approved_by,
            actor=actor,
        )
        draft.state, draft.applied = DraftState.APPROVED, version_id
        draft.decided_by_id, draft.decided_at = actor.id, clock.now()
        draft.save(update_fields=["state", "applied", "decided_by", "decided_at"])
        record(
            RULES_APPROVED.kind,
            actor=actor,
            subject_kind="rule_draft",
            subject_id=draft.pk,
            area_id=actor.area_id,
            data=ApprovedData(playbook=draft.code, version=version_id, before=base.id),
            playbook_version=version_id,
        )
    return version_id


def _locked(draft_id: UUID, actor: Actor) -> RuleDraft:
    draft = RuleDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None or not reaches(actor, base_of(draft)):
        raise NotFound("draft")
    return draft


def _drafting(draft: RuleDraft, actor: Actor) -> rules.Drafting:
    base = base_of(draft)
    newest = journal.playbook_versions(draft.code)[0]
    return rules.Drafting(
        state=DraftState(draft.state),
        drawn_by_id=draft.drawn_by_id,
        actor_id=actor.id,
        is_newest=newest.id == base.id,
        covers_all=all(actor.covers(row.scope_code) for row in areas(base.places).values()),
    )


def _may_apply(draft: RuleDraft) -> None:
    method = examined(draft.compiled, draft.code)
    before = base_of(draft)
    planned = tuple(
        each
        for each in changes(before.compiled, method.compiled())
        if not each.path.startswith("in_force.")
    )
    may_apply(planned, method.in_force_from, clock.today(), first=False).or_refuse()


def _save(draft: RuleDraft, compiled: Mapping[str, object]) -> None:
    draft.compiled, draft.version = _checked(compiled, draft.code), draft.version + 1
    draft.save(update_fields=["compiled", "version"])


def _checked(compiled: Mapping[str, object], code: str) -> dict[str, Any]:
    method = examined(compiled, code)
    if method.code != code:
        raise NotFound("draft")
    return method.compiled()


def _source(base: AppliedPlaybook, compiled: Mapping[str, object]) -> str:
    out = io.StringIO()
    YAML(typ="safe").dump(dict(compiled), out)
    return f"# --- drafted at the desk from version {base.version}\n{out.getvalue()}"
