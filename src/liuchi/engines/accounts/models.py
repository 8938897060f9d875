"""Tables of accounts."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from liuchi.engines.accounts.enums import Language
from liuchi.kernel.actors import Reach
from liuchi.kernel.ids import new_id


class User(AbstractBaseUser):
    """One sign-in. ``username`` is stored in the form of ``rules.normal_username``."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.TextField(unique=True)
    display_name = models.TextField()
    language = models.TextField(default=Language.CHINESE)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    last_login = None  # Django would write it on every sign-in; nobody reads it

    objects = BaseUserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        db_table = "accounts_user"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(language__in=[str(tag) for tag in Language]),
                name="accounts_user_language",
            ),
        ]


class SignInAttempt(models.Model):
    """Failures in a row for one sign-in name, known or not.

    The name is kept as a keyed hash: a name nobody has is counted like any other,
    so that a lock tells nothing about who exists, and what people mistype (often a
    password) is not stored.
    """

    name_hash = models.BinaryField(primary_key=True)
    failures = models.IntegerField()
    locked_until = models.DateTimeField(null=True)
    last_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_sign_in_attempt"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(failures__gte=0), name="accounts_sign_in_attempt_failures"
            ),
        ]


class Role(models.Model):
    """A role; its titles are data."""

    code = models.TextField(primary_key=True)
    title_zh = models.TextField()
    title_en = models.TextField()

    class Meta:
        db_table = "accounts_role"


class Grant(models.Model):
    """One cell of the matrix: this role may do this verb, this far."""

    pk = models.CompositePrimaryKey("role_id", "verb")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    verb = models.TextField()
    reach = models.TextField()

    class Meta:
        db_table = "accounts_grant"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reach__in=[str(reach) for reach in Reach]),
                name="accounts_grant_reach",
            ),
            models.CheckConstraint(
                condition=models.Q(verb__regex=r"^[a-z]+\.[a-z]+\.[a-z_]+$"),
                name="accounts_grant_verb",
            ),
        ]


class DemoSignIn(models.Model):
    """A sign-in printed on the sign-in page of a demo database, password and all.

    Its rows are also what makes a database a demo one: they travel with a dump.
    """

    username = models.TextField(primary_key=True)
    password = models.TextField()
    title = models.TextField()
    area_name = models.TextField()
    position = models.IntegerField()

    class Meta:
        db_table = "accounts_demo_sign_in"
