"""Tables of benefits: agreements and what they offer, uses, one-time codes, statements.

Agreements, offers and statements are nobody's data. A use and a code are a resident's:
their ``scope_code`` is that of the home, and a provider never reads either table.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from liuchi.engines.journal.columns import both, one_of, to
from liuchi.engines.points.enums import (
    AgreementState,
    BenefitKind,
    CostBearer,
    StatementSide,
    StatementState,
    UseState,
    UseVia,
)


class Agreement(models.Model):
    """What a provider and a community have agreed; ``provider_code`` names the playbook's.

    ``from_on`` and ``to_on`` are both included. ``documents`` are scans of the paper.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    organization = to("directory.Organization")
    village = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    playbook_version = models.UUIDField()
    provider_code = models.TextField()
    field = models.TextField(blank=True)
    from_on = models.DateField()
    to_on = models.DateField()
    cost_bearer = models.TextField()
    documents = ArrayField(models.UUIDField(), default=list)
    state = models.TextField()
    version = models.IntegerField()
    drawn_by = to("accounts.User")
    drawn_at = models.DateTimeField()
    signed_by = to("accounts.User", null=True)
    signed_at = models.DateTimeField(null=True)
    moved_reason = models.TextField(blank=True)
    plaque_on = models.DateField(null=True)
    plaque_by = to("accounts.User", null=True)

    class Meta:
        db_table = "points_agreement"
        constraints = [
            one_of("state", AgreementState, "points_agreement_state"),
            one_of("cost_bearer", CostBearer, "points_agreement_cost_bearer"),
            models.CheckConstraint(
                condition=Q(to_on__gte=F("from_on")), name="points_agreement_term"
            ),
            both("points_agreement_signed", "signed_at", "signed_by"),
            both("points_agreement_plaque", "plaque_on", "plaque_by"),
            models.CheckConstraint(
                condition=Q(state__in=["signed", "suspended"], signed_by__isnull=False)
                | Q(state="draft", signed_by__isnull=True)
                | Q(state="ended"),
                name="points_agreement_in_force",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("drawn_by")),
                name="points_agreement_two_people",
            ),
            models.CheckConstraint(
                condition=Q(plaque_on__isnull=True) | Q(signed_by__isnull=False),
                name="points_agreement_plaque_signed",
            ),
            # One agreement at a time: a use has one place to be counted in.
            models.UniqueConstraint(
                fields=["organization", "village"],
                condition=Q(state__in=["draft", "signed", "suspended"]),
                name="points_agreement_one",
            ),
        ]
        indexes = [
            models.Index(fields=["scope_code", "id"], name="points_agreement_scope"),
            models.Index(fields=["village", "state"], name="points_agreement_village"),
        ]


class Offer(models.Model):
    """A benefit as it was signed: a later playbook changes no agreement."""

    id = models.UUIDField(primary_key=True, editable=False)
    agreement = to("points.Agreement")
    code = models.TextField()
    kind = models.TextField()
    title = models.TextField()
    terms = models.JSONField()

    class Meta:
        db_table = "points_offer"
        constraints = [
            one_of("kind", BenefitKind, "points_offer_kind"),
            models.UniqueConstraint(fields=["agreement", "code"], name="points_offer_code"),
        ]


