"""Tables of points. The ledger's are written by the owner's ``points_post`` alone.

Accounts, transfers, entries, redemptions and gifts hold ``scope_code`` and
``person_id`` of their own, so that row-level security needs no join.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from liuchi.engines.points.enums import (
    AccountKind,
    ClaimState,
    Per,
    RedemptionState,
    Side,
    TransferKind,
)


def _to(model: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """Return a foreign key that keeps what it points to and makes no index of its own."""
    return models.ForeignKey(
        model, on_delete=models.PROTECT, related_name="+", db_index=False, **options
    )


def _one_of(column: str, words: type[StrEnum], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{column}__in": [str(word) for word in words]}), name=name
    )


def _pair(when: str, who: str, name: str) -> models.CheckConstraint:
    """Both or neither: nothing happens at no time, or by nobody."""
    return models.CheckConstraint(
        condition=Q(**{f"{when}__isnull": True, f"{who}__isnull": True})
        | Q(**{f"{when}__isnull": False, f"{who}__isnull": False}),
        name=name,
    )


class Claim(models.Model):
    """A deed said to have earned points. The rule stands in it as it was then."""

    id = models.UUIDField(primary_key=True, editable=False)
    person = _to("directory.Person")
    masked_name = models.TextField()
    household_id = models.UUIDField(null=True)
    village = _to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    playbook_version = models.UUIDField()
    unit = models.TextField()
    rule_code = models.TextField()
    rule_title = models.TextField()
    rule_class = models.TextField()
    award = models.IntegerField()
    per = models.TextField()
    quantity = models.IntegerField()
    points = models.IntegerField()
    publicity_work_days = models.IntegerField()
    happened_on = models.DateField()
    note = models.TextField(blank=True)
    evidence = ArrayField(models.UUIDField(), default=list)
    proposed_by = _to("accounts.User")
    proposed_at = models.DateTimeField()
    proposed_fact_id = models.UUIDField()
    state = models.TextField()
    version = models.IntegerField()
    reviewed_by = _to("accounts.User", null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_fact_id = models.UUIDField(null=True)
    review_reason = models.TextField(blank=True)
    notice_ends_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "points_claim"
        constraints = [
            _one_of("state", ClaimState, "points_claim_state"),
            _one_of("per", Per, "points_claim_per"),
            models.CheckConstraint(
                condition=Q(award__gte=1, quantity__gte=1, points=F("award") * F("quantity")),
                name="points_claim_points",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="points_claim_version"),
            _pair("reviewed_at", "reviewed_by", "points_claim_reviewed"),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("proposed_by")),
                name="points_claim_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["on_notice", "posted", "reversed"])
                | Q(reviewed_at__isnull=False, notice_ends_at__isnull=False),
                name="points_claim_on_notice",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "returned"]) | ~Q(review_reason=""),
                name="points_claim_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["posted", "reversed"], posted_at__isnull=False)
                | (~Q(state__in=["posted", "reversed"]) & Q(posted_at__isnull=True)),
                name="points_claim_posted",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "rule_code", "happened_on"], name="points_claim_cap"),
            models.Index(fields=["person", "id"], name="points_claim_person"),
            models.Index(fields=["village", "state", "id"], name="points_claim_village"),
            models.Index(fields=["state", "id"], name="points_claim_state_id"),
            models.Index(
                fields=["notice_ends_at", "id"],
                condition=Q(state="on_notice"),
                name="points_claim_due",
            ),
        ]


class Shop(models.Model):
    """A 信用超市: where points of one currency (``unit``) are spent."""

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.TextField()
    village = _to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    unit = models.TextField()
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "points_shop"
        constraints = [
            models.UniqueConstraint(fields=["village", "name"], name="points_shop_name"),
        ]
        indexes = [models.Index(fields=["scope_code", "id"], name="points_shop_scope")]


class Goods(models.Model):
    """One kind of goods in one shop. How many there are stands in the ledger."""

    id = models.UUIDField(primary_key=True, editable=False)
    shop = _to("points.Shop")
    code = models.TextField()
    title = models.TextField()
    price_points = models.IntegerField()
    value_fen = models.IntegerField(null=True)
    low_stock = models.IntegerField()
    image_id = models.UUIDField(null=True)

    class Meta:
        db_table = "points_goods"
        constraints = [
            models.UniqueConstraint(fields=["shop", "code"], name="points_goods_code"),
            models.CheckConstraint(
                condition=Q(price_points__gte=1, low_stock__gte=0)
                & (Q(value_fen__isnull=True) | Q(value_fen__gte=0)),
                name="points_goods_price",
            ),
        ]


class Account(models.Model):
    """A balance of one unit: ``points:<currency>`` or ``goods:<goods id>``.

    Balance is credits less debits. What residents hold is above zero, so the
    account that issues it lies as far below: every unit adds up to zero.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.TextField()
    unit = models.TextField(db_collation="C")
    holder_kind = models.TextField()
    holder_id = models.UUIDField()
    area_id = models.UUIDField()
    scope_code = models.TextField(db_collation="C")
    person_id = models.UUIDField(null=True)
    balance = models.BigIntegerField(default=0)
    overdraft_allowed = models.BooleanField()

    class Meta:
        db_table = "points_account"
        constraints = [
            _one_of("kind", AccountKind, "points_account_kind"),
            models.UniqueConstraint(
                fields=["unit", "kind", "holder_id"], name="points_account_holder"
            ),
            models.CheckConstraint(
                condition=Q(balance__gte=0) | Q(overdraft_allowed=True),
                name="points_account_no_overdraft",
            ),
            models.CheckConstraint(
                condition=Q(overdraft_allowed=True, kind__in=["issue", "supply"])
                | (Q(overdraft_allowed=False) & ~Q(kind__in=["issue", "supply"])),
                name="points_account_who_may_overdraw",
            ),
            models.CheckConstraint(
                condition=Q(kind="person", person_id__isnull=False, person_id=F("holder_id"))
                | (~Q(kind="person") & Q(person_id__isnull=True)),
                name="points_account_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person_id"],
                condition=Q(person_id__isnull=False),
                name="points_account_person_id",
            ),
        ]


