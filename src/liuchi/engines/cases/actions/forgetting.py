"""What a reporter left: looked at for a reason, and erased a year after the case has ended."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from liuchi.engines.cases import facts
from liuchi.engines.cases.actions.moving import said
from liuchi.engines.cases.enums import CaseState, CaseVerb
from liuchi.engines.cases.models import Case, Guard, Rating, Report, Reporter, Step
from liuchi.engines.cases.queries.cases import case_now
from liuchi.engines.cases.rules import CaseNow
from liuchi.engines.cases.scope import key_ring
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

TEXT_KEPT = timedelta(days=365)
"""How long what was written in a report is kept after its case has ended."""

_GUARD_KEPT = timedelta(days=1)
_OVER = [str(state) for state in CaseState if not state.is_open]


def show_contact(*, actor: Actor, key: str, report_id: UUID) -> str:
    """Return who spoke and how to reach them, to staff who may ask back; it is journalled.

    NotFound where they left none, and to a unit that has the work.
    """
    actor.may("cases.contact.read").or_refuse()
    with acting_as(actor):
        held = Reporter.objects.filter(report_id=report_id).first()
        report = Report.objects.filter(pk=report_id).first()
        now = None if report is None else case_now(report.case_id)
        if held is None or held.wrapped_key is None or now is None:
            raise NotFound("contact")
        body = {"report": report_id}
        if journal.once(f"cases.show_contact:{actor.id}", key, body, report_id) is None:
            _record(actor, facts.CONTACT_SEEN, now)
        data_key = key_ring().open_subject_key(bytes(held.wrapped_key), str(report_id))
        parts = {"organization": held.organization, "contact": held.contact}
        return " ".join(
            data_key.decrypt(bytes(sealed), f"cases.{name}:{report_id}")
            for name, sealed in parts.items()
            if sealed is not None
        )


def forget_reports(*, actor: Actor, limit: int = 500) -> int:
    """Erase the words, places and contacts of reports whose case ended a year ago.

    What happened to them stays, wordless. Yesterday's marks of addresses go as well.
    """
    actor.may("cases.report.erase").or_refuse()
    now = clock.now()
    with acting_as(actor):
        Guard.objects.filter(at__lt=now - _GUARD_KEPT).delete()
        old = list(
            Report.objects.filter(
                erased_at__isnull=True, case__state__in=_OVER, case__since__lt=now - TEXT_KEPT
            ).order_by("id")[:limit]
        )
        ids, cases = [each.id for each in old], {each.case_id for each in old}
        Reporter.objects.filter(report_id__in=ids).delete()
        Report.objects.filter(pk__in=ids).update(
            text="", place="", answers={}, evidence=[], erased_at=now
        )
        Rating.objects.filter(report_id__in=ids).update(text="")
        theirs = Q(case_id__in=cases, verb=CaseVerb.DISPUTE) | Q(report_id__in=ids)
        Step.objects.filter(theirs).update(opinion="", evidence=[])
        Case.objects.filter(pk__in=cases).update(description="", place="")
        for case_id in sorted(cases):
            held = case_now(case_id)
            if held is not None:
                _record(actor, facts.ERASED, held)
    return len(old)


def rewrap_contacts(*, actor: Actor, limit: int = 1000) -> int:
    """Wrap keys under the ring's current key that are still under an older one."""
    ring = key_ring()
    with acting_as(actor):
        rows = list(
            Reporter.objects.select_for_update(skip_locked=True)
            .exclude(ring_id__in=["", ring.current])
            .order_by("report_id")[:limit]
        )
        for row in rows:
            row.wrapped_key = ring.rewrap(bytes(row.wrapped_key or b""), str(row.report_id))
            row.ring_id = ring.current
        Reporter.objects.bulk_update(rows, ["wrapped_key", "ring_id"], batch_size=500)
    return len(rows)


def _record(actor: Actor, kind: str, now: CaseNow) -> None:
    journal.record(
        kind,
        actor=actor,
        subject_kind="cases.case",
        subject_id=now.id,
        area_id=now.area_id,
        data=said(facts.CaseData, now, now),
        cause_id=now.last_fact_id,
        playbook_version=now.playbook_version,
    )
