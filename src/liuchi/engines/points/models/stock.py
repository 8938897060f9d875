"""Counting the shelf, and goods on their way from one shop to another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.journal.columns import both, one_of, to
from liuchi.engines.points.enums import MoveState, StocktakeState


class Stocktake(models.Model):
    """What one person counted on a shelf, and whether another has posted the differences.

    ``lines`` are ``[[goods id, title, what the books said, what was counted]]`` as they stood
    when the count was entered.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    shop = to("points.Shop")
    lines = models.JSONField()
    state = models.TextField()
    counted_by = to("accounts.User")
    counted_at = models.DateTimeField()
    decided_by = to("accounts.User", null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "points_stocktake"
        constraints = [
            one_of("state", StocktakeState, "points_stocktake_state"),
            both("points_stocktake_decided", "decided_at", "decided_by"),
            models.CheckConstraint(
                condition=~Q(state="posted")
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("counted_by")) & ~Q(reason=""),
                name="points_stocktake_two_people",
            ),
        ]
        indexes = [models.Index(fields=["shop", "id"], name="points_stocktake_shop")]


class StockMove(models.Model):
    """Goods sent from one shop to another; on their way they are set aside at the first."""

    id = models.UUIDField(primary_key=True, editable=False)
    goods = to("points.Goods")
    from_shop = to("points.Shop")
    to_shop = to("points.Shop")
    quantity = models.IntegerField()
    state = models.TextField()
    sent_by = to("accounts.User")
    sent_at = models.DateTimeField()
    ended_by = to("accounts.User", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "points_stock_move"
        constraints = [
            one_of("state", MoveState, "points_stock_move_state"),
            both("points_stock_move_ended", "ended_at", "ended_by"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & ~Q(from_shop=F("to_shop")),
                name="points_stock_move_amount",
            ),
            models.CheckConstraint(
                condition=~Q(state="received")
                | Q(ended_by__isnull=False) & ~Q(ended_by=F("sent_by")),
                name="points_stock_move_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=["from_shop", "id"], name="points_stock_move_from"),
            models.Index(fields=["to_shop", "id"], name="points_stock_move_to"),
        ]
