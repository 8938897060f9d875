"""Benefits: what a resident may use, what was used, and the little a provider is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page, Subject
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import BenefitKind, GradeMethod, QuotaPer, UseState
from liuchi.engines.points.models import BenefitCode, BenefitUse
from liuchi.engines.points.queries.agreement_rows import AgreementRow, OfferRow, providers_of
from liuchi.engines.points.queries.grades import standings
from liuchi.engines.points.queries.places import spec_as_applied
from liuchi.engines.points.rules import eligibility
from liuchi.engines.points.rules.eligibility import Used
from liuchi.engines.points.scope import key_ring, page_size, uuid_cursor
from liuchi.engines.points.spec.benefit_words import schema_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import Decision
from liuchi.kernel.errors import NotFound

CODE_DIGITS = 10
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class OfferAnswer:
    """What a provider is told about its own offer: yes until a day, or no. Nothing else."""

    offer_id: UUID
    title: str
    kind: BenefitKind
    decision: Decision
    until: date | None
    left: int | None

    @property
    def eligible(self) -> bool:
        """Whether it may be used now."""
        return self.decision.allowed


@dataclass(frozen=True, slots=True)
class ProviderUse:
    """A use as its provider sees it: which benefit, when, how much. Whose, it never learns."""

    id: UUID
    agreement_id: UUID
    offer_id: UUID
    offer_title: str
    kind: str
    at: datetime
    used_on: date
    via: str
    price_fen: int | None
    saved_fen: int | None
    thing: str
    due_on: date | None
    returned_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class UseRow:
    """A use as its resident, and the staff of the resident's home, see it."""

    id: UUID
    offer_title: str
    organization_name: str
    used_on: date
    at: datetime
    saved_fen: int | None
    thing: str
    due_on: date | None
    returned_at: datetime | None
    state: str
    undo_reason: str


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A household's one-time code that has not been used. ``code`` only for who asked for it."""

    id: UUID
    offer_id: UUID
    offer_title: str
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What conditions are answered from, about one resident on one day."""

    values: Mapping[str, object]
    ends: Mapping[str, date | None]


def facts_of(subject: Subject, agreement: AgreementRow, offer: OfferRow, on: date) -> Facts:
    """Read what an offer's condition may ask. Runs where the resident is in scope."""
    values: dict[str, object] = {"home_area": directory.area(subject.village_id).name}
    ends: dict[str, date | None] = {}
    if offer.terms.eligible:
        spec = spec_as_applied(agreement.playbook_version)
        local = {scheme.code for scheme in spec.grades.local[:1]}
        official = {scheme.code for scheme in spec.grades.official[:1]}
        for held in standings(subject.id, on):
            name = "grade" if held.method is GradeMethod.LOCAL else "official_grade"
            known = local if held.method is GradeMethod.LOCAL else official
            if name not in values and (not known or held.scheme in known):
                values[name], ends[name] = held.grade, held.valid_to
        unit = spec.currency.unit
        since = offer.terms.earned_within.before(on) if offer.terms.earned_within else None
        values["earned_points"] = _earned(subject, unit, since, on)
    return Facts(values, ends)


def _earned(subject: Subject, unit: str, since: date | None, on: date) -> int:
    with connection.cursor() as cursor:
        now = clock.now() + _MOMENT  # an award of this instant counts
        cursor.execute(
            "SELECT points FROM points_earned(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [subject.village_id, [subject.id], unit, since, on, now, now, [], True, on],
        )
        row = cursor.fetchone()
    return 0 if row is None else int(row[0])


def subject_id(offer: OfferRow, subject: Subject) -> UUID:
    """Return whose uses are counted together: the household's, or the person's own."""
    if offer.terms.quota.per is QuotaPer.HOUSEHOLD and subject.household_id is not None:
        return subject.household_id
    return subject.id


def used_of(agreement: AgreementRow, offer: OfferRow, subject: Subject, on: date) -> Used:
    """Count the uses within the offer's windows; in the scope of an office that sees them all."""
    quota, made = (
        offer.terms.quota,
        BenefitUse.objects.filter(offer_id=offer.id, state=UseState.MADE),
    )
    first, end = eligibility.window(quota.period, on, agreement.term)
    first_all, end_all = eligibility.window(quota.in_all_period, on, agreement.term)
    return Used(
        by_subject=made.filter(
            subject_id=subject_id(offer, subject), used_on__gte=first, used_on__lt=end
        ).count()
        if quota.times is not None
        else 0,
        in_all=made.filter(used_on__gte=first_all, used_on__lt=end_all).count()
        if quota.in_all is not None
        else 0,
    )


