"""Areas: their names, codes and parents, each with the dates it held.

Every interval is half-open: from the first day in force to the first day no
longer in force (null: still). Non-overlap is kept by exclusion constraints in
``sql/0002_directory.sql``.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.directory.enums import AreaKind, CodeSystem, NameKind, Tree
from liuchi.kernel.ids import new_id

INTERVAL = Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from"))


class Area(models.Model):
    """A place. ``scope_code`` is its code in the managing tree today."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.TextField()
    scope_code = models.TextField(unique=True, db_collation="C")
    provisional = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "directory_area"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[str(kind) for kind in AreaKind]), name="directory_area_kind"
            ),
            models.CheckConstraint(
                condition=Q(scope_code__regex=r"^[0-9]{4,15}$"), name="directory_area_scope_code"
            ),
            models.CheckConstraint(condition=INTERVAL, name="directory_area_interval"),
        ]


class AreaName(models.Model):
    """A name an area goes by, official or not."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="names")
    name = models.TextField(db_index=True)
    kind = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "directory_area_name"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[str(kind) for kind in NameKind]),
                name="directory_area_name_kind",
            ),
            models.CheckConstraint(condition=INTERVAL, name="directory_area_name_interval"),
            models.UniqueConstraint(
                fields=["area"],
                condition=Q(kind=NameKind.OFFICIAL, valid_to__isnull=True),
                name="directory_area_name_one_official",
            ),
        ]


class AreaCode(models.Model):
    """A code some system gave an area for a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="codes")
    system = models.TextField()
    code = models.TextField(db_index=True, db_collation="C")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "directory_area_code"
        constraints = [
            models.CheckConstraint(
                condition=Q(system__in=[str(system) for system in CodeSystem]),
                name="directory_area_code_system",
            ),
            models.CheckConstraint(condition=INTERVAL, name="directory_area_code_interval"),
        ]


class AreaLink(models.Model):
    """A parent of an area in one tree, for a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tree = models.TextField()
    parent = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    child = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "directory_area_link"
        constraints = [
            models.CheckConstraint(
                condition=Q(tree__in=[str(tree) for tree in Tree]), name="directory_area_link_tree"
            ),
            models.CheckConstraint(condition=INTERVAL, name="directory_area_link_interval"),
            models.CheckConstraint(
                condition=~Q(parent=F("child")), name="directory_area_link_not_itself"
            ),
        ]


class AreaClosure(models.Model):
    """Every ancestor of every area, with the dates; derived from the links."""

    pk = models.CompositePrimaryKey("tree", "ancestor_id", "descendant_id", "valid_from")
    tree = models.TextField()
    ancestor = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+", db_index=False)
    descendant = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+")
    depth = models.IntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "directory_area_closure"
