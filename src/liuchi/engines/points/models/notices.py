"""Tables of the public notice: its sheets, objections, and who appears without a name.

What a resident writes stands apart from the objection, sealed under a key of its own:
without the key's row nothing of it can be read, in a backup neither. An objection knows
the item it is about and nobody's name.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liuchi.engines.journal.columns import both, one_of, to
from liuchi.engines.points.enums import LineKind, ObjectionOutcome, ObjectionState, ObjectionVia


class NoticeSheet(models.Model):
    """One numbered public notice (公示) of a community: what one day has approved.

    ``items`` counts the places given on it; the items are claims that name it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    village = to("directory.Area")
    year = models.IntegerField()
    number = models.IntegerField()
    issued_on = models.DateField()
    work_days = models.IntegerField()
    ends_at = models.DateTimeField()
    items = models.IntegerField()
    fact_id = models.UUIDField()

    class Meta:
        db_table = "points_notice_sheet"
        constraints = [
            models.UniqueConstraint(
                fields=["village", "year", "number"], name="points_notice_sheet_number"
            ),
            models.UniqueConstraint(
                fields=["village", "issued_on", "work_days"], name="points_notice_sheet_day"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, work_days__gte=1, items__gte=0),
                name="points_notice_sheet_counts",
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], name="points_notice_sheet_ends")]


class Objection(models.Model):
    """Somebody says that an item is wrong. Who it is, nobody asks.

    ``late``: the points were posted before it came, so that it cannot hold them up.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    village = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    claim = to("points.Claim")
    sheet = to("points.NoticeSheet")
    sheet_place = models.IntegerField()
    receipt_hash = models.BinaryField(unique=True)
    via = models.TextField()
    entered_by = to("accounts.User", null=True)
    late = models.BooleanField()
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    received_fact_id = models.UUIDField()
    state = models.TextField()
    outcome = models.TextField(blank=True)
    answered_by = to("accounts.User", null=True)
    answered_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "points_objection"
        constraints = [
            one_of("state", ObjectionState, "points_objection_state"),
            one_of("via", ObjectionVia, "points_objection_via"),
            models.CheckConstraint(
                condition=Q(outcome="", state__in=["open", "withdrawn"])
                | Q(outcome__in=[str(each) for each in ObjectionOutcome], state="answered"),
                name="points_objection_outcome",
            ),
            both("points_objection_answered", "answered_at", "answered_by"),
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False)
                | ~Q(state="answered") & Q(answered_at__isnull=True),
                name="points_objection_answer",
            ),
            models.CheckConstraint(
                condition=Q(via="paper", entered_by__isnull=False)
                | Q(via="web", entered_by__isnull=True),
                name="points_objection_by_proxy",
            ),
        ]
        indexes = [
            models.Index(fields=["village", "state", "due_at", "id"], name="points_objection_desk"),
            models.Index(fields=["state", "due_at", "id"], name="points_objection_due"),
            models.Index(fields=["claim"], name="points_objection_claim"),
        ]


class ObjectionKey(models.Model):
    """The key of what was written about one objection. Deleting the row is the erasure."""

    objection = models.OneToOneField(
        Objection, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    wrapped_key = models.BinaryField()
    ring_id = models.TextField(db_index=True)
    scope_code = models.TextField(db_collation="C")

    class Meta:
        db_table = "points_objection_key"


class ObjectionLine(models.Model):
    """Something written: by the objector, a contact, or the office's answer. Sealed."""

    id = models.UUIDField(primary_key=True, editable=False)
    objection = to("points.Objection")
    kind = models.TextField()
    at = models.DateTimeField()
    ciphertext = models.BinaryField()
    scope_code = models.TextField(db_collation="C")

    class Meta:
        db_table = "points_objection_line"
        constraints = [one_of("kind", LineKind, "points_objection_line_kind")]
        indexes = [models.Index(fields=["objection", "id"], name="points_objection_lines")]


class ObjectionGuard(models.Model):
    """That some address sent something, to stop floods. Tied to no objection, kept a day.

    ``source`` is a keyed hash of address and day: two days of one address look unlike.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    source = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        db_table = "points_objection_guard"
        indexes = [models.Index(fields=["source", "at"], name="points_objection_guard_source")]


class PublicName(models.Model):
    """How a resident wants to appear in public: without a name, or masked as everybody."""

    person = models.OneToOneField(
        "directory.Person", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    anonymous = models.BooleanField()
    chosen_at = models.DateTimeField()
    chosen_to = to("accounts.User")
    scope_code = models.TextField(db_collation="C")

    class Meta:
        db_table = "points_public_name"
