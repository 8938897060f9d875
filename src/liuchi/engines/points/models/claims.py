"""Tables of what is said and decided before points are posted, and of what corrects them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from liuchi.engines.journal.columns import both, one_of, to
from liuchi.engines.points.enums import (
    ApprovalKind,
    ApprovalState,
    BatchKind,
    Capacity,
    ClaimState,
    Per,
    UpperReason,
)


class Batch(models.Model):
    """What claims were entered from together: a page of a paper book, a list of an activity.

    ``evidence`` is shared by its claims. ``refused`` keeps whom a list could not be
    entered for and why: ``[{person, code, zh, en, values}]``.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.TextField()
    village = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    title = models.TextField()
    page = models.TextField(blank=True)
    place = models.TextField(blank=True)
    happened_on = models.DateField(null=True)
    evidence = ArrayField(models.UUIDField(), default=list)
    refused = models.JSONField(default=list)
    entered_by = to("accounts.User")
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "points_batch"
        constraints = [
            one_of("kind", BatchKind, "points_batch_kind"),
            models.CheckConstraint(condition=~Q(title=""), name="points_batch_title"),
        ]
        indexes = [models.Index(fields=["village", "id"], name="points_batch_village")]


class Claim(models.Model):
    """A deed said to have earned points. The rule stands in it as it was then."""

    id = models.UUIDField(primary_key=True, editable=False)
    # These two and who proposed it are checked by statement, not by row: see docs/adr/0050.
    person = to("directory.Person", db_constraint=False)
    masked_name = models.TextField()
    household_id = models.UUIDField(null=True)
    village = to("directory.Area", db_constraint=False)
    scope_code = models.TextField(db_collation="C")
    playbook_version = models.UUIDField()
    unit = models.TextField()
    rule_code = models.TextField()
    rule_title = models.TextField()
    rule_class = models.TextField()
    award = models.IntegerField()
    per = models.TextField()
    quantity = models.IntegerField()
    points = models.IntegerField()
    publicity_work_days = models.IntegerField()
    happened_on = models.DateField()
    note = models.TextField(blank=True)
    evidence = ArrayField(models.UUIDField(), default=list)
    proposed_by = to("accounts.User", db_constraint=False)
    proposed_at = models.DateTimeField()
    proposed_fact_id = models.UUIDField()
    state = models.TextField()
    version = models.IntegerField()
    reviewed_by = to("accounts.User", null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_fact_id = models.UUIDField(null=True)
    review_reason = models.TextField(blank=True)
    notice_ends_at = models.DateTimeField(null=True)
    sheet = to("points.NoticeSheet", null=True)
    sheet_place = models.IntegerField(null=True)
    name_hidden = models.BooleanField(default=False)
    objections_open = models.IntegerField(default=0)
    posts_not_before = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    expires_on = models.DateField(null=True)
    budget = to("points.Budget", null=True)
    capacity = models.TextField()
    asked_by = to("directory.Person", null=True)
    batch = to("points.Batch", null=True)
    waiting_since = models.DateTimeField()
    upper_since = models.DateTimeField(null=True)
    upper_reason = models.TextField(blank=True)
    corrects = to("points.Claim", null=True)
    review_step = models.IntegerField(default=1)
    review_round = models.IntegerField(default=1)

    class Meta:
        db_table = "points_claim"
        constraints = [
            one_of("capacity", Capacity, "points_claim_capacity"),
            models.CheckConstraint(
                condition=Q(capacity__in=["own", "recorder"], asked_by__isnull=True)
                | Q(capacity__in=["family", "neighbour"], asked_by__isnull=False)
                & ~Q(asked_by=F("person")),
                name="points_claim_asked_by",
            ),
            models.CheckConstraint(
                condition=Q(upper_since__isnull=True, upper_reason="")
                | Q(upper_since__isnull=False, upper_reason__in=[str(r) for r in UpperReason]),
                name="points_claim_upper",
            ),
            one_of("state", ClaimState, "points_claim_state"),
            one_of("per", Per, "points_claim_per"),
            models.CheckConstraint(
                condition=Q(award__gte=1, quantity__gte=1, points=F("award") * F("quantity")),
                name="points_claim_points",
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1, review_step__gte=1, review_round__gte=1),
                name="points_claim_version",
            ),
            both("points_claim_reviewed", "reviewed_at", "reviewed_by"),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("proposed_by")),
                name="points_claim_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["on_notice", "posted", "reversed"])
                | Q(reviewed_at__isnull=False, notice_ends_at__isnull=False),
                name="points_claim_on_notice",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "returned"]) | ~Q(review_reason=""),
                name="points_claim_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["posted", "reversed"], posted_at__isnull=False)
                | (~Q(state__in=["posted", "reversed"]) & Q(posted_at__isnull=True)),
                name="points_claim_posted",
            ),
            both("points_claim_on_sheet", "sheet", "sheet_place"),
            models.UniqueConstraint(fields=["sheet", "sheet_place"], name="points_claim_place"),
            # Whatever code comes to post: not with an objection open, not before the notice
            # is over, not before the wait after an answer is over.
            models.CheckConstraint(
                condition=Q(objections_open=0) | Q(objections_open__gt=0, state="on_notice"),
                name="points_claim_objected",
            ),
            models.CheckConstraint(
                condition=Q(posted_at__isnull=True)
                | Q(posted_at__gte=F("notice_ends_at"))
                & (Q(posts_not_before__isnull=True) | Q(posted_at__gte=F("posts_not_before"))),
                name="points_claim_posted_after",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "rule_code", "happened_on"], name="points_claim_cap"),
            models.Index(fields=["person", "id"], name="points_claim_person"),
            models.Index(fields=["village", "state", "id"], name="points_claim_village"),
            models.Index(fields=["state", "id"], name="points_claim_state_id"),
            models.Index(
                fields=["notice_ends_at", "id"],
                condition=Q(state="on_notice"),
                name="points_claim_due",
            ),
            models.Index(fields=["proposed_by", "id"], name="points_claim_entered"),
            models.Index(
                fields=["asked_by", "id"],
                condition=Q(asked_by__isnull=False),
                name="points_claim_asked",
            ),
            models.Index(
                fields=["batch", "id"], condition=Q(batch__isnull=False), name="points_claim_batch"
            ),
            models.Index(
                fields=["waiting_since", "id"],
                condition=Q(state="proposed", upper_since__isnull=True),
                name="points_claim_waiting",
            ),
        ]


