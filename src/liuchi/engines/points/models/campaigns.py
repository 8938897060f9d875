"""A campaign: one item of a playbook awarded to many people by one decision.

What is the same for all of them stands once, in the campaign; a person is one slim line.
A line never becomes more: whoever is objected to leaves the campaign and is a claim from then.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from liuchi.engines.journal.columns import both, one_of, to
from liuchi.engines.points.enums import (
    CampaignLineState,
    CampaignSource,
    CampaignState,
    LeftOutReason,
    Per,
)


class Campaign(models.Model):
    """What is awarded, by which rule as it stood then, on whose word.

    ``points`` is for one person; ``asked`` people were named, ``people`` of them are in.
    ``posted`` and ``reversed`` are how far the owner's functions have come.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    area = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    title = models.TextField()
    source = models.TextField()
    playbook_version = models.UUIDField()
    unit = models.TextField(db_collation="C")
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
    asked = models.IntegerField()
    people = models.IntegerField()
    proposed_by = to("accounts.User")
    proposed_at = models.DateTimeField()
    proposed_fact_id = models.UUIDField()
    state = models.TextField()
    version = models.IntegerField(default=1)
    decided_by = to("accounts.User", null=True)
    decided_at = models.DateTimeField(null=True)
    decided_fact_id = models.UUIDField(null=True)
    decide_reason = models.TextField(blank=True)
    expires_on = models.DateField(null=True)
    posted = models.IntegerField(default=0)
    posted_at = models.DateTimeField(null=True)
    undo_asked_by = to("accounts.User", null=True)
    undo_asked_at = models.DateTimeField(null=True)
    undo_reason = models.TextField(blank=True)
    undone_by = to("accounts.User", null=True)
    undone_at = models.DateTimeField(null=True)
    reversed = models.IntegerField(default=0)

    class Meta:
        db_table = "points_campaign"
        constraints = [
            one_of("state", CampaignState, "points_campaign_state"),
            one_of("source", CampaignSource, "points_campaign_source"),
            one_of("per", Per, "points_campaign_per"),
            models.CheckConstraint(
                condition=Q(award__gte=1, quantity__gte=1, points=F("award") * F("quantity")),
                name="points_campaign_points",
            ),
            models.CheckConstraint(
                condition=Q(people__gte=0, people__lte=F("asked"), posted__lte=F("people"))
                & Q(reversed__gte=0, reversed__lte=F("posted")),
                name="points_campaign_counts",
            ),
            both("points_campaign_decided", "decided_at", "decided_by"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True)
                | Q(state="withdrawn", decided_by__isnull=False)
                | ~Q(state__in=["proposed", "withdrawn"])
                & Q(decided_by__isnull=False)
                & ~Q(decided_by=F("proposed_by")),
                name="points_campaign_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "stopped"]) | ~Q(decide_reason=""),
                name="points_campaign_reason",
            ),
            both("points_campaign_undo_asked", "undo_asked_at", "undo_asked_by"),
            both("points_campaign_undone", "undone_at", "undone_by"),
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True)
                | Q(undo_asked_by__isnull=False)
                & ~Q(undone_by=F("undo_asked_by"))
                & ~Q(undo_reason=""),
                name="points_campaign_undo_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=["scope_code", "id"], name="points_campaign_scope"),
            models.Index(
                fields=["id"], condition=Q(state="on_notice"), name="points_campaign_running"
            ),
        ]


class CampaignPart(models.Model):
    """One village's people of a campaign: its sheet, its places there, its budget.

    Places ``first_place`` and on are the lines' own, in their order. ``through`` is the last
    place that was posted, ``undone_through`` the last that was looked at for undoing.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    campaign = to("points.Campaign")
    village = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    sheet = to("points.NoticeSheet", null=True)
    first_place = models.IntegerField(null=True)
    people = models.IntegerField()
    points = models.BigIntegerField()
    budget = to("points.Budget", null=True)
    through = models.IntegerField(default=0)
    undone_through = models.IntegerField(default=0)
    posted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "points_campaign_part"
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "village"], name="points_campaign_part_village"
            ),
            both("points_campaign_part_sheet", "sheet", "first_place"),
            models.CheckConstraint(
                condition=Q(people__gte=0, points__gte=0), name="points_campaign_part_counts"
            ),
        ]
        indexes = [
            models.Index(fields=["sheet"], name="points_campaign_part_on_sheet"),
            models.Index(
                fields=["id"],
                condition=Q(sheet__isnull=False, posted_at__isnull=True),
                name="points_campaign_part_due",
            ),
        ]


class CampaignLine(models.Model):
    """One person. ``place`` counts from 1 within the part; who is left out has none.

    The transfers are many people's, so they are named without a constraint that would look
    each of them up again; the owner's functions alone write them.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    campaign = to("points.Campaign")
    part = to("points.CampaignPart")
    person = to("directory.Person")
    household_id = models.UUIDField(null=True)
    village_id = models.UUIDField()
    scope_code = models.TextField(db_collation="C")
    masked_name = models.TextField()
    name_hidden = models.BooleanField()
    place = models.IntegerField(null=True)
    state = models.TextField()
    reason = models.TextField(blank=True)
    claim = to("points.Claim", null=True)
    transfer_id = models.UUIDField(null=True)
    fact_id = models.UUIDField(null=True)
    reversal_id = models.UUIDField(null=True)

    class Meta:
        db_table = "points_campaign_line"
        constraints = [
            one_of("state", CampaignLineState, "points_campaign_line_state"),
            models.CheckConstraint(
                condition=Q(reason__in=["", *(str(each) for each in LeftOutReason)]),
                name="points_campaign_line_reason",
            ),
            models.UniqueConstraint(
                fields=["person", "campaign"], name="points_campaign_line_person"
            ),
            models.CheckConstraint(
                condition=Q(state="left_out", transfer_id__isnull=True) & ~Q(reason="")
                | Q(state__in=["listed", "taken_out"], transfer_id__isnull=True)
                | Q(state="posted", transfer_id__isnull=False, fact_id__isnull=False)
                & Q(reversal_id__isnull=True)
                | Q(state="reversed", transfer_id__isnull=False, reversal_id__isnull=False),
                name="points_campaign_line_posted",
            ),
        ]
        indexes = [
            models.Index(fields=["part", "place"], name="points_campaign_line_place"),
        ]
