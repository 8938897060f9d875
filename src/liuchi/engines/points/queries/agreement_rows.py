"""Agreements with providers: nobody's data, so everybody may know who takes part and in what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import AgreementState, BenefitKind, CostBearer
from liuchi.engines.points.models import Agreement, Offer
from liuchi.engines.points.queries.places import rules_at, spec_as_applied
from liuchi.engines.points.rules import agreements as rules
from liuchi.engines.points.rules import eligibility
from liuchi.engines.points.rules.eligibility import Term
from liuchi.engines.points.scope import page_size, uuid_cursor
from liuchi.engines.points.spec import BenefitSpec, eligible_phrase
from liuchi.engines.points.spec.benefit_words import quota_sentence, schema_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence

READ = "points.agreement.read"


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A benefit as it was signed; ``who`` and ``often`` say its condition and quota."""

    id: UUID
    agreement_id: UUID
    code: str
    kind: BenefitKind
    title: str
    terms: BenefitSpec
    who: Sentence
    often: Sentence


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement with its offers. ``in_force``: it is honoured today."""

    id: UUID
    organization_id: UUID
    organization_name: str
    village_id: UUID
    village_name: str
    scope_code: str
    playbook_version: UUID
    provider_code: str
    field: str
    from_on: date
    to_on: date
    cost_bearer: CostBearer
    documents: tuple[UUID, ...]
    state: AgreementState
    version: int
    drawn_by_id: UUID
    drawn_by_name: str
    drawn_at: datetime
    signed_by_name: str
    signed_at: datetime | None
    moved_reason: str
    plaque_on: date | None
    offers: tuple[OfferRow, ...]

    @property
    def term(self) -> Term:
        """The days it holds."""
        return Term(self.from_on, self.to_on, self.state is AgreementState.SIGNED)

    @property
    def in_force(self) -> bool:
        """Whether it is honoured today."""
        return eligibility.in_force(self.term, clock.today())

    @property
    def ends_soon(self) -> bool:
        """Whether it is in force and its last day is near."""
        return self.in_force and self.to_on - clock.today() <= timedelta(days=rules.WARN_DAYS)


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """A provider of the playbook in force at a place, with the benefits it may sign for."""

    playbook_version: UUID
    code: str
    title: str
    field: str
    benefits: tuple[BenefitSpec, ...]


def agreements(actor: Actor, *, after: str | None = None, limit: int = 50) -> Page[AgreementRow]:
    """Return the agreements of the actor's area, the newest first."""
    actor.may(READ).or_refuse()
    require(actor)
    found = Agreement.objects.filter(scope_code__startswith=actor.scope_code).order_by("-id")
    start = uuid_cursor(after)
    if start is not None:
        found = found.filter(pk__lt=start)
    most = page_size(limit)
    rows = list(found[: most + 1])
    return Page(rows_of(rows[:most]), str(rows[most - 1].id) if len(rows) > most else None)


def agreement(actor: Actor, agreement_id: UUID) -> AgreementRow:
    """Return an agreement of the actor's area."""
    actor.may(READ).or_refuse()
    return rows_of([held_agreement(actor, agreement_id)])[0]


def held_agreement(actor: Actor, agreement_id: UUID, *, lock: bool = False) -> Agreement:
    """Return the row in the actor's area, locked if asked. For this engine's actions."""
    require(actor)
    found = Agreement.objects.select_for_update() if lock else Agreement.objects.all()
    held = found.filter(pk=agreement_id, scope_code__startswith=actor.scope_code).first()
    if held is None:
        raise NotFound("agreement")
    return held


def provider_choices(village_id: UUID, village_name: str) -> tuple[ProviderChoice, ...]:
    """Return who may sign at a place, by the playbooks in force there today."""
    return tuple(
        ProviderChoice(
            playbook.id,
            each.code,
            each.title,
            each.field,
            tuple(benefit for benefit in spec.benefits if benefit.provider == each.code),
        )
        for playbook, spec in rules_at(village_id, clock.today())
        for each in spec.providers
        if not each.places or village_name in each.places
    )


def partners(village_id: UUID) -> tuple[AgreementRow, ...]:
    """Return the agreements honoured at a place today. Anybody may read them."""
    today = clock.today()
    held = Agreement.objects.filter(
        village_id=village_id,
        state=AgreementState.SIGNED,
        from_on__lte=today,
        to_on__gte=today,
    )
    return tuple(sorted(rows_of(list(held)), key=lambda row: (row.field, row.organization_name)))


def providers_of(actor: Actor) -> tuple[UUID, ...]:
    """Return the organisations at which the actor holds a provider's post."""
    require(actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM points_providers_of_actor()")
        return tuple(row[0] for row in cursor.fetchall())


def own_agreements(actor: Actor) -> tuple[AgreementRow, ...]:
    """Return what the actor's own organisation has signed, the newest first."""
    actor.may("points.benefit.honour").or_refuse()
    held = Agreement.objects.filter(organization_id__in=providers_of(actor)).exclude(
        state=AgreementState.DRAFT
    )
    return rows_of(list(held.order_by("-id")))


def rows_of(held: Sequence[Agreement]) -> tuple[AgreementRow, ...]:
    """Return frozen rows with names and offers: four statements, however many rows."""
    if not held:
        return ()
    names = directory.organization_names({each.organization_id for each in held})
    areas = directory.areas({each.village_id for each in held})
    people = accounts.names_of(
        {id_ for each in held for id_ in (each.drawn_by_id, each.signed_by_id) if id_}
    )
    offers = _offers(held)
    return tuple(
        AgreementRow(
            id=each.id,
            organization_id=each.organization_id,
            organization_name=names.get(each.organization_id, ""),
            village_id=each.village_id,
            village_name=areas[each.village_id].name,
            scope_code=each.scope_code,
            playbook_version=each.playbook_version,
            provider_code=each.provider_code,
            field=each.field,
            from_on=each.from_on,
            to_on=each.to_on,
            cost_bearer=CostBearer(each.cost_bearer),
            documents=tuple(each.documents),
            state=AgreementState(each.state),
            version=each.version,
            drawn_by_id=each.drawn_by_id,
            drawn_by_name=people.get(each.drawn_by_id, ""),
            drawn_at=each.drawn_at,
            signed_by_name=people.get(each.signed_by_id, "") if each.signed_by_id else "",
            signed_at=each.signed_at,
            moved_reason=each.moved_reason,
            plaque_on=each.plaque_on,
            offers=offers.get(each.id, ()),
        )
        for each in held
    )


def _offers(held: Iterable[Agreement]) -> Mapping[UUID, tuple[OfferRow, ...]]:
    versions = {each.id: each.playbook_version for each in held}
    found: dict[UUID, list[OfferRow]] = {}
    for offer in Offer.objects.filter(agreement_id__in=versions).order_by("code"):
        found.setdefault(offer.agreement_id, []).append(
            offer_row(offer, versions[offer.agreement_id])
        )
    return {agreement_id: tuple(rows) for agreement_id, rows in found.items()}


def offer_row(offer: Offer, playbook_version: UUID) -> OfferRow:
    """Return an offer with its condition and quota in words."""
    terms = BenefitSpec.model_validate(offer.terms)
    schema = schema_of(spec_as_applied(playbook_version))
    return OfferRow(
        offer.id,
        offer.agreement_id,
        offer.code,
        BenefitKind(offer.kind),
        offer.title,
        terms,
        Sentence(
            "{zh}", "{en}", {lang: eligible_phrase(terms, schema, lang) for lang in ("zh", "en")}
        ),
        quota_sentence(terms.quota),
    )
