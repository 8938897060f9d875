"""Purses that are being closed: their person died, moved away or no longer takes part."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.journal.columns import one_of, to
from liuchi.engines.points.enums import ClosingReason, ClosingState


class Closing(models.Model):
    """From ``cause_id``, the fact that began it, until the purse is settled or passed on.

    ``ends_on`` is the last day the points may be redeemed or taken over.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    person = to("directory.Person")
    village = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    reason = models.TextField()
    began_on = models.DateField()
    ends_on = models.DateField()
    state = models.TextField()
    cause_id = models.UUIDField(unique=True)
    closed_at = models.DateTimeField(null=True)
    successor = to("directory.Person", null=True)
    passed_by = to("accounts.User", null=True)

    class Meta:
        db_table = "points_closing"
        constraints = [
            one_of("reason", ClosingReason, "points_closing_reason"),
            one_of("state", ClosingState, "points_closing_state"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("began_on")), name="points_closing_days"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | ~Q(state="open") & Q(closed_at__isnull=False),
                name="points_closing_closed",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="passed_on",
                    reason="deceased",
                    successor__isnull=False,
                    passed_by__isnull=False,
                )
                | ~Q(state="passed_on") & Q(successor__isnull=True, passed_by__isnull=True),
                name="points_closing_successor",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="open"), name="points_closing_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["scope_code", "id"], name="points_closing_scope"),
            models.Index(
                fields=["ends_on", "id"], condition=Q(state="open"), name="points_closing_due"
            ),
        ]
