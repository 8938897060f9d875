"""Cases drawn by lot for a check or a call-back, so that anybody can draw the same again."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from liuchi.engines.cases.enums import DrawPurpose
from liuchi.engines.journal.columns import both, one_of, to


class Draw(models.Model):
    """One draw among the cases a town closed on a day: by which seal, how many of how many.

    ``candidate_ids`` are those it was among, so that it can be drawn again whatever became of
    them. Says nothing of any case: who may see which was drawn is told by :class:`Drawn`.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    town = to("directory.Area")
    day = models.DateField()
    purpose = models.TextField()
    percent = models.IntegerField()
    candidates = models.IntegerField()
    candidate_ids = ArrayField(models.UUIDField(), default=list)
    many = models.IntegerField()
    seal_head = models.TextField()
    drawn_at = models.DateTimeField()

    class Meta:
        db_table = "cases_draw"
        constraints = [
            one_of("purpose", DrawPurpose, "cases_draw_purpose"),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100, many__gte=1)
                & Q(candidates__gte=models.F("many")),
                name="cases_draw_share",
            ),
            models.UniqueConstraint(
                fields=["town", "day", "purpose", "percent"], name="cases_draw_once"
            ),
        ]


class Drawn(models.Model):
    """A case that was drawn, and for a call-back what whoever reported said on the telephone."""

    id = models.UUIDField(primary_key=True, editable=False)
    draw = to("cases.Draw")
    case = to("cases.Case")
    town = to("directory.Area")
    purpose = models.TextField()
    done_by = to("accounts.User", null=True)
    done_at = models.DateTimeField(null=True)
    reached = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.BooleanField(null=True)
    words = models.TextField(blank=True)

    class Meta:
        db_table = "cases_drawn"
        constraints = [
            one_of("purpose", DrawPurpose, "cases_drawn_purpose"),
            both("cases_drawn_done", "done_by", "done_at"),
            # Only who was reached has said anything.
            models.CheckConstraint(
                condition=Q(reached=True, solved__isnull=False, satisfied__isnull=False)
                | (~Q(reached=True) | Q(reached__isnull=True))
                & Q(solved__isnull=True, satisfied__isnull=True),
                name="cases_drawn_said",
            ),
            models.UniqueConstraint(fields=["draw", "case"], name="cases_drawn_once"),
        ]
        indexes = [
            models.Index(
                fields=["town", "purpose", "id"],
                condition=Q(done_at__isnull=True),
                name="cases_drawn_open",
            ),
            models.Index(fields=["case", "id"], name="cases_drawn_case"),
        ]
