"""Points with a last day. The owner's triggers keep both tables beside the ledger's entries."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liuchi.engines.journal.columns import to


class Lot(models.Model):
    """What one purse holds until one day; what its balance holds beyond lots never ends.

    ``warned_at`` is when the holder was told that the day comes near.
    """

    id = models.BigAutoField(primary_key=True)
    account = to("points.Account")
    expires_on = models.DateField()
    points_left = models.BigIntegerField()
    warned_at = models.DateTimeField(null=True)
    scope_code = models.TextField(db_collation="C")
    person_id = models.UUIDField()

    class Meta:
        db_table = "points_lot"
        constraints = [
            models.UniqueConstraint(fields=["account", "expires_on"], name="points_lot_day"),
            models.CheckConstraint(condition=Q(points_left__gte=0), name="points_lot_left"),
        ]
        indexes = [
            models.Index(
                fields=["expires_on", "id"],
                condition=Q(points_left__gt=0),
                name="points_lot_due",
            ),
            models.Index(fields=["person_id", "expires_on"], name="points_lot_person"),
        ]


class LotMove(models.Model):
    """What one transfer put into a lot (above zero) or took out of it. Append-only.

    ``undoes`` is the transfer whose points came back, ``came_from`` the lot they had left.
    """

    id = models.BigAutoField(primary_key=True)
    transfer = to("points.Transfer")
    account = to("points.Account")
    expires_on = models.DateField()
    points = models.BigIntegerField()
    undoes = to("points.Transfer", null=True)
    came_from = models.DateField(null=True)
    scope_code = models.TextField(db_collation="C")
    person_id = models.UUIDField()

    class Meta:
        db_table = "points_lot_move"
        constraints = [
            models.CheckConstraint(condition=~Q(points=0), name="points_lot_move_points"),
        ]
        indexes = [
            models.Index(fields=["transfer", "id"], name="points_lot_move_transfer"),
            models.Index(
                fields=["undoes"],
                condition=Q(undoes__isnull=False),
                name="points_lot_move_undoes",
            ),
        ]


class DatedUnit(models.Model):
    """A currency of which some points have a last day: postings of others look no further."""

    unit = models.TextField(primary_key=True, db_collation="C")

    class Meta:
        db_table = "points_dated_unit"