class Transfer(models.Model):
    """One movement in the ledger: all its entries or none. Append-only.

    ``key`` is the idempotency key of the command, ``body_hash`` what it asked for.
    A contra-entry names in ``reverses`` what it undoes; that can happen once.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    key = models.TextField(unique=True, db_collation="C")
    body_hash = models.TextField()
    kind = models.TextField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_id = models.UUIDField()
    reason = models.TextField(blank=True)
    fact_id = models.UUIDField()
    claim = _to("points.Claim", null=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    scope_code = models.TextField(db_collation="C")
    person_id = models.UUIDField(null=True)

    class Meta:
        db_table = "points_transfer"
        constraints = [
            _one_of("kind", TransferKind, "points_transfer_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=["award_reversal", "redemption_reversal"])
                & Q(reverses__isnull=False)
                | ~Q(kind__in=["award_reversal", "redemption_reversal"]) & Q(reverses__isnull=True),
                name="points_transfer_reverses",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["award", "award_reversal"], claim__isnull=False)
                | ~Q(kind__in=["award", "award_reversal"]) & Q(claim__isnull=True),
                name="points_transfer_claim",
            ),
            models.UniqueConstraint(fields=["claim", "kind"], name="points_transfer_claim_once"),
        ]


class Entry(models.Model):
    """One side of a transfer on one account, with the balance around it. Append-only.

    Numbered in the order of posting: an account is locked while it is posted to,
    so its entries, in order of ``id``, chain ``balance_after`` to ``balance_before``.
    """

    id = models.BigAutoField(primary_key=True)
    transfer = _to("points.Transfer")
    account = _to("points.Account")
    unit = models.TextField(db_collation="C")
    side = models.TextField()
    amount = models.BigIntegerField()
    balance_before = models.BigIntegerField()
    balance_after = models.BigIntegerField()
    scope_code = models.TextField(db_collation="C")
    person_id = models.UUIDField(null=True)

    class Meta:
        db_table = "points_entry"
        constraints = [
            _one_of("side", Side, "points_entry_side"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="points_entry_amount"),
            models.CheckConstraint(
                condition=Q(side="debit", balance_after=F("balance_before") - F("amount"))
                | Q(side="credit", balance_after=F("balance_before") + F("amount")),
                name="points_entry_balance",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "id"], name="points_entry_account"),
            models.Index(fields=["transfer"], name="points_entry_transfer"),
            models.Index(
                fields=["person_id", "id"],
                condition=Q(person_id__isnull=False),
                name="points_entry_person",
            ),
        ]


class Handover(models.Model):
    """What a redemption and a gift have in common: goods, a resident, a shop."""

    id = models.UUIDField(primary_key=True, editable=False)
    person = _to("directory.Person")
    household_id = models.UUIDField(null=True)
    home_area = _to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    shop = _to("points.Shop")
    goods = _to("points.Goods")
    goods_title = models.TextField()
    quantity = models.IntegerField()
    at = models.DateTimeField()
    by = _to("accounts.User")
    fact_id = models.UUIDField()
    transfer = models.OneToOneField("points.Transfer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Redemption(Handover):
    """Goods handed out for points."""

    points = models.IntegerField()
    unit = models.TextField()
    state = models.TextField()
    reversed_at = models.DateTimeField(null=True)
    reversed_by = _to("accounts.User", null=True)
    reverse_reason = models.TextField(blank=True)

    class Meta:
        db_table = "points_redemption"
        constraints = [
            _one_of("state", RedemptionState, "points_redemption_state"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, points__gte=1), name="points_redemption_amounts"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="made",
                    reversed_at__isnull=True,
                    reversed_by__isnull=True,
                    reverse_reason="",
                )
                | Q(state="reversed", reversed_at__isnull=False, reversed_by__isnull=False)
                & ~Q(reverse_reason=""),
                name="points_redemption_reversed",
            ),
            models.CheckConstraint(
                condition=Q(reversed_by__isnull=True) | ~Q(reversed_by=F("by")),
                name="points_redemption_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "id"], name="points_redemption_shop"),
            models.Index(fields=["person", "id"], name="points_redemption_person"),
        ]


class Gift(Handover):
    """Goods handed out without points, for a reason that is written down."""

    reason = models.TextField()

    class Meta:
        db_table = "points_gift"
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & ~Q(reason=""), name="points_gift_amounts"
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "id"], name="points_gift_shop"),
            models.Index(fields=["person", "id"], name="points_gift_person"),
        ]
