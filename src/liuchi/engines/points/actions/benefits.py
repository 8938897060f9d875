"""Using benefits: a provider scans a card, is told yes or no, and confirms the use.

The provider's own scope shows nobody. What has to be known about the resident is read, and
the use written, as an office of the place that signed: the same account, another scope,
and nothing of what it saw is handed back but a :class:`ProviderUse`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Subject
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points.enums import BenefitKind, UseState, UseVia
from liuchi.engines.points.facts import benefits as facts
from liuchi.engines.points.models import BenefitCode, BenefitUse, Offer
from liuchi.engines.points.queries import agreement_rows as agreements
from liuchi.engines.points.queries import benefits as queries
from liuchi.engines.points.queries import cards
from liuchi.engines.points.queries.agreement_rows import AgreementRow, OfferRow
from liuchi.engines.points.queries.benefits import OfferAnswer, ProviderUse
from liuchi.engines.points.queries.cards import CardReading
from liuchi.engines.points.rules import agreements as moves
from liuchi.engines.points.rules import eligibility as rules
from liuchi.kernel import clock
from liuchi.kernel.actors import SYSTEM_ROLE, Actor
from liuchi.kernel.errors import Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

HONOUR = "points.benefit.honour"
PRICE_FEN_MAX = 100_000_000
THING_CHARACTERS_MAX = 60


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """What a scanned card comes to at one provider: its state, and an answer per offer."""

    state: CardReading
    answers: tuple[OfferAnswer, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """What a provider says about a use. ``price_fen`` before the benefit, where it has one."""

    price_fen: int | None = None
    thing: str = ""


def check_card(*, actor: Actor, text: str) -> CardAnswer:
    """Read a card and answer for every offer the provider honours by card. Writes nothing.

    A card that holds nothing good answers for no offer. The order and the wording never
    tell a grade, a balance or a name.
    """
    offers = _honoured(actor)
    today = clock.today()
    card = cards.read(text, today)
    if card.state is not CardReading.VALID or card.person_id is None:
        return CardAnswer(card.state, ())
    answers = []
    for agreement, offer in offers:
        if offer.kind is BenefitKind.FEE_WAIVED:
            continue  # by one-time code alone
        with _office(actor, agreement, offer) as office:
            subject = directory.subjects(office, {card.person_id}).get(card.person_id)
            answers.append(queries.answer_for(agreement, offer, subject, today, card.valid_to))
    return CardAnswer(card.state, tuple(answers))


def use_benefit(
    *, actor: Actor, key: str, offer_id: UUID, card_text: str, use: Use | None = None
) -> ProviderUse:
    """Confirm that a benefit was used, by card. Of two phones at once one gets the last use.

    The offer's row is locked while it is decided, and a unique index over the quota's
    places holds even where something else comes to write.
    """
    said = use or Use()
    _check(said)
    agreement, offer = _own_offer(actor, offer_id)
    if offer.kind is BenefitKind.FEE_WAIVED:
        raise _by_code()
    card = cards.read(card_text, clock.today())
    if card.state is not CardReading.VALID or card.person_id is None:
        raise _card_not_good()
    body = {
        "offer": offer_id,
        "card": hashlib.sha256(card_text.strip().encode()).hexdigest(),
        "price": said.price_fen,
        "thing": said.thing,
    }
    with _office(actor, agreement, offer) as office:
        use_id = new_id()
        done = journal.once(f"points.use_benefit:{actor.id}", key, body, use_id)
        if done is None:
            subject = directory.subjects(office, {card.person_id}).get(card.person_id)
            at = _At(agreement, offer, UseVia.CARD, card.valid_to)
            _write(office, at, subject, use_id, said)
    with acting_as(actor):
        return queries.provider_use(actor, done or use_id)


def use_code(*, actor: Actor, key: str, code: str, use: Use | None = None) -> ProviderUse:
    """Redeem a household's one-time code at the desk of the provider it was made for.

    Any other provider's, used, lapsed or wrong code reads the same: unknown.
    """
    said = use or Use()
    _check(said)
    digits = "".join(letter for letter in code if letter.isdecimal() and letter.isascii())
    waived = [each for each in _honoured(actor) if each[1].kind is BenefitKind.FEE_WAIVED]
    body = {"code": hashlib.sha256(digits.encode()).hexdigest(), "price": said.price_fen}
    for agreement, offer in waived:
        with _office(actor, agreement, offer) as office:
            held = (
                BenefitCode.objects.select_for_update()
                .filter(offer_id=offer.id, code_hash=queries.code_hash(digits))
                .first()
            )
            if held is None:
                continue
            use_id = new_id()
            done = journal.once(f"points.use_code:{actor.id}", key, body, use_id)
            if done is None:
                now = clock.now()
                if held.used_at or held.voided_at or held.expires_at <= now:
                    raise _code_unknown()
                subject = directory.subjects(office, {held.person_id}).get(held.person_id)
                _write(office, _At(agreement, offer, UseVia.CODE), subject, use_id, said)
                held.used_at, held.use_id = now, use_id
                held.save(update_fields=["used_at", "use"])
        with acting_as(actor):
            return queries.provider_use(actor, done or use_id)
    raise _code_unknown()


def undo_use(*, actor: Actor, key: str, use_id: UUID, reason: str) -> ProviderUse:
    """Take a use of today back, for a reason. The quota has room again."""
    body = {"use": use_id, "reason": reason}
    with _own_use(actor, use_id) as (office, held):
        if journal.once(f"points.undo_use:{actor.id}", key, body, use_id) is None:
            moves.may_undo(UseState(held.state), held.used_on, clock.today(), reason).or_refuse()
            write_undone(office, held, reason)
    with acting_as(actor):
        return queries.provider_use(actor, use_id)


def write_undone(office: Actor, held: BenefitUse, reason: str) -> None:
    """Write what was decided: the use no longer counts. For this engine's actions."""
    held.state = UseState.UNDONE
    held.undone_by_id, held.undone_at = office.id, clock.now()
    held.undo_reason = reason.strip()
    held.version += 1
    held.save(update_fields=["state", "undone_by", "undone_at", "undo_reason", "version"])
    _record(facts.BENEFIT_UNDONE, office, held, held.saved_fen, corrects_id=held.fact_id)


