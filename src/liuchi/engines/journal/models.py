"""Tables of the journal, as ``sql/0001_journal.sql`` makes them.

The SQL is the source: partitions, triggers and rights are its point. Django reads through
these models and writes only by inserting.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class PlaybookVersion(models.Model):
    """One version of a playbook, in force from a day. Never changed."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField()
    version = models.IntegerField()
    in_force_from = models.DateField()
    source = models.TextField()
    compiled = models.JSONField()
    places = ArrayField(models.UUIDField())
    spec_version = models.IntegerField()
    approved_by = models.TextField()
    applied_at = models.DateTimeField()
    applied_by = models.UUIDField()

    class Meta:
        managed = False
        db_table = "journal_playbook_version"


class Fact(models.Model):
    """One thing that happened. ``at`` is when, ``recorded_at`` when we learned it."""

    id = models.UUIDField(primary_key=True)
    ordinal = models.BigIntegerField(null=True)
    kind = models.TextField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    area_id = models.UUIDField(null=True)
    actor_id = models.UUIDField()
    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    cause_id = models.UUIDField(null=True)
    corrects_id = models.UUIDField(null=True)
    playbook_version = models.UUIDField(null=True)
    amount = models.DecimalField(null=True, max_digits=24, decimal_places=6)
    data = models.JSONField()

    class Meta:
        managed = False
        db_table = "journal_fact"


class Seal(models.Model):
    """A run of ordinals under one root, chained to the seal before it."""

    number = models.BigIntegerField(primary_key=True)
    first_ordinal = models.BigIntegerField()
    last_ordinal = models.BigIntegerField()
    root = models.TextField()
    previous_root = models.TextField()
    areas = models.JSONField()
    format_version = models.IntegerField()
    sealed_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "journal_seal"
