"""What those who watch over disclosures write: checks, the committee, its meetings and reviews."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.disclosures.enums import Fault
from liuchi.engines.journal.columns import both, one_of, to


class Checked(models.Model):
    """A posting that was drawn: its content as it was then, and what whoever checked it found.

    The scope is the village's. ``case_id`` is the matter that a fault became, by its id alone.
    The village puts a fault right (``mended``, with the correction that is out), another person
    strikes it off (``rectified``) or gives it back, ``returned`` times with the last words.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    scope_code = models.TextField(db_collation="C")
    check_of = to("disclosures.Check", db_column="check_id")
    posting = to("disclosures.PublicPosting")
    area = to("directory.Area")
    item_code = models.TextField()
    content_hash = models.TextField()
    done_by = to("accounts.User", null=True)
    done_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)
    words = models.TextField(blank=True)
    case_id = models.UUIDField(null=True)
    rectify_by = models.DateField(null=True)
    mended_by = to("accounts.User", null=True)
    mended_at = models.DateTimeField(null=True)
    mended_words = models.TextField(blank=True, default="")
    mended_posting = to("disclosures.PublicPosting", null=True)
    returned = models.IntegerField(default=0)
    returned_words = models.TextField(blank=True, default="")
    rectified_by = to("accounts.User", null=True)
    rectified_at = models.DateTimeField(null=True)
    rectified_words = models.TextField(blank=True)
    fact_id = models.UUIDField(null=True)

    class Meta:
        db_table = "disclosures_checked"
        constraints = [
            one_of("fault", Fault, "disclosures_checked_fault", ""),
            both("disclosures_checked_done", "done_by", "done_at"),
            both("disclosures_checked_mended", "mended_by", "mended_at"),
            both("disclosures_checked_rectified", "rectified_by", "rectified_at"),
            models.CheckConstraint(
                condition=Q(mended_at__isnull=True, mended_words="", mended_posting__isnull=True)
                | Q(mended_at__isnull=False) & ~Q(fault="") & ~Q(mended_words=""),
                name="disclosures_checked_put_right",
            ),
            models.CheckConstraint(
                condition=Q(rectified_at__isnull=True)
                | Q(mended_at__isnull=False) & ~Q(rectified_by=F("mended_by")),
                name="disclosures_checked_two_people",
            ),
            models.CheckConstraint(
                condition=Q(fault="", rectify_by__isnull=True, rectified_at__isnull=True)
                | ~Q(fault="") & Q(done_at__isnull=False, rectify_by__isnull=False),
                name="disclosures_checked_found",
            ),
            models.UniqueConstraint(
                fields=["check_of", "posting"], name="disclosures_checked_once"
            ),
        ]
        indexes = [
            models.Index(fields=["scope_code", "id"], name="disclosures_checked_scope"),
            models.Index(fields=["posting"], name="disclosures_checked_posting"),
            models.Index(
                fields=["case_id"],
                condition=Q(case_id__isnull=False),
                name="disclosures_checked_case",
            ),
        ]


class Member(models.Model):
    """An elected member of a village's supervision committee, whose name is public."""

    id = models.UUIDField(primary_key=True, editable=False)
    scope_code = models.TextField(db_collation="C")
    area = to("directory.Area")
    playbook = models.TextField()
    name = models.TextField()
    leads = models.BooleanField(default=False)
    elected_on = models.DateField()
    votes = models.IntegerField()
    voters = models.IntegerField()
    until = models.DateField()
    recorded_by = to("accounts.User", null=True)
    left_on = models.DateField(null=True)
    left_reason = models.TextField(blank=True)

    class Meta:
        db_table = "disclosures_member"
        constraints = [
            models.CheckConstraint(
                condition=Q(votes__gte=1, votes__lte=F("voters")) & Q(until__gt=F("elected_on")),
                name="disclosures_member_elected",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True, left_reason="")
                | Q(left_on__gte=F("elected_on")) & ~Q(left_reason=""),
                name="disclosures_member_left",
            ),
            models.UniqueConstraint(
                fields=["area", "playbook", "name"],
                condition=Q(left_on__isnull=True),
                name="disclosures_member_once",
            ),
        ]
        indexes = [models.Index(fields=["scope_code", "id"], name="disclosures_member_scope")]


class Meeting(models.Model):
    """A meeting of the committee: how many came, what was looked at and what came of it."""

    id = models.UUIDField(primary_key=True, editable=False)
    scope_code = models.TextField(db_collation="C")
    area = to("directory.Area")
    playbook = models.TextField()
    held_on = models.DateField()
    present = models.IntegerField()
    members = models.IntegerField()
    topics = models.TextField()
    conclusions = models.TextField(blank=True)
    recorded_by = to("accounts.User", null=True)
    recorded_at = models.DateTimeField()
    fact_id = models.UUIDField()

    class Meta:
        db_table = "disclosures_meeting"
        constraints = [
            models.CheckConstraint(
                condition=Q(present__gte=1, members__gte=F("present")),
                name="disclosures_meeting_present",
            ),
            models.UniqueConstraint(
                fields=["area", "playbook", "held_on"], name="disclosures_meeting_once"
            ),
        ]
        indexes = [models.Index(fields=["scope_code", "id"], name="disclosures_meeting_scope")]


class Review(models.Model):
    """The committee's review of a period's income and spending, as the meeting decided it."""

    id = models.UUIDField(primary_key=True, editable=False)
    scope_code = models.TextField(db_collation="C")
    area = to("directory.Area")
    meeting = to("disclosures.Meeting")
    first = models.DateField()
    end = models.DateField()
    income = models.DecimalField(max_digits=14, decimal_places=2)
    spending = models.DecimalField(max_digits=14, decimal_places=2)
    agreed = models.BooleanField()
    opinion = models.TextField(blank=True)
    posting_id = models.UUIDField(null=True)
    recorded_by = to("accounts.User", null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "disclosures_review"
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("first"), income__gte=0, spending__gte=0),
                name="disclosures_review_sums",
            ),
            models.CheckConstraint(
                condition=Q(agreed=True) | ~Q(opinion=""), name="disclosures_review_opinion"
            ),
            models.UniqueConstraint(
                fields=["area", "meeting", "first"], name="disclosures_review_once"
            ),
        ]
        indexes = [models.Index(fields=["scope_code", "id"], name="disclosures_review_scope")]
