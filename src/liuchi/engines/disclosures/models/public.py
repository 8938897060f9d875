"""What everybody may read: written once, at release, by the owner's function alone."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from liuchi.engines.journal.columns import to


class PublicPosting(models.Model):
    """A version of a posting as it went out. ``id`` is that of what was prepared.

    ``columns`` are those the public reads. Taken down, it says so and has no rows any more.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    area = to("directory.Area")
    playbook = models.TextField()
    playbook_version = models.UUIDField()
    item_code = models.TextField()
    item_title = models.TextField()
    first = models.DateField()
    end = models.DateField()
    number = models.IntegerField()
    subject = models.TextField(blank=True)
    version = models.IntegerField()
    corrects = to("disclosures.PublicPosting", null=True)
    why = models.TextField(blank=True)
    note = models.TextField(blank=True)
    state = models.TextField()
    columns = models.JSONField()
    row_count = models.IntegerField()
    total = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    malformed = models.IntegerField()
    content_hash = models.TextField()
    due_on = models.DateField()
    released_at = models.DateTimeField()
    takes_down_on = models.DateField()
    taken_down_at = models.DateTimeField(null=True)
    down_reason = models.TextField(blank=True)

    class Meta:
        db_table = "disclosures_public_posting"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["released", "corrected"], taken_down_at__isnull=True)
                | Q(state="taken_down", taken_down_at__isnull=False) & ~Q(down_reason=""),
                name="disclosures_public_posting_state",
            ),
            models.CheckConstraint(
                condition=Q(content_hash__regex=r"^[0-9a-f]{64}$"),
                name="disclosures_public_posting_hash",
            ),
        ]
        indexes = [
            models.Index(
                fields=["area", "item_code", "-first", "id"], name="disclosures_public_item"
            ),
            models.Index(fields=["area", "-released_at", "id"], name="disclosures_public_new"),
            models.Index(fields=["released_at", "id"], name="disclosures_public_when"),
            models.Index(
                fields=["takes_down_on"],
                condition=~Q(state="taken_down"),
                name="disclosures_public_until",
            ),
            models.Index(
                fields=["corrects"],
                condition=Q(corrects__isnull=False),
                name="disclosures_public_fixes",
            ),
        ]


class PublicRow(models.Model):
    """A row as everybody reads it, masked. ``words`` are its cells without spaces, to search.

    ``current``: of the version that is out now; rows of a corrected one are read, not searched.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    posting = to("disclosures.PublicPosting")
    area = to("directory.Area")
    item_code = models.TextField()
    first = models.DateField()
    position = models.IntegerField()
    cells = ArrayField(models.TextField())
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    words = models.TextField()
    current = models.BooleanField(default=True)

    class Meta:
        db_table = "disclosures_public_row"
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "position"], name="disclosures_public_row_place"
            )
        ]
        indexes = [
            models.Index(
                fields=["area", "-first", "id"],
                condition=Q(current=True),
                name="disclosures_public_row_area",
            ),
            models.Index(
                fields=["area", "item_code", "-first", "id"],
                condition=Q(current=True),
                name="disclosures_public_row_item",
            ),
        ]


class PublicFile(models.Model):
    """A picture or a paper that went out with a posting. The name it came with is not kept here.

    ``pages`` are the pictures of a paper's pages; ``size`` is of its PDF, in bytes.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    posting = to("disclosures.PublicPosting")
    document_id = models.UUIDField()
    position = models.IntegerField()
    caption = models.TextField(blank=True)
    pages = ArrayField(models.UUIDField(), default=list)
    size = models.IntegerField(default=0)

    class Meta:
        db_table = "disclosures_public_file"
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "position"], name="disclosures_public_file_place"
            )
        ]


class Check(models.Model):
    """A spot check of what a place's villages had out when it was announced.

    ``candidate_ids`` and their ``candidate_hashes`` are fixed by the announcement; the seal that
    decides is made after it, so nobody can choose. Anybody can draw the same again.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    area = to("directory.Area")
    playbook = models.TextField()
    percent = models.IntegerField()
    since = models.DateField()
    candidate_ids = ArrayField(models.UUIDField())
    candidate_hashes = ArrayField(models.TextField())
    rectify_within_days = models.IntegerField()
    announced_by = to("accounts.User", null=True)
    announced_at = models.DateTimeField()
    seal_head = models.TextField(blank=True)
    many = models.IntegerField(default=0)
    drawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "disclosures_check"
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100), name="disclosures_check_share"
            ),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True, seal_head="", many=0)
                | Q(drawn_at__isnull=False, many__gte=1) & ~Q(seal_head=""),
                name="disclosures_check_drawn",
            ),
        ]
        indexes = [models.Index(fields=["area", "id"], name="disclosures_check_area")]
