"""Tables of what is said and decided before points are posted, and of what corrects them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from liuchi.engines.points.enums import ClaimState, Per
from liuchi.engines.points.models.fields import one_of, pair, to


class Claim(models.Model):
    """A deed said to have earned points. The rule stands in it as it was then."""

    id = models.UUIDField(primary_key=True, editable=False)
    person = to("directory.Person")
    masked_name = models.TextField()
    household_id = models.UUIDField(null=True)
    village = to("directory.Area")
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
    proposed_by = to("accounts.User")
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

    class Meta:
        db_table = "points_claim"
        constraints = [
            one_of("state", ClaimState, "points_claim_state"),
            one_of("per", Per, "points_claim_per"),
            models.CheckConstraint(
                condition=Q(award__gte=1, quantity__gte=1, points=F("award") * F("quantity")),
                name="points_claim_points",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="points_claim_version"),
            pair("reviewed_at", "reviewed_by", "points_claim_reviewed"),
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
            pair("sheet", "sheet_place", "points_claim_on_sheet"),
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
        ]
