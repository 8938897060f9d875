"""A case, and the reports that led to it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from liuchi.engines.cases.enums import CaseState, Channel, ClockKind
from liuchi.engines.journal.columns import both, one_of, to

_OPEN = [str(state) for state in CaseState if state.is_open]
_RUNNING = [str(state) for state in CaseState if state.runs]
_WITH_UNIT = ["dispatched", "handling", "feedback", "checking"]
_SETTLED = ["feedback", "checking"]


class Case(models.Model):
    """Something to be dealt with (案卷). Everything it stands for now; its past is its steps.

    ``village`` is None for a matter of the town's, and for a complaint about a community
    (``about``), which stays out of that community's sight. ``desk`` is the place whose staff
    are responsible now, ``unit`` the organisation that has it; ``handler_ids`` everybody who
    has dealt with it. ``clock`` and ``due_at`` are those of its stage; ``since`` is when it
    came to its state. ``reports`` counts those who told of it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    town = to("directory.Area")
    village = to("directory.Area", null=True)
    grid = to("directory.Area", null=True)
    about = to("directory.Area", null=True)
    scope_code = models.TextField(db_collation="C")
    playbook_version = models.UUIDField()
    type_code = models.TextField()
    main_type = models.TextField()
    type_title = models.TextField()
    condition_code = models.TextField(blank=True)
    channel = models.TextField()
    description = models.TextField(blank=True)
    place = models.TextField(blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    reported_at = models.DateTimeField()
    reported_fact_id = models.UUIDField()
    filed_at = models.DateTimeField(null=True)
    state = models.TextField()
    since = models.DateTimeField()
    version = models.IntegerField()
    tier = models.TextField(blank=True)
    urgent = models.BooleanField()
    sensitive = models.BooleanField()
    supervised = models.BooleanField(default=False)
    appealed = models.BooleanField(default=False)
    disputed = models.BooleanField(default=False)
    overdue = models.BooleanField(default=False)
    basically_done = models.BooleanField(default=False)
    desk = to("directory.Area")
    unit = to("directory.Organization", null=True)
    handler_ids = ArrayField(models.UUIDField(), default=list)
    clock = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True)
    suspended_from = models.TextField(blank=True)
    reports = models.IntegerField(default=1)
    returned = models.IntegerField(default=0)
    reworked = models.IntegerField(default=0)
    reopened = models.IntegerField(default=0)
    escalated = models.IntegerField(default=0)
    parent = to("cases.Case", null=True)
    children_open = models.IntegerField(default=0)
    merged_into = to("cases.Case", null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = to("accounts.User", null=True)
    reopen_until = models.DateTimeField(null=True)
    recheck_on = models.DateField(null=True)
    last_fact_id = models.UUIDField()

    class Meta:
        db_table = "cases_case"
        constraints = [
            one_of("state", CaseState, "cases_case_state"),
            one_of("channel", Channel, "cases_case_channel"),
            one_of("clock", ClockKind, "cases_case_clock", ""),
            one_of("suspended_from", CaseState, "cases_case_suspended_from", ""),
            both("cases_case_point", "longitude", "latitude"),
            # No state without somebody responsible: a desk always, a unit once it has it, or
            # whoever settled it on the spot.
            models.CheckConstraint(
                condition=Q(unit__isnull=False)
                | ~Q(state__in=_WITH_UNIT)
                | (Q(state__in=_SETTLED) & ~Q(handler_ids=[])),
                name="cases_case_unit",
            ),
            # No running state without a clock, and no clock once nobody works on it.
            models.CheckConstraint(
                condition=Q(state__in=_RUNNING, due_at__isnull=False) & ~Q(clock="")
                | ~Q(state__in=_RUNNING) & Q(due_at__isnull=True, clock=""),
                name="cases_case_has_clock",
            ),
            models.CheckConstraint(
                condition=Q(state="suspended") & ~Q(suspended_from="")
                | ~Q(state="suspended") & Q(suspended_from=""),
                name="cases_case_suspended",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, closed_by__isnull=False)
                | ~Q(state="closed") & Q(closed_at__isnull=True, closed_by__isnull=True),
                name="cases_case_closed",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(state="withdrawn"),
                name="cases_case_merged",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(children_open=0), name="cases_case_children_first"
            ),
            models.CheckConstraint(
                condition=Q(
                    version__gte=1,
                    reports__gte=0,
                    returned__gte=0,
                    reworked__gte=0,
                    reopened__gte=0,
                    children_open__gte=0,
                ),
                name="cases_case_counts",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True)
                | Q(longitude__gte=-180, longitude__lte=180, latitude__gte=-90, latitude__lte=90),
                name="cases_case_on_earth",
            ),
        ]
        indexes = [
            models.Index(fields=["town", "id"], name="cases_case_town"),
            models.Index(fields=["village", "id"], name="cases_case_village"),
            models.Index(fields=["town", "state", "id"], name="cases_case_town_state"),
            models.Index(fields=["village", "state", "id"], name="cases_case_village_state"),
            models.Index(fields=["town", "type_code", "id"], name="cases_case_town_type"),
            models.Index(
                fields=["town", "due_at", "id"],
                condition=~Q(clock=""),
                name="cases_case_town_due",
            ),
            models.Index(
                fields=["village", "due_at", "id"],
                condition=~Q(clock=""),
                name="cases_case_village_due",
            ),
            models.Index(
                fields=["unit", "due_at", "id"],
                condition=~Q(clock=""),
                name="cases_case_unit_due",
            ),
            models.Index(
                fields=["closed_at", "id"],
                condition=Q(closed_at__isnull=False),
                name="cases_case_closed_at",
            ),
            models.Index(
                fields=["town", "recheck_on", "id"],
                condition=Q(recheck_on__isnull=False),
                name="cases_case_recheck",
            ),
            models.Index(
                fields=["unit", "id"],
                condition=Q(unit__isnull=False),
                name="cases_case_unit",
            ),
            # Few are urgent, few are late or supervised: a list of them reads no others.
            models.Index(fields=["id"], condition=Q(urgent=True), name="cases_case_urgent"),
            models.Index(
                fields=["town", "id"],
                condition=Q(overdue=True) | Q(supervised=True),
                name="cases_case_town_marked",
            ),
            models.Index(
                fields=["village", "id"],
                condition=Q(overdue=True) | Q(supervised=True),
                name="cases_case_village_marked",
            ),
            models.Index(
                fields=["id"],
                condition=Q(appealed=True) | Q(disputed=True),
                name="cases_case_contested",
            ),
            models.Index(
                fields=["parent"], condition=Q(parent__isnull=False), name="cases_case_parent"
            ),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="cases_case_merged_into",
            ),
        ]


