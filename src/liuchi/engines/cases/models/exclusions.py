"""Cases left out of rates: asked by one, agreed to by another, kept for good."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.cases.enums import ExclusionKind, ExclusionState
from liuchi.engines.journal.columns import both, one_of, to


class Exclusion(models.Model):
    """One request to leave a case out of some rates (剔除), and what came of it.

    ``fact_id`` is the fact by which figures leave it out, None until somebody agreed.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    case = to("cases.Case")
    town = to("directory.Area")
    kind = models.TextField()
    reason = models.TextField()
    state = models.TextField()
    asked_by = to("accounts.User")
    asked_at = models.DateTimeField()
    decided_by = to("accounts.User", null=True)
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    fact_id = models.UUIDField(null=True)
    ended_by = to("accounts.User", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_exclusion"
        constraints = [
            one_of("kind", ExclusionKind, "cases_exclusion_kind"),
            one_of("state", ExclusionState, "cases_exclusion_state"),
            both("cases_exclusion_decided", "decided_by", "decided_at"),
            both("cases_exclusion_ended", "ended_by", "ended_at"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at__isnull=True)
                | ~Q(state="asked") & Q(decided_at__isnull=False),
                name="cases_exclusion_open",
            ),
            # The second person: nobody leaves a case out of the figures alone.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="cases_exclusion_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "ended"], fact_id__isnull=False)
                | ~Q(state__in=["approved", "ended"]) & Q(fact_id__isnull=True),
                name="cases_exclusion_fact",
            ),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(state__in=["asked", "approved"]),
                name="cases_exclusion_once",
            ),
        ]
        indexes = [models.Index(fields=["town", "id"], name="cases_exclusion_town")]
