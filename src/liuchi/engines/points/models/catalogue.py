"""What changes about a shop's list: prices with their days, and days it is closed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.journal.columns import to


class GoodsPrice(models.Model):
    """A price somebody decided, from a day on. Append-only: what was charged can be explained."""

    id = models.UUIDField(primary_key=True, editable=False)
    goods = to("points.Goods")
    price_points = models.IntegerField()
    from_day = models.DateField()
    decided_by = to("accounts.User")
    decided_at = models.DateTimeField()

    class Meta:
        db_table = "points_goods_price"
        constraints = [
            models.CheckConstraint(
                condition=Q(price_points__gte=1), name="points_goods_price_amount"
            ),
        ]
        indexes = [models.Index(fields=["goods", "id"], name="points_goods_price_goods")]


class ShopClosure(models.Model):
    """Days on which a shop stays closed beside its weekly hours: stocktaking, a holiday."""

    id = models.UUIDField(primary_key=True, editable=False)
    shop = to("points.Shop")
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.TextField()

    class Meta:
        db_table = "points_shop_closure"
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="points_shop_closure_days"
            ),
        ]
        indexes = [models.Index(fields=["shop", "last_day"], name="points_shop_closure_shop")]
