"""Tables of collecting, under row-level security: a unit sees its own answer and what is asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liuchi.engines.collect.enums import Closing, ReplyState, TableState


class Table(models.Model):
    """A table sent out. ``owner_id`` answers for it; after ``ends_on`` it takes nothing more.

    ``units_sent`` says to how many units: one that went over to another town is out of sight.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    area_id = models.UUIDField()
    scope_code = models.TextField(db_collation="C")
    title = models.TextField()
    note = models.TextField(blank=True)
    owner_id = models.UUIDField()
    purpose = models.TextField(blank=True)
    retain_days = models.IntegerField(null=True)
    ends_on = models.DateField()
    state = models.TextField()
    columns = models.JSONField()
    rows_max = models.IntegerField()
    units_sent = models.IntegerField()
    sent_at = models.DateTimeField()
    sent_by = models.UUIDField()
    closed_at = models.DateTimeField(null=True)
    closed_why = models.TextField(blank=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "collect_table"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=str(TableState.OPEN), closed_at__isnull=True, closed_why="")
                | Q(
                    state=str(TableState.CLOSED),
                    closed_at__isnull=False,
                    closed_why__in=[str(each) for each in Closing],
                ),
                name="collect_table_closed",
            ),
            # Personal values have a purpose and an end, whoever sends the table.
            models.CheckConstraint(
                condition=Q(purpose="", retain_days__isnull=True)
                | ~Q(purpose="") & Q(retain_days__gte=1),
                name="collect_table_purpose",
            ),
            models.CheckConstraint(condition=Q(rows_max__gte=1), name="collect_table_rows"),
        ]
        indexes = [
            models.Index(fields=["scope_code", "id"], name="collect_table_scope"),
            models.Index(fields=["state", "ends_on"], name="collect_table_ends"),
        ]


class Reply(models.Model):
    """One unit's answer: its rows, and of each value where it came from, by whom and when."""

    id = models.UUIDField(primary_key=True, editable=False)
    table = models.ForeignKey(Table, models.PROTECT, related_name="replies")
    area_id = models.UUIDField()
    scope_code = models.TextField(db_collation="C")
    state = models.TextField()
    version = models.IntegerField(default=1)
    rows = models.JSONField(default=list)
    handed_in_at = models.DateTimeField(null=True)
    handed_in_by = models.UUIDField(null=True)
    reason = models.TextField(blank=True)
    reminded_at = models.DateTimeField(null=True)
    reminded_times = models.IntegerField(default=0)

    class Meta:
        db_table = "collect_reply"
        constraints = [
            models.UniqueConstraint(fields=["table", "area_id"], name="collect_reply_once"),
            models.CheckConstraint(
                condition=Q(state__in=[str(each) for each in ReplyState]),
                name="collect_reply_state",
            ),
            models.CheckConstraint(
                condition=Q(handed_in_at__isnull=True, handed_in_by__isnull=True)
                | Q(handed_in_at__isnull=False, handed_in_by__isnull=False),
                name="collect_reply_handed_in",
            ),
            models.CheckConstraint(
                condition=~Q(state=str(ReplyState.HANDED_IN)) | Q(handed_in_at__isnull=False),
                name="collect_reply_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=str(ReplyState.SENT_BACK)) | ~Q(reason=""),
                name="collect_reply_reason",
            ),
        ]
        indexes = [models.Index(fields=["scope_code", "id"], name="collect_reply_scope")]