def return_loan(*, actor: Actor, key: str, use_id: UUID) -> ProviderUse:
    """Note that what was lent came back. There is no fine, late or not."""
    with _own_use(actor, use_id) as (office, held):
        scope = f"points.return_loan:{actor.id}"
        if journal.once(scope, key, {"use": use_id}, use_id) is None:
            if held.due_on is None or held.state != UseState.MADE:
                raise NotFound("loan")
            if held.returned_at is None:
                held.returned_at, held.returned_to_id = clock.now(), office.id
                held.version += 1
                held.save(update_fields=["returned_at", "returned_to", "version"])
                _record(facts.LOAN_RETURNED, office, held, None)
    with acting_as(actor):
        return queries.provider_use(actor, use_id)


def office_of(actor: Actor, scope_code: str) -> Actor:
    """Return the same account in the scope of the place that signed; it may do nothing else."""
    return Actor(actor.id, SYSTEM_ROLE, None, scope_code)


def _honoured(actor: Actor) -> list[tuple[AgreementRow, OfferRow]]:
    actor.may(HONOUR).or_refuse()
    with acting_as(actor):
        own = agreements.own_agreements(actor)
    return [(each, offer) for each in own if each.in_force for offer in each.offers]


def _own_offer(actor: Actor, offer_id: UUID) -> tuple[AgreementRow, OfferRow]:
    actor.may(HONOUR).or_refuse()
    with acting_as(actor):
        own = agreements.own_agreements(actor)
    found = [(each, offer) for each in own for offer in each.offers if offer.id == offer_id]
    if not found:
        raise NotFound("offer")
    return found[0]


@contextmanager
def _office(actor: Actor, agreement: AgreementRow, offer: OfferRow) -> Iterator[Actor]:
    """Act as the office that signed; wider only where the condition itself names homes."""
    wide = "home_area" in str(offer.terms.eligible)
    office = office_of(actor, "" if wide else agreement.scope_code)
    with acting_as(office):
        yield office


