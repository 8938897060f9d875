"""Tables of files, under row-level security."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liuchi.engines.files.enums import MediaType
from liuchi.kernel.ids import new_id


class Document(models.Model):
    """A stored file. Several documents may have the same content, each its own readers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sha256 = models.TextField(db_index=True)
    media_type = models.TextField()
    size = models.IntegerField()
    width = models.IntegerField()
    height = models.IntegerField()
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
            models.CheckConstraint(
                condition=Q(size__gte=1, width__gte=1, height__gte=1), name="files_document_size"
            ),
        ]
        indexes = [models.Index(fields=["scope_code", "id"], name="files_document_scope")]