def answer_for(
    agreement: AgreementRow,
    offer: OfferRow,
    subject: Subject | None,
    on: date,
    card_until: date | None = None,
) -> OfferAnswer:
    """Answer one offer for one resident. None, or one who takes no part, is a plain no."""
    decision, until, left = eligibility.not_eligible(), None, None
    if subject is not None and subject.consented:
        schema = schema_of(spec_as_applied(agreement.playbook_version))
        known = facts_of(subject, agreement, offer, on)
        yes = eligibility.is_eligible(offer.terms, known.values, schema, agreement.village_name)
        used = used_of(agreement, offer, subject, on) if yes else Used()
        decision = eligibility.may_use(offer.terms, agreement.term, used, on, eligible=yes)
        if decision.allowed:
            ends = {**known.ends, "card": card_until}
            until = eligibility.holds_until(offer.terms, agreement.term, ends, schema)
            left = eligibility.room(offer.terms, used)
    return OfferAnswer(offer.id, offer.title, offer.kind, decision, until, left)


def provider_uses(
    actor: Actor,
    *,
    first: date | None = None,
    end: date | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[ProviderUse]:
    """Return the uses the actor's own organisation honoured, the newest first, without a name."""
    actor.may("points.benefit.honour").or_refuse()
    most, rows = page_size(limit), []
    for provider in providers_of(actor):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM points_provider_uses(%s, %s, %s, %s, %s)",
                [provider, uuid_cursor(after), first, end, most + 1],
            )
            rows += [ProviderUse(*row) for row in cursor.fetchall()]
    rows.sort(key=lambda row: row.id, reverse=True)
    return Page(tuple(rows[:most]), str(rows[most - 1].id) if len(rows) > most else None)


def provider_use(actor: Actor, use_id: UUID) -> ProviderUse:
    """Return one use of the actor's own organisation, without a name."""
    actor.may("points.benefit.honour").or_refuse()
    just_after = UUID(int=use_id.int + 1)
    with connection.cursor() as cursor:
        for provider in providers_of(actor):
            cursor.execute(
                "SELECT * FROM points_provider_uses(%s, %s, NULL, NULL, 1)", [provider, just_after]
            )
            row = cursor.fetchone()
            if row is not None and row[0] == use_id:
                return ProviderUse(*row)
    raise NotFound("benefit_use")


def seen_by_provider(held: BenefitUse) -> ProviderUse:
    """Return what a provider may know of a use, from the row; the offer is loaded with it."""
    return ProviderUse(
        held.id,
        held.agreement_id,
        held.offer_id,
        held.offer.title,
        held.offer.kind,
        held.at,
        held.used_on,
        held.via,
        held.price_fen,
        held.saved_fen,
        held.thing,
        held.due_on,
        held.returned_at,
        held.state,
    )


def uses_of(
    actor: Actor, person_id: UUID, *, after: str | None = None, limit: int = 50
) -> Page[UseRow]:
    """Return a resident's uses, the newest first: one's own, or for staff of the home."""
    actor.may("points.account.read").or_refuse()
    require(actor)
    found = BenefitUse.objects.filter(person_id=person_id).select_related("offer").order_by("-id")
    start = uuid_cursor(after)
    if start is not None:
        found = found.filter(pk__lt=start)
    most = page_size(limit)
    rows = list(found[: most + 1])
    names = directory.organization_names({each.organization_id for each in rows})
    shown = tuple(
        UseRow(
            each.id,
            each.offer.title,
            names.get(each.organization_id, ""),
            each.used_on,
            each.at,
            each.saved_fen,
            each.thing,
            each.due_on,
            each.returned_at,
            each.state,
            each.undo_reason,
        )
        for each in rows[:most]
    )
    return Page(shown, str(rows[most - 1].id) if len(rows) > most else None)


def open_codes(actor: Actor, person_id: UUID) -> tuple[OpenCode, ...]:
    """Return the codes a resident has asked for and not used."""
    require(actor)
    held = BenefitCode.objects.filter(
        person_id=person_id,
        used_at__isnull=True,
        voided_at__isnull=True,
        expires_at__gt=clock.now(),
    ).select_related("offer")
    return tuple(
        OpenCode(each.id, each.offer_id, each.offer.title, plain_code(each.id), each.expires_at)
        for each in held.order_by("-id")
    )


def plain_code(code_id: UUID) -> str:
    """Return a code's digits. Made from its id under the key ring, so that no row holds it."""
    digest = key_ring().lookup_hash(str(code_id), "points.benefit.code.digits")
    return str(int.from_bytes(digest[:16]) % 10**CODE_DIGITS).zfill(CODE_DIGITS)


def code_hash(digits: str) -> bytes:
    """Return the keyed hash a code is found by."""
    return key_ring().lookup_hash(digits, "points.benefit.code")
