"""How many points a place may commit in a period, and how many it has."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.journal.columns import to


class Budget(models.Model):
    """A place's points of one currency in one period.

    ``committed`` is what approved claims of the period come to, posted or on notice; a
    trigger keeps it, so that no two reviewers can pass the limit together.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    village = to("directory.Area")
    unit = models.TextField(db_collation="C")
    first_day = models.DateField()
    last_day = models.DateField()
    points = models.BigIntegerField()
    committed = models.BigIntegerField(default=0)

    class Meta:
        db_table = "points_budget"
        constraints = [
            models.UniqueConstraint(
                fields=["village", "unit", "first_day"], name="points_budget_period"
            ),
            models.CheckConstraint(
                condition=Q(committed__gte=0, committed__lte=F("points")),
                name="points_budget_within",
            ),
        ]


class BudgetChange(models.Model):
    """That the town set a budget to another sum: from how much, to how much, and why."""

    id = models.UUIDField(primary_key=True, editable=False)
    budget = to("points.Budget")
    before = models.BigIntegerField()
    after = models.BigIntegerField()
    reason = models.TextField()
    changed_by = to("accounts.User")
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "points_budget_change"
        constraints = [
            models.CheckConstraint(
                condition=Q(before__gte=0, after__gte=0) & ~Q(before=F("after")) & ~Q(reason=""),
                name="points_budget_change_says",
            ),
        ]
        indexes = [models.Index(fields=["budget", "id"], name="points_budget_change_list")]
