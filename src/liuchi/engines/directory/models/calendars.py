"""Days entered by hand, which outweigh the published calendar."""

from __future__ import annotations

from django.db import models

from liuchi.kernel.ids import new_id


class CalendarDay(models.Model):
    """A day off or a make-up workday that a notice orders; the same for the installation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    date = models.DateField(unique=True)
    name = models.TextField()
    is_off_day = models.BooleanField()
    notice = models.TextField()
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()

    class Meta:
        db_table = "directory_calendar_day"


class CalendarYear(models.Model):
    """A year whose notice has been entered in full: it is warned of no more."""

    year = models.IntegerField(primary_key=True)
    notice = models.TextField()
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()

    class Meta:
        db_table = "directory_calendar_year"
