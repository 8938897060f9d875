"""The rules in force at a place as people read them: since when, by whom, what is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import PublicVote
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.points.queries.places import RuleRow, rules, rules_at, spec_of
from liuchi.engines.points.rules import RuleChange, rule_changes
from liuchi.engines.points.spec import PointsSpec
from liuchi.playbooks import stored


@dataclass(frozen=True, slots=True)
class BookVersion:
    """One version of a place's rules: since when it held there, and by which vote.

    ``since`` is None for one that never came into force there.
    """

    version: int
    since: date | None
    vote: PublicVote | None


@dataclass(frozen=True, slots=True)
class RulesAhead:
    """Rules that are published and not in force: from ``begins`` on, or after a vote.

    ``changes`` are against what holds now; None where nothing does, and ``rules`` are new.
    ``vote`` is the last one about them: carried where ``begins`` says from when.
    """

    code: str
    title: str
    version: int
    begins: date | None
    vote: PublicVote | None
    rules: tuple[RuleRow, ...]
    changes: tuple[RuleChange, ...] | None


@dataclass(frozen=True, slots=True)
class RuleBook:
    """One method's rules of points. Days are work days but for ``claim_within_days``.

    ``changes`` are against the version before, which held from ``before_from``; None
    where this is the first. ``vote``: by which the place's meeting carried it, if one had to.
    """

    code: str
    title: str
    currency: str
    version: int
    in_force_from: date
    approved_by: str
    claim_within_days: int
    notice_days_least: int
    notice_days_most: int
    answer_days: int
    wait_days: int
    rules: tuple[RuleRow, ...]
    before_from: date | None
    changes: tuple[RuleChange, ...]
    vote: PublicVote | None
    history: tuple[BookVersion, ...]


def rule_books(village_id: UUID, on: date) -> tuple[RuleBook, ...]:
    """Return the rules of points in force at a village on a day. Anybody may read them."""
    held = rules_at(village_id, on)
    votes = directory.public_votes(village_id) if _any_vote(held) else {}
    return tuple(
        _book(applied, spec, _history(applied.code, village_id, on, votes))
        for applied, spec in held
    )


def rules_ahead(village_id: UUID, on: date) -> tuple[RulesAhead, ...]:
    """Return what is published for a village and not in force yet. Anybody may read it."""
    held = {applied.code: (applied, spec) for applied, spec in rules_at(village_id, on)}
    waiting = {each.id for each in journal.awaiting_votes(village_id, on)}
    found = []
    for each in journal.applied_playbooks():
        newer = each.code not in held or each.version > held[each.code][0].version
        spec, begins = spec_of(each), _begins(each, village_id, on)
        if newer and spec is not None and (begins or each.id in waiting):
            now = held.get(each.code)
            found.append((each, spec, begins, None if now is None else now[1]))
    votes = directory.public_votes(village_id) if any(p.needs_vote for p, *_ in found) else {}
    return tuple(
        RulesAhead(
            code=applied.code,
            title=_title(applied),
            version=applied.version,
            begins=begins,
            vote=votes.get(applied.id),
            rules=rules(applied),
            changes=None if now is None else rule_changes(spec, now),
        )
        for applied, spec, begins, now in found
    )


def _begins(version: AppliedPlaybook, village_id: UUID, on: date) -> date | None:
    """Return the day still to come from which a version is to hold at a village."""
    if village_id not in version.places:
        return None
    if not version.needs_vote:
        return version.in_force_from if version.in_force_from > on else None
    told = version.adopted.get(village_id, ())
    return told[-1][0] if told and told[-1][1] and told[-1][0] > on else None


def _any_vote(held: tuple[tuple[AppliedPlaybook, PointsSpec], ...]) -> bool:
    return any(p.needs_vote for a, _ in held for p in journal.playbook_versions(a.code))


def _history(
    code: str, village_id: UUID, on: date, votes: Mapping[UUID, PublicVote]
) -> tuple[BookVersion, ...]:
    """Return the versions that held at a village or were refused there, the newest first."""
    found = []
    for each in journal.playbook_versions(code):
        since = each.holds_from(village_id, on) if village_id in each.places else None
        if since is not None or each.id in votes:
            found.append(BookVersion(each.version, since, votes.get(each.id)))
    return tuple(found)


def _book(applied: AppliedPlaybook, spec: PointsSpec, history: tuple[BookVersion, ...]) -> RuleBook:
    held = [each for each in history if each.since is not None]
    place = next((n for n, each in enumerate(held) if each.version == applied.version), 0)
    number = held[place + 1].version if len(held) > place + 1 else None
    versions = journal.playbook_versions(applied.code)
    before = next((each for each in versions if each.version == number), None)
    was = None if before is None else spec_of(before)
    notice = [rule.publicity_work_days for rule in spec.rules]
    return RuleBook(
        code=applied.code,
        title=_title(applied),
        currency=spec.currency.title,
        version=applied.version,
        in_force_from=applied.in_force_from,
        approved_by=applied.approved_by,
        claim_within_days=spec.claim_within_days,
        notice_days_least=min(notice),
        notice_days_most=max(notice),
        answer_days=spec.objections.answer_within.amount,
        wait_days=spec.objections.post_after_answer.amount,
        rules=rules(applied),
        before_from=None if before is None or was is None else held[place + 1].since,
        changes=() if was is None else rule_changes(spec, was),
        vote=held[place].vote if held else None,
        history=history,
    )


def _title(applied: AppliedPlaybook) -> str:
    return stored(applied.compiled).core.title if "playbook" in applied.compiled else applied.code