class Approval(models.Model):
    """What one person asks for and another decides: a correction, or a gift.

    ``right_quantity``: the quantity an award should have had, null where it should not
    have been made at all. ``fact_id`` is that of the contra-entry or of the gift.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.TextField()
    state = models.TextField()
    version = models.IntegerField()
    person = to("directory.Person")
    village = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    claim = to("points.Claim", null=True)
    right_quantity = models.IntegerField(null=True)
    shop = to("points.Shop", null=True)
    goods = to("points.Goods", null=True)
    quantity = models.IntegerField(null=True)
    reason = models.TextField()
    asked_by = to("accounts.User")
    asked_at = models.DateTimeField()
    decided_by = to("accounts.User", null=True)
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    fact_id = models.UUIDField(null=True)

    class Meta:
        db_table = "points_approval"
        constraints = [
            one_of("kind", ApprovalKind, "points_approval_kind"),
            one_of("state", ApprovalState, "points_approval_state"),
            both("points_approval_decided", "decided_at", "decided_by"),
            models.CheckConstraint(
                condition=Q(kind="correction", claim__isnull=False, shop__isnull=True)
                & Q(goods__isnull=True, quantity__isnull=True)
                & (Q(right_quantity__isnull=True) | Q(right_quantity__gte=1))
                | Q(kind="gift", claim__isnull=True, right_quantity__isnull=True)
                & Q(shop__isnull=False, goods__isnull=False, quantity__gte=1),
                name="points_approval_what",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="points_approval_reason"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(state="taken_back")
                | ~Q(decided_by=F("asked_by")),
                name="points_approval_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", decided_at__isnull=False, fact_id__isnull=False)
                | Q(state="declined", decided_at__isnull=False, fact_id__isnull=True)
                & ~Q(answer="")
                | Q(state="taken_back", decided_at__isnull=False, fact_id__isnull=True)
                | Q(state="asked", decided_at__isnull=True, fact_id__isnull=True),
                name="points_approval_answered",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state="asked", claim__isnull=False),
                name="points_approval_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["village", "state", "id"], name="points_approval_village"),
            models.Index(fields=["person", "id"], name="points_approval_person"),
        ]
