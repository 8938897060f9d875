"""People, households and what is kept secret about them. All under row-level security."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from liuchi.engines.directory.enums import SensitiveField, Sex
from liuchi.engines.directory.models.areas import INTERVAL, Area
from liuchi.kernel.ids import new_id


def _area(**options: Any) -> models.ForeignKey[Any, Any]:
    """Return a foreign key to an area, served by indexes that begin with it."""
    return _held(Area, db_index=False, **options)


def _held(to: type[models.Model], **options: Any) -> models.ForeignKey[Any, Any]:
    """Return a foreign key that sql/0018_sets.sql guards, once for a statement."""
    return models.ForeignKey(
        to, on_delete=models.PROTECT, related_name="+", db_constraint=False, **options
    )


class Person(models.Model):
    """A resident. Phone, identity number and address are in :class:`PersonSecret`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.TextField()
    name_sort = models.TextField(db_collation="C")
    search_terms = ArrayField(models.TextField())
    sex = models.TextField()
    birth_date = models.DateField(null=True)
    scope_code = models.TextField(db_collation="C")
    town = _area()
    village = _area()
    grid = _area(null=True)
    valid_from = models.DateField()
    left_on = models.DateField(null=True)
    deceased_on = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "directory_person"
        constraints = [
            # In no list, like who has left: the other record stands for both.
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True)
                | Q(left_on__isnull=False) & ~Q(merged_into=F("id")),
                name="directory_person_merged",
            ),
            models.CheckConstraint(
                condition=Q(sex__in=[str(sex) for sex in Sex]), name="directory_person_sex"
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("valid_from")),
                name="directory_person_left",
            ),
        ]
        indexes = [
            models.Index(fields=["village", "name_sort", "id"], name="directory_person_village"),
            models.Index(fields=["town", "name_sort", "id"], name="directory_person_town"),
            models.Index(fields=["name_sort", "id"], name="directory_person_sort"),
            models.Index(fields=["scope_code", "id"], name="directory_person_scope"),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="directory_person_merged_into",
            ),
        ]


class Household(models.Model):
    """People living together. ``label`` is a number of the village's, not a name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    label = models.TextField(db_collation="C")
    address_masked = models.TextField(default="")
    scope_code = models.TextField(db_collation="C")
    town = _area()
    village = _area()
    grid = _area(null=True)

    class Meta:
        db_table = "directory_household"
        constraints = [
            models.UniqueConstraint(
                fields=["village", "label"], name="directory_household_village_label"
            ),
        ]
        indexes = [
            models.Index(fields=["town", "label", "id"], name="directory_household_town"),
            models.Index(fields=["label", "id"], name="directory_household_sort"),
            models.Index(fields=["scope_code", "id"], name="directory_household_scope"),
        ]


class Membership(models.Model):
    """A person in a household for a time; never in two at once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = _held(Person, db_index=False)
    household = _held(Household)
    scope_code = models.TextField(db_collation="C")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "directory_membership"
        constraints = [
            models.CheckConstraint(condition=INTERVAL, name="directory_membership_interval"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(valid_to__isnull=True),
                name="directory_membership_one_current",
            ),
        ]


class PersonKey(models.Model):
    """The key of one person's secrets, wrapped. Deleting the row is the erasure."""

    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    wrapped_key = models.BinaryField()
    ring_id = models.TextField(db_index=True)
    scope_code = models.TextField(db_collation="C")

    class Meta:
        db_table = "directory_person_key"


class PersonSecret(models.Model):
    """One sensitive value, sealed under the person's key."""

    pk = models.CompositePrimaryKey("person_id", "field")
    person = _held(Person, db_index=False)
    field = models.TextField()
    ciphertext = models.BinaryField()
    lookup_hash = models.BinaryField(null=True)
    scope_code = models.TextField(db_collation="C")

    class Meta:
        db_table = "directory_person_secret"
        constraints = [
            models.CheckConstraint(
                condition=Q(field__in=[str(field) for field in SensitiveField]),
                name="directory_person_secret_field",
            ),
        ]
        indexes = [
            models.Index(
                fields=["lookup_hash", "field"],
                condition=Q(lookup_hash__isnull=False),
                name="directory_person_secret_lookup",
            ),
        ]


class Consent(models.Model):
    """What a person agreed to, for which purpose of which playbook, and until when.

    ``for_points``: the playbook gives points, so whoever agreed takes part in them. Who agreed
    to something else alone does not.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.TextField()
    playbook = models.TextField()
    scope_code = models.TextField(db_collation="C")
    given_at = models.DateTimeField()
    given_to = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_to = models.UUIDField(null=True)
    for_points = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "directory_consent"
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_to__isnull=True)
                | Q(withdrawn_at__gte=F("given_at"), withdrawn_to__isnull=False),
                name="directory_consent_withdrawal",
            ),
            models.UniqueConstraint(
                fields=["person", "purpose", "playbook"],
                condition=Q(withdrawn_at__isnull=True),
                name="directory_consent_one_open",
            ),
        ]


class UnmaskLog(models.Model):
    """Who saw which sensitive value, when and for what. Partitioned by month of ``id``."""

    id = models.UUIDField(primary_key=True, editable=False)
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    post_id = models.UUIDField(null=True)
    person_id = models.UUIDField()
    field = models.TextField()
    purpose = models.TextField()
    scope_code = models.TextField(db_collation="C")

    class Meta:
        db_table = "directory_unmask_log"
        managed = False  # partitioned: made by sql/0002_directory.sql


class RosterStaged(models.Model):
    """A roster that was checked and waits for the word to come in, a day at most.

    Its rows lie in ``directory_roster_row``, sealed as they will be, in a table that a crash
    empties; ``rows`` says how many there have to be. ``ring_id`` wraps their keys.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    scope_code = models.TextField(db_collation="C")
    by = models.UUIDField()
    at = models.DateTimeField()
    ring_id = models.TextField()
    sheets = ArrayField(models.TextField())
    rows = models.IntegerField()
    refused = models.IntegerField()
    problems = models.JSONField()

    class Meta:
        db_table = "directory_roster"


class RosterImport(models.Model):
    """What an import of a roster made, so that it can be taken back for some weeks.

    ``places[n]`` is where ``persons[n]`` stood in the file: sheet × 2²⁰ + row.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    scope_code = models.TextField(db_collation="C")
    at = models.DateTimeField(db_index=True)
    sheets = ArrayField(models.TextField())
    persons = ArrayField(models.UUIDField())
    places = ArrayField(models.IntegerField())
    households = ArrayField(models.UUIDField())

    class Meta:
        db_table = "directory_import"


class RosterChange(models.Model):
    """What stood in a person's record before an import changed it."""

    pk = models.CompositePrimaryKey("roster_id", "person_id")
    roster = models.ForeignKey(
        RosterImport, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    place = models.IntegerField()
    before = models.JSONField()
    version_after = models.IntegerField()
    scope_code = models.TextField(db_collation="C")

    class Meta:
        db_table = "directory_import_change"
