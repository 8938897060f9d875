"""Prompt sheets (提示单) that were issued, and cases handed around until somebody decided."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from liuchi.engines.cases.enums import PromptKind
from liuchi.engines.journal.columns import both, one_of, to


class Prompt(models.Model):
    """A sheet a place has issued to a unit about a case, by its number of the year.

    ``paragraphs`` stand as they were issued: a sheet printed again says what it said.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    case = to("cases.Case")
    unit = to("directory.Organization")
    area = to("directory.Area")
    kind = models.TextField()
    year = models.IntegerField()
    number = models.IntegerField()
    paragraphs = models.JSONField(default=list)
    reply_by = models.DateTimeField()
    late_at = models.DateTimeField(null=True)
    issued_by = to("accounts.User")
    issued_at = models.DateTimeField()
    received_by = to("accounts.User", null=True)
    received_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answered_by = to("accounts.User", null=True)
    answered_at = models.DateTimeField(null=True)
    closed_by = to("accounts.User", null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_prompt"
        constraints = [
            one_of("kind", PromptKind, "cases_prompt_kind"),
            both("cases_prompt_received", "received_by", "received_at"),
            both("cases_prompt_answered", "answered_by", "answered_at"),
            both("cases_prompt_closed", "closed_by", "closed_at"),
            # What was answered was received; nobody closes what they answered themselves.
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(received_at__isnull=False),
                name="cases_prompt_in_order",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True)
                | Q(answered_by__isnull=True)
                | ~Q(closed_by=F("answered_by")),
                name="cases_prompt_closed_by_another",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="cases_prompt_counted"),
            models.UniqueConstraint(fields=["area", "year", "number"], name="cases_prompt_number"),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="cases_prompt_case"),
            models.Index(
                fields=["unit", "id"], condition=Q(closed_at__isnull=True), name="cases_prompt_unit"
            ),
            models.Index(fields=["area", "id"], name="cases_prompt_area"),
            models.Index(
                fields=["reply_by", "id"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True, late_at__isnull=True),
                name="cases_prompt_due",
            ),
        ]


class Arbitration(models.Model):
    """A case that units handed around: who gave it back, and to whom it was then given for good."""

    id = models.UUIDField(primary_key=True, editable=False)
    case = to("cases.Case")
    returned_by = ArrayField(models.UUIDField())
    asked_at = models.DateTimeField()
    unit = to("directory.Organization", null=True)
    reason = models.TextField(blank=True)
    decided_by = to("accounts.User", null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_arbitration"
        constraints = [
            both("cases_arbitration_decided", "decided_by", "decided_at", "unit"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(decided_at__isnull=True),
                name="cases_arbitration_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="cases_arbitration_case"),
            models.Index(
                fields=["id"], condition=Q(decided_at__isnull=True), name="cases_arbitration_open"
            ),
        ]
