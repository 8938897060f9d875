"""The counter: baskets with a receipt, what confirms them, what is set aside for later.

``Reservation`` and ``Account.reserved`` are written by the owner's functions alone: what is
set aside can't be handed out, and the database refuses it whoever asks.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liuchi.engines.journal.columns import both, one_of, to
from liuchi.engines.points.enums import BasketState, Confirmation


class Basket(models.Model):
    """What a resident took at the counter at once: several goods, one receipt.

    ``asked`` is what the counter sent: ``[[goods id, quantity, price]]``. A basket that was
    taken without a network and could not be posted afterwards stays as ``refused``, with the
    code of the refusal; ``handed_over`` says whether the goods are gone all the same.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    shop = to("points.Shop")
    person = to("directory.Person")
    scope_code = models.TextField(db_collation="C")
    year = models.IntegerField()
    number = models.IntegerField(null=True)
    pieces = models.IntegerField()
    points = models.IntegerField()
    asked = models.JSONField()
    confirmation = models.TextField()
    state = models.TextField()
    refusal = models.TextField(blank=True)
    handed_over = models.BooleanField()
    offline = models.BooleanField()
    taken_at = models.DateTimeField()
    at = models.DateTimeField()
    by = to("accounts.User")
    settled_at = models.DateTimeField(null=True)
    settled_by = to("accounts.User", null=True)

    class Meta:
        db_table = "points_basket"
        constraints = [
            one_of("state", BasketState, "points_basket_state"),
            one_of("confirmation", Confirmation, "points_basket_confirmation"),
            both("points_basket_settled", "settled_at", "settled_by"),
            models.CheckConstraint(
                condition=Q(state="made", number__gte=1, refusal="")
                | Q(state="refused", number__isnull=True) & ~Q(refusal=""),
                name="points_basket_number",
            ),
            models.UniqueConstraint(
                fields=["shop", "year", "number"], name="points_basket_receipt"
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "id"], name="points_basket_shop"),
            models.Index(fields=["person", "id"], name="points_basket_person"),
        ]


class BasketLine(models.Model):
    """Which redemptions a basket is made of. The ledger has the rest."""

    redemption = models.OneToOneField(
        "points.Redemption", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    basket = to("points.Basket")
    place = models.IntegerField()

    class Meta:
        db_table = "points_basket_line"
        constraints = [
            models.UniqueConstraint(fields=["basket", "place"], name="points_basket_line_place")
        ]


class CounterSecret(models.Model):
    """How a resident confirms at the counter: a PIN of one's own, a code from one's phone.

    Both are keyed hashes. Five wrong ones in a row, and neither is taken for a while.
    """

    person = models.OneToOneField(
        "directory.Person", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    scope_code = models.TextField(db_collation="C")
    pin_hash = models.BinaryField(null=True)
    pin_set_at = models.DateTimeField(null=True)
    pin_set_by = to("accounts.User", null=True)
    code_hash = models.BinaryField(null=True)
    code_until = models.DateTimeField(null=True)
    code_used_for = models.TextField(blank=True)
    failures = models.IntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "points_counter_secret"
        constraints = [both("points_counter_secret_set", "pin_set_at", "pin_set_by")]


class Lease(models.Model):
    """What one device at a counter may hand out while the network is cut.

    ``offline_until``: how long it may do so after it was last heard of. What it holds stays
    set aside until it has answered for it, another person has taken it back, or it was not
    heard of for days: then nobody closed it (``closed_by`` is null).
    """

    id = models.UUIDField(primary_key=True, editable=False)
    shop = to("points.Shop")
    device = models.TextField()
    by = to("accounts.User")
    taken_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    offline_until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = to("accounts.User", null=True)
    close_reason = models.TextField(blank=True)

    class Meta:
        db_table = "points_lease"
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False)
                | Q(closed_at__isnull=False, close_reason="lapsed"),
                name="points_lease_closed",
            ),
            models.UniqueConstraint(
                fields=["shop", "device"],
                condition=Q(closed_at__isnull=True),
                name="points_lease_open",
            ),
        ]


class Reservation(models.Model):
    """So much of an account is set aside for a lease or for goods on their way.

    All that is set aside of an account adds up to its ``reserved``.
    """

    id = models.BigAutoField(primary_key=True)
    holder_id = models.UUIDField()
    account = to("points.Account")
    quantity = models.BigIntegerField()

    class Meta:
        db_table = "points_reservation"
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="points_reservation_quantity"),
            models.UniqueConstraint(
                fields=["holder_id", "account"], name="points_reservation_holder"
            ),
        ]
        indexes = [models.Index(fields=["account"], name="points_reservation_account")]
