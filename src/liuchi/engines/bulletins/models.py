"""Tables of bulletins, under row-level security: a draft is its office's business."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liuchi.engines.bulletins.enums import Form, State


class Series(models.Model):
    """A masthead of one area; its issues are numbered anew each year."""

    id = models.UUIDField(primary_key=True, editable=False)
    area_id = models.UUIDField()
    scope_code = models.TextField(db_collation="C")
    masthead = models.TextField()
    created_at = models.DateTimeField()
    created_by = models.UUIDField()

    class Meta:
        db_table = "bulletins_series"
        constraints = [
            models.UniqueConstraint(fields=["area_id", "masthead"], name="bulletins_series_once"),
        ]


class Bulletin(models.Model):
    """One bulletin. Year, number, files and the journal's head are given when it is issued.

    ``title``, ``submitted_by`` and ``body`` are its first article, ``articles`` those after
    it: written, checked and issued together, under one version.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    series = models.ForeignKey(Series, models.PROTECT, related_name="+")
    area_id = models.UUIDField()
    scope_code = models.TextField(db_collation="C")
    state = models.TextField()
    version = models.IntegerField(default=1)
    title = models.TextField()
    issuer = models.TextField()
    day = models.DateField()
    note = models.TextField(blank=True)
    submitted_by = models.TextField(blank=True)
    body = models.TextField()
    form = models.TextField(default=Form.BULLETIN)
    articles = models.JSONField(default=list)
    box = models.BooleanField(default=False)
    report_to = models.TextField(blank=True)
    send_to = models.TextField(blank=True)
    distribute_to = models.TextField(blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    written_by = models.UUIDField()
    checked_at = models.DateTimeField(null=True)
    checked_by = models.UUIDField(null=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.UUIDField(null=True)
    year = models.IntegerField(null=True)
    number = models.IntegerField(null=True)
    ordinal = models.BigIntegerField(null=True)
    root = models.TextField(blank=True)
    pdf_id = models.UUIDField(null=True)
    pdf_sha256 = models.TextField(blank=True)
    word_id = models.UUIDField(null=True)
    word_sha256 = models.TextField(blank=True)

    class Meta:
        db_table = "bulletins_bulletin"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in State]),
                name="bulletins_bulletin_state",
            ),
            models.CheckConstraint(
                condition=Q(form__in=[str(form) for form in Form]), name="bulletins_bulletin_form"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", checked_at__isnull=True, checked_by__isnull=True)
                | ~Q(state="draft") & Q(checked_at__isnull=False, checked_by__isnull=False),
                name="bulletins_bulletin_checked",
            ),
            # Two people, in the database as in the rule.
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=models.F("written_by")),
                name="bulletins_bulletin_two_people",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="issued",
                    issued_at__isnull=False,
                    issued_by__isnull=False,
                    year__isnull=False,
                    number__gte=1,
                    ordinal__isnull=False,
                    root__regex=r"^[0-9a-f]{64}$",
                    pdf_id__isnull=False,
                    pdf_sha256__regex=r"^[0-9a-f]{64}$",
                    word_id__isnull=False,
                    word_sha256__regex=r"^[0-9a-f]{64}$",
                )
                | ~Q(state="issued")
                & Q(
                    issued_at__isnull=True,
                    issued_by__isnull=True,
                    year__isnull=True,
                    number__isnull=True,
                    ordinal__isnull=True,
                    root="",
                    pdf_id__isnull=True,
                    pdf_sha256="",
                    word_id__isnull=True,
                    word_sha256="",
                ),
                name="bulletins_bulletin_issued",
            ),
            models.UniqueConstraint(
                fields=["series", "year", "number"], name="bulletins_bulletin_number"
            ),
        ]
        indexes = [models.Index(fields=["scope_code", "id"], name="bulletins_bulletin_scope")]


class WrittenFigure(models.Model):
    """A figure as it was written down: its value, when counted, and where the journal stood.

    ``accepted_*``: somebody knows that it counts otherwise now, and keeps what is written.
    ``value`` is null where there was none to give (a share of nothing).
    """

    id = models.UUIDField(primary_key=True, editable=False)
    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="+")
    scope_code = models.TextField(db_collation="C")
    place = models.IntegerField()
    source = models.TextField()
    code = models.TextField()
    area_id = models.UUIDField()
    month = models.DateField(null=True)
    as_of = models.DateField()
    title = models.TextField()
    unit = models.TextField(blank=True)
    value = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    text = models.TextField()
    ordinal = models.BigIntegerField()
    root = models.TextField(blank=True)
    counted_at = models.DateTimeField()
    accepted_text = models.TextField(blank=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.UUIDField(null=True)

    class Meta:
        db_table = "bulletins_figure"
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "source"], name="bulletins_figure_once"),
            models.CheckConstraint(
                condition=Q(accepted_text="", accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False) & ~Q(accepted_text=""),
                name="bulletins_figure_accepted",
            ),
        ]
