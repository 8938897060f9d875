"""Drafts of a method's next version: edited by one person, approved by another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.directory.enums import DraftState


class RuleDraft(models.Model):
    """A method as it is to become. ``based_on`` and ``applied`` are versions in the journal.

    ``compiled`` is a playbook's stored form, always valid and linted. Once approved the draft
    is a version of the journal; what was sent back is edited on, with the ``reason``.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    code = models.TextField()
    based_on = models.UUIDField()
    compiled = models.JSONField()
    version = models.IntegerField(default=1)
    state = models.TextField()
    drawn_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")
    applied = models.UUIDField(null=True)

    class Meta:
        db_table = "directory_rule_draft"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in DraftState]),
                name="directory_rule_draft_state",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", applied__isnull=False, decided_by__isnull=False)
                | ~Q(state="approved") & Q(applied__isnull=True),
                name="directory_rule_draft_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=F("drawn_by")),
                name="directory_rule_draft_two_people",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="directory_rule_draft_decided",
            ),
            models.UniqueConstraint(
                fields=["code", "drawn_by"],
                condition=Q(state__in=["editing", "sent"]),
                name="directory_rule_draft_open",
            ),
        ]
