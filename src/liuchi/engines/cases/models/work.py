"""What is done about a case: tasks of units, the log of steps, checks and ratings."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from liuchi.engines.cases.enums import (
    CaseState,
    CaseVerb,
    CheckKind,
    CheckOutcome,
    TaskKind,
    TaskState,
)
from liuchi.engines.journal.columns import both, one_of, to

_TASK_OPEN = [str(TaskState.GIVEN), str(TaskState.ACCEPTED)]


class Task(models.Model):
    """One unit's piece of work: the case itself, a part in joint handling, a whistle's part."""

    id = models.UUIDField(primary_key=True, editable=False)
    case = to("cases.Case")
    unit = to("directory.Organization")
    kind = models.TextField()
    state = models.TextField()
    given_by = to("accounts.User")
    given_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    accepted_by = to("accounts.User", null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_by = to("accounts.User", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_task"
        constraints = [
            one_of("kind", TaskKind, "cases_task_kind"),
            one_of("state", TaskState, "cases_task_state"),
            both("cases_task_accepted", "accepted_by", "accepted_at"),
            both("cases_task_ended", "ended_by", "ended_at"),
            models.CheckConstraint(
                condition=Q(state__in=_TASK_OPEN, ended_at__isnull=True)
                | ~Q(state__in=_TASK_OPEN) & Q(ended_at__isnull=False),
                name="cases_task_open",
            ),
            # One unit has the case at a time, and no unit has the same part of it twice.
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(kind="main", state__in=_TASK_OPEN),
                name="cases_task_one_main",
            ),
            models.UniqueConstraint(
                fields=["case", "unit", "kind"],
                condition=Q(state__in=_TASK_OPEN),
                name="cases_task_once",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="cases_task_case"),
            models.Index(
                fields=["unit", "id"], condition=Q(state__in=_TASK_OPEN), name="cases_task_unit"
            ),
        ]


class Step(models.Model):
    """One line of a case's log: what was done, by whom under which post, with what opinion.

    ``used_seconds`` is what the limit that ran has counted until then; ``timed_out`` whether
    it had passed. ``report`` says whose words it holds where whoever reported answers an
    office. Never changed; words and photos are emptied when they are erased.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    case = to("cases.Case")
    verb = models.TextField()
    state_before = models.TextField(blank=True)
    state_after = models.TextField()
    at = models.DateTimeField()
    actor = to("accounts.User", null=True)
    post = to("directory.Post", null=True)
    unit = to("directory.Organization", null=True)
    reason_code = models.TextField(blank=True)
    opinion = models.TextField(blank=True)
    evidence = ArrayField(models.UUIDField(), default=list)
    clock = models.TextField(blank=True)
    used_seconds = models.BigIntegerField(null=True)
    timed_out = models.BooleanField()
    to_reporter = models.BooleanField(default=False)
    report = to("cases.Report", null=True)
    fact_id = models.UUIDField()

    class Meta:
        db_table = "cases_step"
        constraints = [
            one_of("verb", CaseVerb, "cases_step_verb", "report"),
            one_of("state_before", CaseState, "cases_step_before", ""),
            one_of("state_after", CaseState, "cases_step_after"),
            # What somebody answers is theirs and the staff's: not shown to all who reported.
            models.CheckConstraint(
                condition=Q(report__isnull=True)
                | Q(verb=str(CaseVerb.NOTE), actor__isnull=True, to_reporter=False),
                name="cases_step_answer",
            ),
        ]
        indexes = [models.Index(fields=["case", "id"], name="cases_step_case")]


class Check(models.Model):
    """What somebody found who looked: before closing, some days after it, or drawn by lot.

    ``numbers`` are those asked at closing, by code, as decimals in text.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    case = to("cases.Case")
    kind = models.TextField()
    outcome = models.TextField()
    at = models.DateTimeField()
    by = to("accounts.User")
    opinion = models.TextField(blank=True)
    evidence = ArrayField(models.UUIDField(), default=list)
    fact_id = models.UUIDField()
    numbers = models.JSONField(default=dict)

    class Meta:
        db_table = "cases_check"
        constraints = [
            one_of("kind", CheckKind, "cases_check_kind"),
            one_of("outcome", CheckOutcome, "cases_check_outcome"),
        ]
        indexes = [models.Index(fields=["case", "id"], name="cases_check_case")]


class Rating(models.Model):
    """What whoever reported says of one closing. Once for each; in words only if they want."""

    id = models.UUIDField(primary_key=True, editable=False)
    case = to("cases.Case")
    report = to("cases.Report")
    closing = models.IntegerField()
    solved = models.BooleanField()
    satisfied = models.BooleanField()
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    fact_id = models.UUIDField()

    class Meta:
        db_table = "cases_rating"
        constraints = [
            models.UniqueConstraint(fields=["report", "closing"], name="cases_rating_once"),
        ]
        indexes = [models.Index(fields=["case", "id"], name="cases_rating_case")]
