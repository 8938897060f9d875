"""Which villages are model villages, of which town, from when until when: open to everybody."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.journal.columns import to


class ModelVillage(models.Model):
    """A village that others come to see. It takes one of its town's places, ``number`` of ``most``.

    ``ended_on`` is the first day on which it is none any more. The database lets nobody take a
    place that is taken, whatever day is named: see ``sql/0005_model_villages.sql``.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    scope_code = models.TextField(db_collation="C")
    area = to("directory.Area")
    town = to("directory.Area")
    playbook = models.TextField()
    playbook_version = models.UUIDField()
    number = models.IntegerField()
    most = models.IntegerField()
    since = models.DateField()
    reason = models.TextField()
    named_by = to("accounts.User", null=True)
    named_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    ended_reason = models.TextField(blank=True, default="")
    ended_by = to("accounts.User", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "disclosures_model_village"
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=F("most")) & ~Q(reason=""),
                name="disclosures_model_village_place",
            ),
            models.CheckConstraint(
                condition=Q(
                    ended_on__isnull=True,
                    ended_at__isnull=True,
                    ended_by__isnull=True,
                    ended_reason="",
                )
                | Q(ended_on__gte=F("since"), ended_at__isnull=False) & ~Q(ended_reason=""),
                name="disclosures_model_village_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "since"], name="disclosures_model_area"),
            models.Index(fields=["town", "playbook"], name="disclosures_model_town"),
        ]
