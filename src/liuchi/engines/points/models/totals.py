"""What a purse came to up to some entry: a long life reads as fast as a short one."""

from __future__ import annotations

from django.db import models


class Total(models.Model):
    """Sums of one purse's entries up to ``through_id``; what is newer is added when it is read.

    The owner's ``points_roll_up`` alone writes it. Entries are never changed, so a sum that
    was right stays right, and a night without it costs time and nothing else.
    """

    account = models.OneToOneField(
        "points.Account", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    through_id = models.BigIntegerField()
    earned = models.BigIntegerField()
    spent = models.BigIntegerField()
    ended = models.BigIntegerField()

    class Meta:
        db_table = "points_total"


class TotalMark(models.Model):
    """Up to which entry purses were looked for, in one row."""

    singleton = models.BooleanField(primary_key=True)
    through_id = models.BigIntegerField()

    class Meta:
        db_table = "points_total_mark"