class Report(models.Model):
    """What one person told (上报). Several may lead to one case; each has its own receipt.

    ``text`` and ``place`` are as written and are emptied when they are erased. Who it was
    stands in :class:`Reporter` alone.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    case = to("cases.Case")
    channel = models.TextField()
    received_at = models.DateTimeField()
    text = models.TextField(blank=True)
    place = models.TextField(blank=True)
    answers = models.JSONField(default=dict)
    evidence = ArrayField(models.UUIDField(), default=list)
    receipt_hash = models.BinaryField(unique=True)
    entered_by = to("accounts.User", null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_report"
        constraints = [one_of("channel", Channel, "cases_report_channel")]
        indexes = [
            models.Index(fields=["case", "id"], name="cases_report_case"),
            models.Index(
                fields=["entered_by", "id"],
                condition=Q(entered_by__isnull=False),
                name="cases_report_entered_by",
            ),
        ]


class Reporter(models.Model):
    """Who reported, where that is known. What was left is sealed under a key of this row's own.

    ``organization`` is the enterprise that speaks, ``contact`` how to reach whoever reported.
    Deleting the row is the erasure. Staff of the area see that there is one; both are opened
    for a purpose, and that is journalled.
    """

    report = models.OneToOneField(
        Report, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    user = to("accounts.User", null=True)
    organization = models.BinaryField(null=True)
    contact = models.BinaryField(null=True)
    wrapped_key = models.BinaryField(null=True)
    ring_id = models.TextField(blank=True)

    class Meta:
        db_table = "cases_reporter"
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=True, organization__isnull=True)
                & Q(wrapped_key__isnull=True)
                | (Q(contact__isnull=False) | Q(organization__isnull=False))
                & Q(wrapped_key__isnull=False),
                name="cases_reporter_sealed",
            )
        ]
        indexes = [
            models.Index(
                fields=["user", "report"],
                condition=Q(user__isnull=False),
                name="cases_reporter_user",
            ),
            models.Index(fields=["ring_id"], condition=~Q(ring_id=""), name="cases_reporter_ring"),
        ]


class Guard(models.Model):
    """That some address sent or asked something, to stop floods. Tied to no report, kept a day."""

    id = models.UUIDField(primary_key=True, editable=False)
    source = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_guard"
        indexes = [models.Index(fields=["source", "at"], name="cases_guard_source")]
