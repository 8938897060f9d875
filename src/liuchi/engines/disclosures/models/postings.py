"""What is prepared, under row-level security. Nothing public reads these tables."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from liuchi.engines.disclosures.enums import ImportState, PostingState
from liuchi.engines.journal.columns import both, one_of, to

OPEN = [str(state) for state in PostingState if state.is_open]


class Applicability(models.Model):
    """From which day on an item applies to a village or not. Rows are added, never changed."""

    id = models.UUIDField(primary_key=True, editable=False)
    area = to("directory.Area")
    playbook = models.TextField()
    item_code = models.TextField()
    applies = models.BooleanField()
    reason = models.TextField()
    since = models.DateField()
    set_by = to("accounts.User", null=True)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "disclosures_applicability"
        indexes = [
            models.Index(fields=["area", "playbook", "item_code"], name="disclosures_applies_area")
        ]


class Posting(models.Model):
    """A village's item of a period, in one version. ``end`` is the first day after the period.

    ``number`` tells apart what was posted at once of one day, by ``subject``. ``preparer_ids``
    are all who entered or submitted anything: none of them releases it. ``answers`` are the
    reasons given for what the scan found, by its key.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    scope_code = models.TextField(db_collation="C")
    area = to("directory.Area")
    playbook = models.TextField()
    playbook_version = models.UUIDField()
    item_code = models.TextField()
    first = models.DateField()
    end = models.DateField()
    number = models.IntegerField(default=1)
    subject = models.TextField(blank=True)
    version = models.IntegerField(default=1)
    corrects = to("disclosures.Posting", null=True)
    why = models.TextField(blank=True)
    note = models.TextField(blank=True)
    state = models.TextField()
    row_count = models.IntegerField(default=0)
    preparer_ids = ArrayField(models.UUIDField(), default=list)
    begun_by = to("accounts.User", null=True)
    begun_at = models.DateTimeField()
    submitted_by = to("accounts.User", null=True)
    submitted_at = models.DateTimeField(null=True)
    sent_back_by = to("accounts.User", null=True)
    sent_back_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    released_by = to("accounts.User", null=True)
    released_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=dict)
    taken_down_by_id = models.UUIDField(null=True)
    taken_down_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "disclosures_posting"
        constraints = [
            one_of("state", PostingState, "disclosures_posting_state"),
            both("disclosures_posting_submitted", "submitted_by", "submitted_at"),
            both("disclosures_posting_sent_back", "sent_back_by", "sent_back_at"),
            both("disclosures_posting_released", "released_by", "released_at"),
            both("disclosures_posting_down", "taken_down_by_id", "taken_down_at"),
            models.CheckConstraint(
                condition=Q(state__in=[*OPEN, "discarded"], released_by__isnull=True)
                | Q(state__in=["released", "corrected", "taken_down"], released_by__isnull=False),
                name="disclosures_posting_out",
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(submitted_by__isnull=False),
                name="disclosures_posting_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, version=1)
                | Q(corrects__isnull=False, version__gt=1) & ~Q(why=""),
                name="disclosures_posting_why",
            ),
            models.CheckConstraint(
                condition=Q(end__gt=F("first"), number__gte=1, row_count__gte=0),
                name="disclosures_posting_sizes",
            ),
            models.UniqueConstraint(
                fields=["area", "playbook", "item_code", "first", "number"],
                condition=Q(state__in=OPEN),
                name="disclosures_posting_open",
            ),
            models.UniqueConstraint(
                fields=["area", "playbook", "item_code", "first", "number"],
                condition=Q(state="released"),
                name="disclosures_posting_out_once",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "item_code", "first"], name="disclosures_posting_item"),
            models.Index(fields=["scope_code", "state", "id"], name="disclosures_posting_scope"),
            models.Index(
                fields=["corrects"],
                condition=Q(corrects__isnull=False),
                name="disclosures_posting_fixes",
            ),
        ]


class Import(models.Model):
    """A table brought for a posting: its good rows until they come in, and what was wrong.

    ``problems`` hold places and sentences, never a value of a cell.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    posting = to("disclosures.Posting")
    state = models.TextField()
    rows = models.JSONField(default=list)
    good = models.IntegerField()
    refused = models.IntegerField()
    problems = models.JSONField(default=list)
    brought_by = to("accounts.User", null=True)
    brought_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "disclosures_import"
        constraints = [
            one_of("state", ImportState, "disclosures_import_state"),
            models.CheckConstraint(
                condition=Q(state="checked", done_at__isnull=True, undone_at__isnull=True)
                | Q(state="done", done_at__isnull=False, undone_at__isnull=True)
                | Q(state="undone", done_at__isnull=False, undone_at__isnull=False),
                name="disclosures_import_when",
            ),
        ]
        indexes = [models.Index(fields=["posting"], name="disclosures_import_posting")]


class Row(models.Model):
    """A row as it was given; of a number of papers, telephone or card only its tail."""

    id = models.UUIDField(primary_key=True, editable=False)
    posting = to("disclosures.Posting")
    position = models.IntegerField()
    cells = models.JSONField()
    brought = to("disclosures.Import", null=True)

    class Meta:
        db_table = "disclosures_row"
        constraints = [
            models.UniqueConstraint(fields=["posting", "position"], name="disclosures_row_place")
        ]
        indexes = [
            models.Index(
                fields=["brought"],
                condition=Q(brought__isnull=False),
                name="disclosures_row_brought",
            )
        ]


class Attachment(models.Model):
    """A picture or a paper that goes with a posting: a document of ``files``, written anew there.

    Of a paper ``document_id`` is a PDF of pictures and ``pages`` are those pictures, one each;
    ``numbers`` are the kinds of numbers that were found with their places, ``lines`` its words
    with these cut, ``unread`` the pages somebody looks at. No picture has any of them.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    posting = to("disclosures.Posting")
    document_id = models.UUIDField()
    position = models.IntegerField()
    file_name = models.TextField()
    caption = models.TextField(blank=True)
    pages = ArrayField(models.UUIDField(), default=list)
    size = models.IntegerField(default=0)
    numbers = models.JSONField(default=list)
    lines = models.JSONField(default=list)
    unread = ArrayField(models.IntegerField(), default=list)

    class Meta:
        db_table = "disclosures_attachment"
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "position"], name="disclosures_attachment_place"
            )
        ]


class Source(models.Model):
    """From where a posting's rows were taken over, and whether that has changed since.

    Holds codes and digests alone, and is read with what is out: no scope. ``of`` names for each
    row, in order, what it came from. ``ordinal`` is how far the journal reached. ``seen`` is the
    digest of the source when it was last looked at, and ``changed_rows`` how many rows were then
    other than those taken over.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    posting = to("disclosures.Posting", unique=True)
    source = models.TextField()
    of = ArrayField(models.TextField(), default=list)
    as_of = models.DateField()
    ordinal = models.BigIntegerField()
    row_digests = ArrayField(models.TextField(), default=list)
    digest = models.TextField()
    taken_at = models.DateTimeField()
    seen = models.TextField()
    changed_rows = models.IntegerField(default=0)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "disclosures_source"
        constraints = [
            models.CheckConstraint(
                condition=Q(changed_at__isnull=True, changed_rows=0, seen=F("digest"))
                | Q(changed_at__isnull=False, changed_rows__gte=1) & ~Q(seen=F("digest")),
                name="disclosures_source_changed",
            ),
        ]
