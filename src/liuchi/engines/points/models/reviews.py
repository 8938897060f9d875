"""Tables of review in steps: who decided what in which step, and appeals to the next tier."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liuchi.engines.journal.columns import both, one_of, to
from liuchi.engines.points.enums import ClaimAppealOutcome, ClaimAppealState, ObjectionVia


class Review(models.Model):
    """One step of a claim's review. A claim handed in again begins a new round.

    A step is taken once and by somebody who took no other of the round: unique keys say so.
    That nobody reviews the own household or what they entered, a trigger holds.
    ``by_group`` is the group's name as it was then, "" where one reviewer decides.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    claim = to("points.Claim")
    person = to("directory.Person")
    scope_code = models.TextField(db_collation="C")
    round = models.IntegerField()
    step = models.IntegerField()
    by_group = models.TextField(blank=True)
    outcome = models.TextField()
    reason = models.TextField(blank=True)
    reviewed_by = to("accounts.User")
    reviewed_at = models.DateTimeField()
    fact_id = models.UUIDField()

    class Meta:
        db_table = "points_review"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["forward", "approve", "reject", "return"]),
                name="points_review_outcome",
            ),
            models.CheckConstraint(
                condition=Q(round__gte=1, step__gte=1), name="points_review_counts"
            ),
            models.UniqueConstraint(fields=["claim", "round", "step"], name="points_review_once"),
            models.UniqueConstraint(
                fields=["claim", "round", "reviewed_by"], name="points_review_by_another"
            ),
        ]


class Appeal(models.Model):
    """A claimant asks the next tier to look at a rejected claim again. Once for a claim.

    ``entered_by`` took it down for the claimant, null where the claimant wrote it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    claim = to("points.Claim")
    person = to("directory.Person")
    village = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    via = models.TextField()
    entered_by = to("accounts.User", null=True)
    reason = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    asked_fact_id = models.UUIDField()
    state = models.TextField()
    outcome = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    decided_by = to("accounts.User", null=True)
    decided_at = models.DateTimeField(null=True)
    decided_fact_id = models.UUIDField(null=True)

    class Meta:
        db_table = "points_appeal"
        constraints = [
            one_of("state", ClaimAppealState, "points_appeal_state"),
            one_of("via", ObjectionVia, "points_appeal_via"),
            both("points_appeal_decided", "decided_at", "decided_by"),
            models.CheckConstraint(
                condition=Q(
                    state="decided",
                    outcome__in=[str(each) for each in ClaimAppealOutcome],
                    decided_at__isnull=False,
                    decided_fact_id__isnull=False,
                )
                | Q(state__in=["open", "withdrawn"], outcome="", decided_at__isnull=True),
                name="points_appeal_outcome",
            ),
            models.CheckConstraint(
                condition=Q(via="paper", entered_by__isnull=False)
                | Q(via="web", entered_by__isnull=True),
                name="points_appeal_by_proxy",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=~Q(state="withdrawn"),
                name="points_appeal_once",
            ),
        ]
        indexes = [
            models.Index(fields=["village", "state", "id"], name="points_appeal_village"),
            models.Index(fields=["state", "due_at", "id"], name="points_appeal_due"),
        ]
