"""Two records that are one human being: asked by one person, decided by another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.directory.enums import MergeState


class Merge(models.Model):
    """``duplicate`` is to become, or became, a reference to ``survivor``.

    ``carried`` names what the survivor took over, so that it can be parted again: ids and
    names of fields, never a value.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    survivor = models.ForeignKey(
        "directory.Person", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    duplicate = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+")
    scope_code = models.TextField(db_collation="C")
    state = models.TextField()
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True
    )
    undone_at = models.DateTimeField(null=True)
    carried = models.JSONField(default=dict)

    class Meta:
        db_table = "directory_merge"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in MergeState]),
                name="directory_merge_state",
            ),
            models.CheckConstraint(
                condition=~Q(survivor=F("duplicate")), name="directory_merge_two_records"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(state="asked") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="directory_merge_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["merged", "undone"]) | ~Q(decided_by=F("asked_by")),
                name="directory_merge_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_by__isnull=False, undone_at__isnull=False)
                | ~Q(state="undone") & Q(undone_by__isnull=True, undone_at__isnull=True),
                name="directory_merge_undone",
            ),
            models.UniqueConstraint(
                fields=["duplicate"],
                condition=Q(state__in=["asked", "merged"]),
                name="directory_merge_once",
            ),
        ]
        indexes = [models.Index(fields=["scope_code", "id"], name="directory_merge_scope")]