@contextmanager
def _own_use(actor: Actor, use_id: UUID) -> Iterator[tuple[Actor, BenefitUse]]:
    """Lock a use of the actor's own organisation in the scope that may change it."""
    with acting_as(actor):
        queries.provider_use(actor, use_id)  # NotFound for any other provider's
    office = office_of(actor, "")
    with acting_as(office):
        yield office, BenefitUse.objects.select_for_update(of=("self",)).get(pk=use_id)


@dataclass(frozen=True, slots=True)
class _At:
    """Where a use happens: which offer, by card until when, or by code."""

    agreement: AgreementRow
    offer: OfferRow
    via: UseVia
    card_until: date | None = None


def _write(office: Actor, at: _At, subject: Subject | None, use_id: UUID, said: Use) -> None:
    """Decide with the offer locked, then write the use and its fact."""
    agreement, offer = at.agreement, at.offer
    Offer.objects.select_for_update().get(pk=offer.id)
    today = clock.today()
    answer = queries.answer_for(agreement, offer, subject, today, at.card_until)
    answer.decision.or_refuse()
    if subject is None:
        raise NotFound("person")
    quota = offer.terms.quota
    counted = queries.subject_id(offer, subject)
    first, _ = rules.window(quota.period, today, agreement.term)
    days = offer.terms.loan_days
    held = BenefitUse(
        id=use_id,
        offer_id=offer.id,
        agreement_id=agreement.id,
        organization_id=agreement.organization_id,
        person_id=subject.id,
        household_id=subject.household_id,
        home_area_id=subject.village_id,
        scope_code=subject.scope_code,
        used_on=today,
        subject_id=counted,
        window_from=first,
        place=None if quota.times is None else _free_place(offer.id, counted, first),
        via=at.via,
        price_fen=said.price_fen,
        saved_fen=rules.saving_fen(offer.terms, said.price_fen),
        thing=said.thing.strip(),
        due_on=today + timedelta(days=days) if days else None,
        state=UseState.MADE,
        version=1,
        by_id=office.id,
        at=clock.now(),
    )
    held.offer = Offer(id=offer.id, code=offer.code, kind=offer.kind)
    held.fact_id = _record(facts.BENEFIT_USED, office, held, held.saved_fen)
    held.save(force_insert=True)


def _free_place(offer_id: UUID, counted: UUID, first: date) -> int:
    taken = set(
        BenefitUse.objects.filter(
            offer_id=offer_id, subject_id=counted, window_from=first, state=UseState.MADE
        ).values_list("place", flat=True)
    )
    return next(place for place in range(1, len(taken) + 2) if place not in taken)


def _record(
    kind: str,
    office: Actor,
    held: BenefitUse,
    amount: int | None,
    corrects_id: UUID | None = None,
) -> UUID:
    return journal.record(
        kind,
        actor=office,
        subject_kind="points.benefit_use",
        subject_id=held.id,
        area_id=held.home_area_id,
        data=facts.BenefitData(
            person=held.person_id,
            household=held.household_id,
            home_area=held.home_area_id,
            provider=held.organization_id,
            benefit=held.offer.code,
            benefit_kind=held.offer.kind,
            via=held.via,
        ),
        amount=amount,
        corrects_id=corrects_id,
    )


def _check(said: Use) -> None:
    if said.price_fen is not None and not 0 <= said.price_fen <= PRICE_FEN_MAX:
        raise Invalid("price_unusable", Sentence("金额不对，请核对。", "Check the price."))
    if len(said.thing) > THING_CHARACTERS_MAX:
        raise Invalid(
            "thing_unusable",
            Sentence(
                "物品名称最多{most}个字。",
                "The thing's name has at most {most} characters.",
                {"most": THING_CHARACTERS_MAX},
            ),
        )


def _by_code() -> Refused:
    return Refused(
        "by_code_only",
        Sentence("费用减免凭一次性减免码办理。", "A waived fee needs its one-time code."),
    )


def _card_not_good() -> Refused:
    return Refused(
        "card_not_good", Sentence("这张卡不能使用，请核对。", "This card can't be used. Check it.")
    )


def _code_unknown() -> Refused:
    return Refused(
        "code_unknown",
        Sentence("减免码不对、已用过或已过期。", "This code is wrong, used or out of date."),
    )
