"""Limits that run over a case, and what another person agreed to change of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.cases.enums import ChangeKind, ChangeState, ClockKind, LimitUnit
from liuchi.engines.journal.columns import both, one_of, to


class Clock(models.Model):
    """One run of a limit. A stage that comes again gets a new one, with the next ``round``.

    ``due_at`` is counted by the calendar from ``started_at``; it moves by an approved change
    or a day off entered afterwards, and by nothing else. An overdue one has been escalated:
    the two are written together. ``warn_at`` is when its reminder comes, None for none;
    ``escalated_at`` when it last went up a level, ``escalate_at`` when it next does.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    case = to("cases.Case")
    kind = models.TextField()
    round = models.IntegerField()
    started_at = models.DateTimeField()
    limit_amount = models.IntegerField()
    limit_unit = models.TextField()
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    used_seconds = models.BigIntegerField(null=True)
    in_time = models.BooleanField(null=True)
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_clock"
        constraints = [
            one_of("kind", ClockKind, "cases_clock_kind"),
            one_of("limit_unit", LimitUnit, "cases_clock_unit"),
            both("cases_clock_stopped", "stopped_at", "used_seconds", "in_time"),
            both("cases_clock_escalated", "overdue_at", "escalated_at"),
            models.CheckConstraint(
                condition=Q(limit_amount__gte=1, round__gte=1, due_at__gte=F("started_at")),
                name="cases_clock_limit",
            ),
            models.UniqueConstraint(fields=["case", "kind", "round"], name="cases_clock_round"),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(stopped_at__isnull=True),
                name="cases_clock_one_runs",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(
                    stopped_at__isnull=True, paused_at__isnull=True, overdue_at__isnull=True
                ),
                name="cases_clock_due",
            ),
            models.Index(
                fields=["warn_at", "id"],
                condition=Q(stopped_at__isnull=True, paused_at__isnull=True, warned_at__isnull=True)
                & Q(warn_at__isnull=False),
                name="cases_clock_warn",
            ),
            models.Index(
                fields=["escalate_at", "id"],
                condition=Q(stopped_at__isnull=True, paused_at__isnull=True)
                & Q(escalate_at__isnull=False),
                name="cases_clock_overdue",
            ),
        ]


class ClockChange(models.Model):
    """More time, a pause or setting aside: one asks, another decides. Kept for good.

    A pause runs from its approval until ``until``; setting aside, until it is taken up again.
    Both stop every limit of the case (``clock`` is None). An extension
    adds ``amount`` of ``unit`` to the stage's limit and to the whole.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    case = to("cases.Case")
    clock = to("cases.Clock", null=True)
    kind = models.TextField()
    state = models.TextField()
    version = models.IntegerField(default=1)
    amount = models.IntegerField(null=True)
    unit = models.TextField(blank=True)
    until = models.DateTimeField(null=True)
    reason_code = models.TextField()
    reason = models.TextField(blank=True)
    asked_by = to("accounts.User")
    asked_at = models.DateTimeField()
    decided_by = to("accounts.User", null=True)
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_clock_change"
        constraints = [
            one_of("kind", ChangeKind, "cases_clock_change_kind"),
            one_of("state", ChangeState, "cases_clock_change_state"),
            one_of("unit", LimitUnit, "cases_clock_change_unit", ""),
            both("cases_clock_change_decided", "decided_by", "decided_at"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at__isnull=True)
                | ~Q(state="asked") & Q(decided_at__isnull=False),
                name="cases_clock_change_open",
            ),
            # The second person: nobody lengthens a limit of their own.
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "declined"]) | ~Q(decided_by=F("asked_by")),
                name="cases_clock_change_two_people",
            ),
            models.CheckConstraint(
                condition=Q(kind="extension", amount__gte=1, clock__isnull=False) & ~Q(unit="")
                | ~Q(kind="extension"),
                name="cases_clock_change_amount",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="cases_clock_change_interval",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state="asked"),
                name="cases_clock_change_one_asked",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="cases_clock_change_case"),
        ]
