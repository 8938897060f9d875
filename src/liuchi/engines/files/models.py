"""Tables of files, under row-level security."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liuchi.engines.files.enums import ImportState, MediaType
from liuchi.kernel.ids import new_id


class Document(models.Model):
    """A stored file. Several documents may have the same content, each its own readers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sha256 = models.TextField(db_index=True)
    media_type = models.TextField()
    size = models.IntegerField()
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    scope_code = models.TextField(db_collation="C")
    person_id = models.UUIDField(null=True, db_index=True)
    created_at = models.DateTimeField()
    created_by = models.UUIDField()

    class Meta:
        db_table = "files_document"
        constraints = [
            models.CheckConstraint(
                condition=Q(media_type__in=[str(kind) for kind in MediaType]),
                name="files_document_media_type",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="files_document_sha256"
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="files_document_size"),
            models.CheckConstraint(
                condition=Q(media_type__startswith="image/", width__gte=1, height__gte=1)
                | ~Q(media_type__startswith="image/") & Q(width__isnull=True, height__isnull=True),
                name="files_document_picture",
            ),
        ]
        indexes = [models.Index(fields=["scope_code", "id"], name="files_document_scope")]


class Import(models.Model):
    """A table on its way in. Its rows wait sealed on disk under a key of this row's.

    ``choice``, ``sheets``, ``counts`` and ``problems`` hold structure, never a value of a
    cell. Without ``wrapped_key`` the file is gone, whatever lies on disk.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    target = models.TextField()
    filename = models.TextField()
    state = models.TextField()
    scope_code = models.TextField(db_collation="C")
    area_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    created_by = models.UUIDField()
    expires_at = models.DateTimeField()
    wrapped_key = models.BinaryField(null=True)
    sheets = models.JSONField()
    choice = models.JSONField(default=list)
    purpose = models.TextField(blank=True)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    kept = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    fact_id = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)

    class Meta:
        db_table = "files_import"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in ImportState]),
                name="files_import_state",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["done", "undone"], done_at__isnull=False, done_by__isnull=False
                )
                | ~Q(state__in=["done", "undone"])
                & Q(done_at__isnull=True, done_by__isnull=True, fact_id__isnull=True),
                name="files_import_done",
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False, undone_by__isnull=False)
                | ~Q(state="undone") & Q(undone_at__isnull=True, undone_by__isnull=True),
                name="files_import_undone",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["abandoned", "undone"]) | Q(wrapped_key__isnull=True),
                name="files_import_forgotten",
            ),
        ]
        indexes = [
            models.Index(fields=["scope_code", "id"], name="files_import_scope"),
            models.Index(
                fields=["expires_at"],
                condition=Q(wrapped_key__isnull=False),
                name="files_import_expires",
            ),
        ]


class Mapping(models.Model):
    """What the columns of a table were matched with, to be offered the next time.

    ``columns`` is header → field, of matched columns alone.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    target = models.TextField()
    signature = models.TextField()
    scope_code = models.TextField(db_collation="C")
    columns = models.JSONField()
    remembered_at = models.DateTimeField()
    remembered_by = models.UUIDField()

    class Meta:
        db_table = "files_mapping"
        constraints = [
            models.UniqueConstraint(
                fields=["target", "signature", "scope_code"], name="files_mapping_once"
            ),
        ]
