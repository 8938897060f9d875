"""吹哨报到: a place calls units to a case; each reports in, agrees on its part, is rated."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.cases.enums import CalledState, LimitUnit, ObjectionAbout
from liuchi.engines.journal.columns import both, one_of, to

_WORKED = ["agreed", "done", "rated"]


class Whistle(models.Model):
    """One call of a place (``area``) for help with a case: why, and how soon to report in."""

    id = models.UUIDField(primary_key=True, editable=False)
    case = to("cases.Case")
    area = to("directory.Area")
    reason = models.TextField()
    limit_amount = models.IntegerField()
    limit_unit = models.TextField()
    raised_by = to("accounts.User")
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_whistle"
        constraints = [
            one_of("limit_unit", LimitUnit, "cases_whistle_unit"),
            models.CheckConstraint(
                condition=Q(limit_amount__gte=1) & ~Q(reason=""), name="cases_whistle_said"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="cases_whistle_one_open"
            ),
        ]
        indexes = [models.Index(fields=["case", "id"], name="cases_whistle_case")]


class Called(models.Model):
    """One unit that a whistle called, and how far it has come.

    ``respond_by`` is when it has to have reported in; an objection stops that clock until it
    is decided. ``task`` is its part of the case, and what lets it see the case.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    whistle = to("cases.Whistle")
    case = to("cases.Case")
    unit = to("directory.Organization")
    task = to("cases.Task")
    state = models.TextField()
    version = models.IntegerField(default=1)
    called_at = models.DateTimeField()
    respond_by = models.DateTimeField()
    late_at = models.DateTimeField(null=True)
    arrived_by = to("accounts.User", null=True)
    arrived_at = models.DateTimeField(null=True)
    in_time = models.BooleanField(null=True)
    agreed = models.TextField(blank=True)
    agreed_by = to("accounts.User", null=True)
    agreed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)
    done_by = to("accounts.User", null=True)
    done_at = models.DateTimeField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.BooleanField(null=True)
    rating = models.TextField(blank=True)
    rated_by = to("accounts.User", null=True)
    rated_at = models.DateTimeField(null=True)
    rating_counts = models.BooleanField(default=True)

    class Meta:
        db_table = "cases_called"
        constraints = [
            one_of("state", CalledState, "cases_called_state"),
            both("cases_called_arrived", "arrived_by", "arrived_at", "in_time"),
            both("cases_called_agreed", "agreed_by", "agreed_at", "due_at"),
            both("cases_called_done", "done_by", "done_at"),
            both("cases_called_rated", "rated_by", "rated_at", "solved", "satisfied"),
            # What comes later has all that comes before it.
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=False, agreed_at__isnull=False)
                | ~Q(state__in=_WORKED),
                name="cases_called_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state="rated", rated_at__isnull=False)
                | ~Q(state="rated") & Q(rated_at__isnull=True),
                name="cases_called_rated_once",
            ),
            # Nobody rates their own work.
            models.CheckConstraint(
                condition=Q(rated_by__isnull=True) | ~Q(rated_by=F("done_by")),
                name="cases_called_rated_by_another",
            ),
            models.UniqueConstraint(fields=["whistle", "unit"], name="cases_called_once"),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="cases_called_case"),
            models.Index(
                fields=["unit", "respond_by", "id"],
                condition=~Q(state__in=["rated", "excused"]),
                name="cases_called_unit_open",
            ),
            models.Index(
                fields=["respond_by", "id"],
                condition=Q(state="called", late_at__isnull=True),
                name="cases_called_due",
            ),
        ]


class CalledObjection(models.Model):
    """What a unit says against being called, or against its rating; another person decides."""

    id = models.UUIDField(primary_key=True, editable=False)
    called = to("cases.Called")
    case = to("cases.Case")
    about = models.TextField()
    grounds = models.TextField()
    asked_by = to("accounts.User")
    asked_at = models.DateTimeField()
    upheld = models.BooleanField(null=True)
    answer = models.TextField(blank=True)
    decided_by = to("accounts.User", null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_called_objection"
        constraints = [
            one_of("about", ObjectionAbout, "cases_called_objection_about"),
            both("cases_called_objection_decided", "decided_by", "decided_at", "upheld"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="cases_called_objection_two_people",
            ),
            models.UniqueConstraint(fields=["called", "about"], name="cases_called_objection_once"),
        ]
        indexes = [models.Index(fields=["case", "id"], name="cases_called_objection_case")]


class CalledRework(models.Model):
    """A unit's part that was sent back: why, and what the unit had said came of it until then."""

    id = models.UUIDField(primary_key=True, editable=False)
    called = to("cases.Called")
    case = to("cases.Case")
    reason = models.TextField()
    result = models.TextField()
    done_by = to("accounts.User")
    done_at = models.DateTimeField()
    asked_by = to("accounts.User")
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "cases_called_rework"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="cases_called_rework_said"),
            # Nobody who did the work says that it was not done.
            models.CheckConstraint(
                condition=~Q(asked_by=F("done_by")), name="cases_called_rework_by_another"
            ),
            # What was done once is sent back once.
            models.UniqueConstraint(fields=["called", "done_at"], name="cases_called_rework_once"),
        ]
        indexes = [models.Index(fields=["case", "id"], name="cases_called_rework_case")]
