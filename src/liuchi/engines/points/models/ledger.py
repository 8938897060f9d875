"""Tables of points. The ledger's are written by the owner's ``points_post`` alone.

Accounts, transfers, entries, redemptions and gifts hold ``scope_code`` and
``person_id`` of their own, so that row-level security needs no join.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.journal.columns import one_of, to
from liuchi.engines.points.enums import AccountKind, RedemptionState, Side, TransferKind

_REVERSALS = ["award_reversal", "redemption_reversal", "opening_reversal"]


class Shop(models.Model):
    """A 信用超市: where points of one currency (``unit``) are spent.

    ``hours`` are seven texts, Monday first, such as ``08:30-11:30 14:00-17:00``; "" is closed
    all day. An empty list: nobody has entered them.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.TextField()
    village = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    unit = models.TextField()
    opened_at = models.DateTimeField()
    hours = models.JSONField(default=list)

    class Meta:
        db_table = "points_shop"
        constraints = [
            models.UniqueConstraint(fields=["village", "name"], name="points_shop_name"),
            # An internal currency is spent in no shop, whatever a form says.
            models.CheckConstraint(
                condition=Q(unit__startswith="points:"), name="points_shop_unit"
            ),
        ]
        indexes = [models.Index(fields=["scope_code", "id"], name="points_shop_scope")]


class Goods(models.Model):
    """One kind of goods in one shop. How many there are stands in the ledger.

    ``next_price_points`` counts instead of ``price_points`` from ``next_price_from`` on, so
    that a price may be announced before its day and no job has to run on it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    shop = to("points.Shop")
    code = models.TextField()
    title = models.TextField()
    price_points = models.IntegerField()
    value_fen = models.IntegerField(null=True)
    low_stock = models.IntegerField()
    image_id = models.UUIDField(null=True)
    barcode = models.TextField(default="")
    next_price_points = models.IntegerField(null=True)
    next_price_from = models.DateField(null=True)
    discontinued_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "points_goods"
        constraints = [
            models.UniqueConstraint(fields=["shop", "code"], name="points_goods_code"),
            models.UniqueConstraint(
                fields=["shop", "barcode"],
                condition=~Q(barcode="") & Q(discontinued_at__isnull=True),
                name="points_goods_barcode",
            ),
            models.CheckConstraint(
                condition=Q(next_price_points__isnull=True, next_price_from__isnull=True)
                | Q(next_price_points__gte=1, next_price_from__isnull=False),
                name="points_goods_next_price",
            ),
            models.CheckConstraint(
                condition=Q(price_points__gte=1, low_stock__gte=0)
                & (Q(value_fen__isnull=True) | Q(value_fen__gte=0)),
                name="points_goods_price",
            ),
        ]


class Account(models.Model):
    """A balance of one unit: ``points:<currency>`` or ``goods:<goods id>``.

    Balance is credits less debits. What residents hold is above zero, so the
    account that issues it lies as far below: every unit adds up to zero. ``reserved`` of it
    is set aside and can't leave: see ``models.counter``.
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
    reserved = models.BigIntegerField(default=0)
    overdraft_allowed = models.BooleanField()

    class Meta:
        db_table = "points_account"
        constraints = [
            one_of("kind", AccountKind, "points_account_kind"),
            models.UniqueConstraint(
                fields=["unit", "kind", "holder_id"], name="points_account_holder"
            ),
            models.CheckConstraint(
                condition=Q(balance__gte=0) | Q(overdraft_allowed=True),
                name="points_account_no_overdraft",
            ),
            models.CheckConstraint(
                condition=Q(reserved=0)
                | Q(reserved__gt=0, balance__gte=F("reserved"), kind__in=["person", "stock"]),
                name="points_account_reserved",
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
    key = models.TextField(db_collation="C")
    body_hash = models.TextField()
    kind = models.TextField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_id = models.UUIDField()
    reason = models.TextField(blank=True)
    fact_id = models.UUIDField()
    claim = to("points.Claim", null=True)
    reverses = to("self", null=True)
    scope_code = models.TextField(db_collation="C")
    person_id = models.UUIDField(null=True)

    class Meta:
        db_table = "points_transfer"
        constraints = [
            one_of("kind", TransferKind, "points_transfer_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=_REVERSALS, reverses__isnull=False)
                | ~Q(kind__in=_REVERSALS) & Q(reverses__isnull=True),
                name="points_transfer_reverses",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["award", "award_reversal"], claim__isnull=False)
                | ~Q(kind__in=["award", "award_reversal"]) & Q(claim__isnull=True),
                name="points_transfer_claim",
            ),
            models.UniqueConstraint(fields=["key"], name="points_transfer_key_once"),
            # Only where there is something to be unique: most transfers have neither.
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(reverses__isnull=False),
                name="points_transfer_reversed_once",
            ),
            models.UniqueConstraint(
                fields=["claim", "kind"],
                condition=Q(claim__isnull=False),
                name="points_transfer_claim_once",
            ),
        ]


