"""Organisations, posts and the accounts of residents."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liuchi.engines.directory.enums import OrganizationKind
from liuchi.engines.directory.models.areas import INTERVAL, Area
from liuchi.engines.directory.models.people import Person
from liuchi.kernel.ids import new_id


class Organization(models.Model):
    """A body: committee, office, shop, association, company."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.TextField()
    name = models.TextField()
    uscc = models.TextField(null=True, unique=True)  # noqa: DJ001  null: none; '' would clash
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "directory_organization"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[str(kind) for kind in OrganizationKind]),
                name="directory_organization_kind",
            ),
            models.CheckConstraint(condition=INTERVAL, name="directory_organization_interval"),
        ]


class Post(models.Model):
    """A role somebody holds for an area, perhaps at an organisation, for a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey("accounts.Role", on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "directory_post"
        constraints = [
            # A post may end on the day it began: appointed by mistake.
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="directory_post_interval",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area", "organization"],
                condition=Q(valid_to__isnull=True),
                nulls_distinct=False,
                name="directory_post_held_once",
            ),
        ]


class PersonAccount(models.Model):
    """The person behind an account: a resident's own, or a post holder's."""

    user = models.OneToOneField(
        "accounts.User", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    scope_code = models.TextField(db_collation="C")

    class Meta:
        db_table = "directory_person_account"


class HandOver(models.Model):
    """A post left to somebody else, or to nobody yet, from a day on; kept for good.

    What the leaver entered stays the leaver's; ``successor`` answers for what of it was
    still open. ``done_at`` is set when the day has come and the rest is done.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="+")
    leaver = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    on = models.DateField()
    planned_at = models.DateTimeField()
    planned_by = models.UUIDField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "directory_hand_over"
        constraints = [
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=models.F("leaver")),
                name="directory_hand_over_to_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["on"], condition=Q(done_at__isnull=True), name="directory_hand_over_due"
            ),
        ]
