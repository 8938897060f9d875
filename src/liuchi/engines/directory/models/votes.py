"""Votes of a place's meeting about a version of its rules: how many, never who."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from liuchi.engines.directory.enums import VoteState
from liuchi.playbooks.votes import Body


class RuleVote(models.Model):
    """What a meeting decided, recorded by one person and confirmed by another.

    ``version_id`` is a version of a playbook in the journal, ``minutes`` are documents of
    ``files``. A confirmed record is never changed: a later one that ``corrects`` it counts.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    village = models.ForeignKey("directory.Area", on_delete=models.PROTECT, related_name="+")
    version_id = models.UUIDField()
    body = models.TextField()
    held_on = models.DateField()
    eligible = models.IntegerField()
    present = models.IntegerField()
    votes_for = models.IntegerField()
    against = models.IntegerField()
    abstained = models.IntegerField()
    carried = models.BooleanField()
    holds_from = models.DateField()
    minutes = ArrayField(models.UUIDField())
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    state = models.TextField()
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")

    class Meta:
        db_table = "directory_rule_vote"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in VoteState]),
                name="directory_rule_vote_state",
            ),
            models.CheckConstraint(
                condition=Q(body__in=[str(body) for body in Body]), name="directory_rule_vote_body"
            ),
            models.CheckConstraint(
                condition=Q(
                    votes_for__gte=0,
                    against__gte=0,
                    abstained__gte=0,
                    present=F("votes_for") + F("against") + F("abstained"),
                    eligible__gte=F("present"),
                    present__gte=1,
                ),
                name="directory_rule_vote_counts",
            ),
            models.CheckConstraint(
                condition=Q(state="recorded", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(state="recorded") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="directory_rule_vote_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(decided_by=F("recorded_by")),
                name="directory_rule_vote_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="directory_rule_vote_reason",
            ),
            models.UniqueConstraint(
                fields=["village", "version_id"],
                condition=Q(state="recorded"),
                name="directory_rule_vote_waiting",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(state__in=["recorded", "confirmed"]),
                name="directory_rule_vote_corrected_once",
            ),
        ]
        indexes = [models.Index(fields=["village", "id"], name="directory_rule_vote_list")]