class BenefitUse(models.Model):
    """One use. ``place`` numbers the subject's uses within the quota's window from 1.

    The unique index over it holds the quota even where two phones confirm at once; null
    where the benefit has none. ``subject_id`` is the person or the household.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    offer = to("points.Offer")
    agreement = to("points.Agreement")
    organization = to("directory.Organization")
    person = to("directory.Person")
    household_id = models.UUIDField(null=True)
    home_area = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    used_on = models.DateField()
    subject_id = models.UUIDField()
    window_from = models.DateField()
    place = models.IntegerField(null=True)
    via = models.TextField()
    price_fen = models.IntegerField(null=True)
    saved_fen = models.IntegerField(null=True)
    thing = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_to = to("accounts.User", null=True)
    state = models.TextField()
    version = models.IntegerField()
    by = to("accounts.User")
    at = models.DateTimeField()
    fact_id = models.UUIDField()
    undone_by = to("accounts.User", null=True)
    undone_at = models.DateTimeField(null=True)
    undo_reason = models.TextField(blank=True)

    class Meta:
        db_table = "points_benefit_use"
        constraints = [
            one_of("state", UseState, "points_benefit_use_state"),
            one_of("via", UseVia, "points_benefit_use_via"),
            both("points_benefit_use_undone_by", "undone_at", "undone_by"),
            both("points_benefit_use_returned", "returned_at", "returned_to"),
            models.CheckConstraint(
                condition=Q(state="made", undone_at__isnull=True)
                | Q(state="undone", undone_at__isnull=False) & ~Q(undo_reason=""),
                name="points_benefit_use_undone",
            ),
            models.CheckConstraint(
                condition=(Q(price_fen__isnull=True) | Q(price_fen__gte=0))
                & (Q(saved_fen__isnull=True) | Q(saved_fen__gte=0))
                & (Q(place__isnull=True) | Q(place__gte=1)),
                name="points_benefit_use_amounts",
            ),
            models.UniqueConstraint(
                fields=["offer", "subject_id", "window_from", "place"],
                condition=Q(state="made", place__isnull=False),
                name="points_benefit_use_quota",
            ),
        ]
        indexes = [
            models.Index(fields=["offer", "used_on"], name="points_benefit_use_offer"),
            models.Index(fields=["agreement", "id"], name="points_benefit_use_agreement"),
            models.Index(fields=["person", "id"], name="points_benefit_use_person"),
            models.Index(
                fields=["due_on"],
                condition=Q(state="made", due_on__isnull=False, returned_at__isnull=True),
                name="points_benefit_use_due",
            ),
        ]


class BenefitCode(models.Model):
    """A one-time code for a household's waived fee. Only its keyed hash is kept."""

    id = models.UUIDField(primary_key=True, editable=False)
    offer = to("points.Offer")
    person = to("directory.Person")
    household_id = models.UUIDField()
    scope_code = models.TextField(db_collation="C")
    code_hash = models.BinaryField(unique=True)
    asked_by = to("accounts.User")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    use = to("points.BenefitUse", null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "points_benefit_code"
        constraints = [
            both("points_benefit_code_used", "used_at", "use"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(voided_at__isnull=True),
                name="points_benefit_code_once",
            ),
            models.UniqueConstraint(
                fields=["offer", "household_id"],
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
                name="points_benefit_code_one_open",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="points_benefit_code_expires")]


class BenefitStatement(models.Model):
    """What a provider honoured in a month, by offer; both sides confirm the same figures.

    ``lines``: per offer code, title, uses, undone and saved_fen, as they were drawn up.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    agreement = to("points.Agreement")
    organization = to("directory.Organization")
    village = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    month = models.DateField()
    lines = models.JSONField()
    uses = models.IntegerField()
    saved_fen = models.BigIntegerField()
    drawn_at = models.DateTimeField()
    round = models.IntegerField()
    state = models.TextField()
    version = models.IntegerField()
    provider_by = to("accounts.User", null=True)
    provider_at = models.DateTimeField(null=True)
    community_by = to("accounts.User", null=True)
    community_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "points_benefit_statement"
        constraints = [
            one_of("state", StatementState, "points_benefit_statement_state"),
            both("points_benefit_statement_provider", "provider_at", "provider_by"),
            both("points_benefit_statement_community", "community_at", "community_by"),
            models.CheckConstraint(
                condition=Q(uses__gte=0, saved_fen__gte=0, round__gte=1),
                name="points_benefit_statement_amounts",
            ),
            models.CheckConstraint(
                condition=Q(state="agreed", provider_by__isnull=False, community_by__isnull=False)
                & ~Q(provider_by=F("community_by"))
                | Q(state="confirmed", provider_by__isnull=False, community_by__isnull=True)
                | Q(state="drawn", provider_by__isnull=True, community_by__isnull=True)
                | Q(state="differs", community_by__isnull=True),
                name="points_benefit_statement_two_sides",
            ),
            models.UniqueConstraint(
                fields=["agreement", "month"], name="points_benefit_statement_month"
            ),
        ]
        indexes = [
            models.Index(fields=["scope_code", "id"], name="points_benefit_statement_scope"),
            models.Index(fields=["organization", "id"], name="points_benefit_statement_org"),
        ]


class StatementNote(models.Model):
    """What a side said about a difference, or how it was settled."""

    id = models.UUIDField(primary_key=True, editable=False)
    statement = to("points.BenefitStatement")
    side = models.TextField()
    round = models.IntegerField()
    text = models.TextField()
    by = to("accounts.User")
    at = models.DateTimeField()

    class Meta:
        db_table = "points_statement_note"
        constraints = [one_of("side", StatementSide, "points_statement_note_side")]
        indexes = [models.Index(fields=["statement", "id"], name="points_statement_notes")]
