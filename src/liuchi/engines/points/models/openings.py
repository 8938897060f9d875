"""Opening balances: what a paper book held, brought in by one, confirmed by another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.journal.columns import both, one_of, to
from liuchi.engines.points.enums import OpeningListState, OpeningState


class OpeningList(models.Model):
    """What one import brought; its id is the import's. ``scope_code`` is the importer's."""

    id = models.UUIDField(primary_key=True, editable=False)
    scope_code = models.TextField(db_collation="C")
    state = models.TextField()
    people = models.IntegerField()
    points = models.BigIntegerField()
    proposed_by = to("accounts.User")
    proposed_at = models.DateTimeField()
    decided_by = to("accounts.User", null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")

    class Meta:
        db_table = "points_opening_list"
        constraints = [
            one_of("state", OpeningListState, "points_opening_list_state"),
            both("points_opening_list_decided", "decided_at", "decided_by"),
            models.CheckConstraint(
                condition=Q(people__gte=1, points__gte=0), name="points_opening_list_amounts"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True)
                | Q(state="withdrawn", decided_by__isnull=False)
                | Q(state__in=["confirmed", "undone", "declined"], decided_by__isnull=False)
                & ~Q(decided_by=F("proposed_by")),
                name="points_opening_list_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="points_opening_list_reason",
            ),
        ]
        indexes = [models.Index(fields=["scope_code", "id"], name="points_opening_list_scope")]


class Opening(models.Model):
    """One resident's line. ``transfer`` posted it, ``reversal`` took it back; 0 needs neither."""

    id = models.UUIDField(primary_key=True, editable=False)
    list = to("points.OpeningList")
    person = to("directory.Person")
    household_id = models.UUIDField(null=True)
    village = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    unit = models.TextField(db_collation="C")
    points = models.IntegerField()
    held_on = models.DateField()
    expires_on = models.DateField(null=True)
    state = models.TextField()
    transfer = to("points.Transfer", null=True)
    reversal = to("points.Transfer", null=True)

    class Meta:
        db_table = "points_opening"
        constraints = [
            one_of("state", OpeningState, "points_opening_state"),
            models.CheckConstraint(condition=Q(points__gte=0), name="points_opening_points"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["asked", "withdrawn"], transfer__isnull=True, reversal__isnull=True
                )
                | Q(points=0, transfer__isnull=True, reversal__isnull=True)
                | Q(state="posted", transfer__isnull=False, reversal__isnull=True)
                | Q(state="reversed", transfer__isnull=False, reversal__isnull=False),
                name="points_opening_posted",
            ),
            # Once per person and currency, whatever file comes second.
            models.UniqueConstraint(
                fields=["person", "unit"],
                condition=Q(state__in=["asked", "posted"]),
                name="points_opening_once",
            ),
        ]
        indexes = [
            models.Index(fields=["list", "id"], name="points_opening_list_id"),
            models.Index(
                fields=["transfer"],
                condition=Q(transfer__isnull=False),
                name="points_opening_transfer",
            ),
        ]
