"""Tables of accounts."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from liuchi.engines.accounts.enums import Browser, DeviceKind, Language, SlipKind
from liuchi.engines.accounts.enums import Policy as PolicyCode
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
    sessions_from = models.DateTimeField(null=True)  # older sessions have ended
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
    """Failures in a row for one sign-in name, code, phone or address, known or not.

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
    second_factor_secret = models.TextField(default="")

    class Meta:
        db_table = "accounts_demo_sign_in"


class Slip(models.Model):
    """A code on paper that signs somebody in once. Only a keyed hash of it is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    code_hash = models.BinaryField(unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.UUIDField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.UUIDField(null=True)

    class Meta:
        db_table = "accounts_slip"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[str(kind) for kind in SlipKind]), name="accounts_slip_kind"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(voided_at__isnull=True),
                name="accounts_slip_one_end",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True)
                | Q(voided_at__isnull=False, voided_by__isnull=False),
                name="accounts_slip_voided_by",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
                name="accounts_slip_one_open",
            ),
        ]


class Device(models.Model):
    """A browser somebody has signed in with, known by a secret in its cookie."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    token_hash = models.BinaryField()
    kind = models.TextField()
    browser = models.TextField()
    trusted = models.BooleanField()  # false: for this one sign-in, on a shared computer
    first_seen_on = models.DateField()
    last_seen_on = models.DateField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_device"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[str(kind) for kind in DeviceKind]),
                name="accounts_device_kind",
            ),
            models.CheckConstraint(
                condition=Q(browser__in=[str(browser) for browser in Browser]),
                name="accounts_device_browser",
            ),
            models.UniqueConstraint(
                fields=["user", "token_hash"],
                condition=Q(revoked_at__isnull=True),
                name="accounts_device_once",
            ),
        ]
        indexes = [models.Index(fields=["token_hash"], name="accounts_device_token")]


class SecondFactor(models.Model):
    """A shared secret for one-time passwords, sealed; one in use, one perhaps being set up."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    wrapped_key = models.BinaryField()
    sealed_secret = models.BinaryField()
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)  # of 30 s: an older code does not count again

    class Meta:
        db_table = "accounts_second_factor"
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at__isnull=False),
                name="accounts_second_factor_one",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at__isnull=True),
                name="accounts_second_factor_one_begun",
            ),
        ]


class RecoveryCode(models.Model):
    """A code printed once, for the day the phone with the authenticator is gone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    code_hash = models.BinaryField(unique=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_recovery_code"


class PhoneCode(models.Model):
    """A code asked for by phone number, sent or (for a phone nobody has) not."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    phone_hash = models.BinaryField()
    address_hash = models.BinaryField()
    code_hash = models.BinaryField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_phone_code"
        constraints = [
            models.CheckConstraint(condition=Q(tries__gte=0), name="accounts_phone_code_tries"),
        ]
        indexes = [
            models.Index(fields=["phone_hash", "asked_at"], name="accounts_phone_code_phone"),
            models.Index(fields=["address_hash", "asked_at"], name="accounts_phone_code_addr"),
            models.Index(fields=["asked_at"], name="accounts_phone_code_day"),
        ]


class AccessReset(models.Model):
    """Somebody took another's access back, and why. The fact of it names this row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.UUIDField()
    reason = models.TextField()

    class Meta:
        db_table = "accounts_access_reset"


class Client(models.Model):
    """Another system and its key: what it may do lies in one area. Only a keyed hash is kept.

    ``area_id`` names a place of the directory, which stands above accounts.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.TextField()
    area_id = models.UUIDField()
    key_hash = models.BinaryField(unique=True)
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField()
    last_used_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        db_table = "accounts_client"
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="accounts_client_ended_by",
            ),
        ]


class Policy(models.Model):
    """A number of sign-in that somebody has changed from its default."""

    code = models.TextField(primary_key=True)
    value = models.IntegerField()
    changed_at = models.DateTimeField()
    changed_by = models.UUIDField()

    class Meta:
        db_table = "accounts_policy"
        constraints = [
            models.CheckConstraint(
                condition=Q(code__in=[str(code) for code in PolicyCode]),
                name="accounts_policy_code",
            ),
        ]
