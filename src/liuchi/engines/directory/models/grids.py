"""Grids (网格) and the outlines of places, each with the dates it held."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.directory.enums import GridSetting
from liuchi.engines.directory.models.areas import Area
from liuchi.kernel.ids import new_id


class Grid(models.Model):
    """What an area of the kind ``grid`` is besides. Its code is the area's scope code.

    A code is voided with a reason and never given again; the day is the area's ``valid_to``.
    """

    area = models.OneToOneField(
        Area, on_delete=models.PROTECT, primary_key=True, related_name="grid"
    )
    setting = models.TextField()
    void_reason = models.TextField(null=True)  # noqa: DJ001  null: not voided
    voided_by = models.UUIDField(null=True)

    class Meta:
        db_table = "directory_grid"
        constraints = [
            models.CheckConstraint(
                condition=Q(setting__in=[str(setting) for setting in GridSetting]),
                name="directory_grid_setting",
            ),
            models.CheckConstraint(
                condition=Q(void_reason__isnull=True, voided_by__isnull=True)
                | Q(void_reason__regex=r"\S", voided_by__isnull=False),
                name="directory_grid_voided_with_reason",
            ),
        ]


class AreaOutline(models.Model):
    """Where a place lies: a GeoJSON geometry in degrees (CGCS2000, WGS 84), longitude first.

    One outline a day at most, kept by an exclusion constraint. An outline that was drawn
    anew on its first day holds for no day (``valid_to`` = ``valid_from``).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="outlines")
    outline = models.JSONField()
    square_metres = models.BigIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    drawn_by = models.UUIDField()
    drawn_at = models.DateTimeField()

    class Meta:
        db_table = "directory_area_outline"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="directory_area_outline_interval",
            ),
            models.CheckConstraint(
                condition=Q(square_metres__gt=0), name="directory_area_outline_has_area"
            ),
        ]