class Entry(models.Model):
    """One side of a transfer on one account, with the balance around it. Append-only.

    Numbered in the order of posting: an account is locked while it is posted to,
    so its entries, in order of ``id``, chain ``balance_after`` to ``balance_before``.
    """

    id = models.BigAutoField(primary_key=True)
    # That both are there is checked by statement, not by row: see docs/adr/0031.
    transfer = to("points.Transfer", db_constraint=False)
    account = to("points.Account", db_constraint=False)
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
            one_of("side", Side, "points_entry_side"),
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
    # That all of them are there is checked by statement, not by row: see docs/adr/0050.
    person = to("directory.Person", db_constraint=False)
    household_id = models.UUIDField(null=True)
    home_area = to("directory.Area", db_constraint=False)
    scope_code = models.TextField(db_collation="C")
    shop = to("points.Shop", db_constraint=False)
    goods = to("points.Goods", db_constraint=False)
    goods_title = models.TextField()
    quantity = models.IntegerField()
    at = models.DateTimeField()
    by = to("accounts.User", db_constraint=False)
    fact_id = models.UUIDField()
    transfer = models.OneToOneField(
        "points.Transfer", on_delete=models.PROTECT, related_name="+", db_constraint=False
    )

    class Meta:
        abstract = True


class Redemption(Handover):
    """Goods handed out for points."""

    points = models.IntegerField()
    unit = models.TextField()
    quantity_returned = models.IntegerField(default=0)
    state = models.TextField()
    reversed_at = models.DateTimeField(null=True)
    reversed_by = to("accounts.User", null=True)
    reverse_reason = models.TextField(blank=True)

    class Meta:
        db_table = "points_redemption"
        constraints = [
            one_of("state", RedemptionState, "points_redemption_state"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, points__gte=1), name="points_redemption_amounts"
            ),
            models.CheckConstraint(
                condition=Q(quantity_returned__gte=0, quantity_returned__lte=F("quantity")),
                name="points_redemption_returned",
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


class Return(models.Model):
    """Part of what a redemption handed out, brought back: goods to the shelf, points to the purse.

    ``points`` are the price paid then. How many came back in all stands at the redemption.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    redemption = to("points.Redemption")
    person = to("directory.Person")
    scope_code = models.TextField(db_collation="C")
    quantity = models.IntegerField()
    points = models.IntegerField()
    reason = models.TextField()
    at = models.DateTimeField()
    by = to("accounts.User")
    fact_id = models.UUIDField()
    transfer = models.OneToOneField("points.Transfer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "points_return"
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1, points__gte=1) & ~Q(reason=""),
                name="points_return_amounts",
            ),
        ]
        indexes = [
            models.Index(fields=["redemption", "id"], name="points_return_redemption"),
            models.Index(fields=["person", "id"], name="points_return_person"),
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
