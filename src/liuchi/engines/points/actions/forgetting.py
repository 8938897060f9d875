"""What may no longer be kept: words, photos and masked names of claims.

Points, dates and ids stay, and so do all facts: a figure counted then is the same today.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from liuchi.engines.files import actions as files
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points.enums import ClaimState
from liuchi.engines.points.models import Appeal, Claim, Review
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import start_of_day
from liuchi.playbooks.core import longest_retention

FORGOTTEN_NAME = "已删除"
_OVER = (ClaimState.REJECTED, ClaimState.WITHDRAWN, ClaimState.POSTED, ClaimState.REVERSED)
_SAYS_SOMETHING = ~Q(note="") | ~Q(review_reason="") | ~Q(evidence=[])


def forget_people(*, actor: Actor, limit: int = 500) -> int:
    """Clear the claims of people who were erased; return how many were cleared."""
    with acting_as(actor):
        found = list(
            Claim.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(person__erased_at__isnull=False)
            .exclude(masked_name=FORGOTTEN_NAME)
            .order_by("pk")[:limit]
        )
        _clear(found, actor)
        Claim.objects.filter(pk__in=[claim.pk for claim in found]).update(
            masked_name=FORGOTTEN_NAME
        )
    return len(found)


def forget_old_claims(*, actor: Actor, limit: int = 500) -> int:
    """Clear claims that are over for longer than their own playbook keeps personal data."""
    today, cleared = clock.today(), 0
    with acting_as(actor):
        over = Claim.objects.filter(_SAYS_SOMETHING, state__in=_OVER)
        for version in over.values_list("playbook_version", flat=True).distinct():
            retention = longest_retention(
                journal.playbook_version(version).compiled.get("purposes", {})
            )
            if retention is None:
                continue
            found = list(
                over.select_for_update(of=("self",), skip_locked=True)
                .filter(
                    playbook_version=version,
                    proposed_at__lt=start_of_day(retention.before(today)),
                )
                .order_by("pk")[: limit - cleared]
            )
            _clear(found, actor)
            cleared += len(found)
    return cleared


def _clear(claims: Sequence[Claim], actor: Actor) -> None:
    """Empty what was written; a photo that others' claims still cite stays for them."""
    ids = [claim.pk for claim in claims]
    photos = {photo for claim in claims for photo in claim.evidence}
    citing = Claim.objects.filter(evidence__overlap=list(photos)).exclude(pk__in=ids)
    for cited in citing.values_list("evidence", flat=True) if photos else ():
        photos -= set(cited)
    files.erase_documents(photos, actor=actor)
    Review.objects.filter(claim_id__in=ids).exclude(reason="").update(reason="")
    Appeal.objects.filter(claim_id__in=ids).update(reason="", answer="")
    Claim.objects.filter(pk__in=ids).update(note="", review_reason="", upper_reason="", evidence=[])
