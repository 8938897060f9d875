"""Agreements with providers: drawn up by one, signed by another, suspended, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from liuchi.engines.directory import queries as directory
from liuchi.engines.files import queries as files
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points.enums import AgreementState, AgreementVerb, CostBearer
from liuchi.engines.points.facts import benefits as facts
from liuchi.engines.points.models import Agreement, Offer
from liuchi.engines.points.queries import agreement_rows as queries
from liuchi.engines.points.queries.agreement_rows import AgreementRow, ProviderChoice
from liuchi.engines.points.rules import agreements as rules
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, FieldError, Invalid
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

_WRITE = "points.agreement.write"
DOCUMENTS_MAX = 12
_FACTS: Mapping[AgreementVerb, str] = {
    AgreementVerb.SUSPEND: facts.AGREEMENT_SUSPENDED,
    AgreementVerb.RESUME: facts.AGREEMENT_RESUMED,
    AgreementVerb.END: facts.AGREEMENT_ENDED,
}


def draw_agreement(
    *,
    actor: Actor,
    key: str,
    village_id: UUID,
    organization_id: UUID,
    provider_code: str,
    offer_codes: Sequence[str],
    from_on: date,
    to_on: date,
    cost_bearer: CostBearer = CostBearer.PROVIDER,
) -> AgreementRow:
    """Draw up an agreement between an organisation and a community; nothing holds yet.

    The benefits are copied as the playbook in force says them today. Both days included.
    """
    actor.may(_WRITE).or_refuse()
    rules.term_usable(from_on, to_on).or_refuse()
    village = directory.area(village_id)
    body = {
        "village": village_id,
        "organization": organization_id,
        "provider": provider_code,
        "offers": sorted(offer_codes),
        "from": str(from_on),
        "to": str(to_on),
        "cost": str(cost_bearer),
    }
    with acting_as(actor):
        _within(actor, village.scope_code)
        directory.organization(actor, organization_id)
        agreement_id = new_id()
        done = journal.once(f"points.draw_agreement:{actor.id}", key, body, agreement_id)
        if done is not None:
            return queries.agreement(actor, done)
        chosen = _choice(village_id, village.name, provider_code)
        held = Agreement(
            id=agreement_id,
            organization_id=organization_id,
            village_id=village_id,
            scope_code=village.scope_code,
            playbook_version=chosen.playbook_version,
            provider_code=chosen.code,
            field=chosen.field,
            from_on=from_on,
            to_on=to_on,
            cost_bearer=cost_bearer,
            documents=[],
            state=AgreementState.DRAFT,
            version=1,
            drawn_by_id=actor.id,
            drawn_at=clock.now(),
        )
        try:
            with transaction.atomic():
                held.save(force_insert=True)
        except IntegrityError as error:
            raise _has_one() from error
        _cover(agreement_id, chosen, offer_codes)
        return queries.agreement(actor, agreement_id)


def attach_document(
    *, actor: Actor, key: str, agreement_id: UUID, document_id: UUID
) -> AgreementRow:
    """Put a scan of the paper beside the agreement; the file itself is stored before."""
    actor.may(_WRITE).or_refuse()
    body = {"agreement": agreement_id, "document": document_id}
    with acting_as(actor):
        held = queries.held_agreement(actor, agreement_id, lock=True)
        files.document(actor, document_id)
        scope = f"points.attach_document:{actor.id}"
        if journal.once(scope, key, body, agreement_id) is None:
            if len(held.documents) >= DOCUMENTS_MAX:
                sentence = Sentence(
                    "最多附{most}份材料。",
                    "At most {most} documents.",
                    {"most": DOCUMENTS_MAX},
                )
                raise Invalid("too_many", sentence, (FieldError("photos", sentence),))
            held.documents = [*held.documents, document_id]
            held.save(update_fields=["documents"])
        return queries.agreement(actor, agreement_id)


def sign_agreement(*, actor: Actor, key: str, agreement_id: UUID) -> AgreementRow:
    """Put an agreement into force from its first day: by another than who drew it up."""
    actor.may(_WRITE).or_refuse()
    with acting_as(actor):
        held = queries.held_agreement(actor, agreement_id, lock=True)
        scope = f"points.sign_agreement:{actor.id}"
        body = {"agreement": agreement_id}
        if journal.once(scope, key, body, agreement_id) is None:
            offers = Offer.objects.filter(agreement_id=agreement_id).count()
            rules.may_sign(
                rules.Signing(
                    state=AgreementState(held.state),
                    drawn_by_id=held.drawn_by_id,
                    signer_id=actor.id,
                    offers=offers,
                    documents=len(held.documents),
                    to_on=held.to_on,
                    today=clock.today(),
                )
            ).or_refuse()
            held.state = AgreementState.SIGNED
            held.signed_by_id, held.signed_at = actor.id, clock.now()
            _save(held, "state", "signed_by", "signed_at")
            _record(facts.AGREEMENT_SIGNED, actor, held, offers)
        return queries.agreement(actor, agreement_id)


def move_agreement(
    *, actor: Actor, key: str, agreement_id: UUID, verb: AgreementVerb, reason: str
) -> AgreementRow:
    """Suspend, resume or end an agreement, for a reason. What was used stays."""
    actor.may(_WRITE).or_refuse()
    rules.needs_reason(reason).or_refuse()
    with acting_as(actor):
        held = queries.held_agreement(actor, agreement_id, lock=True)
        body = {"agreement": agreement_id, "verb": str(verb), "reason": reason}
        scope = f"points.move_agreement:{actor.id}"
        if journal.once(scope, key, body, agreement_id) is None:
            before = AgreementState(held.state)
            rules.may_move(before, verb).or_refuse()
            held.state = rules.AGREEMENT_MOVES[before, verb]
            held.moved_reason = reason.strip()
            _save(held, "state", "moved_reason")
            if held.signed_at is not None:
                offers = Offer.objects.filter(agreement_id=agreement_id).count()
                _record(_FACTS[verb], actor, held, offers)
        return queries.agreement(actor, agreement_id)


def give_plaque(*, actor: Actor, key: str, agreement_id: UUID, on: date) -> AgreementRow:
    """Record that the plaque was handed over (授牌), on a day not later than today."""
    actor.may(_WRITE).or_refuse()
    with acting_as(actor):
        held = queries.held_agreement(actor, agreement_id, lock=True)
        body = {"agreement": agreement_id, "on": str(on)}
        if journal.once(f"points.give_plaque:{actor.id}", key, body, agreement_id) is None:
            rules.may_give_plaque(
                AgreementState(held.state), held.plaque_on, on, clock.today()
            ).or_refuse()
            held.plaque_on, held.plaque_by_id = on, actor.id
            _save(held, "plaque_on", "plaque_by")
            offers = Offer.objects.filter(agreement_id=agreement_id).count()
            _record(facts.PLAQUE_GIVEN, actor, held, offers)
        return queries.agreement(actor, agreement_id)


def _cover(agreement_id: UUID, chosen: ProviderChoice, offer_codes: Sequence[str]) -> None:
    Offer.objects.bulk_create(
        Offer(
            id=new_id(),
            agreement_id=agreement_id,
            code=benefit.code,
            kind=benefit.kind,
            title=benefit.title,
            terms=benefit.model_dump(mode="json"),
        )
        for benefit in chosen.benefits
        if benefit.code in offer_codes
    )


def _choice(village_id: UUID, village_name: str, provider_code: str) -> ProviderChoice:
    chosen = next(
        (
            each
            for each in queries.provider_choices(village_id, village_name)
            if each.code == provider_code
        ),
        None,
    )
    if chosen is None:
        sentence = Sentence(
            "当地的办法里没有这一类商户。", "No playbook in force names such a provider."
        )
        raise Invalid("provider_unknown", sentence, (FieldError("provider", sentence),))
    return chosen


def _within(actor: Actor, scope_code: str) -> None:
    if not actor.covers(scope_code):
        sentence = Sentence("这个地方不在您的范围内。", "This place is outside your area.")
        raise Invalid("village_unusable", sentence, (FieldError("village", sentence),))


def _has_one() -> Conflict:
    return Conflict(
        "agreement_exists",
        Sentence(
            "这家单位和本社区已有一份协议。",
            "This body has an agreement with the community already.",
        ),
    )


def _save(held: Agreement, *fields: str) -> None:
    held.version += 1
    held.save(update_fields=[*fields, "version"])


def _record(kind: str, actor: Actor, held: Agreement, offers: int) -> None:
    journal.record(
        kind,
        actor=actor,
        subject_kind="points.agreement",
        subject_id=held.id,
        area_id=held.village_id,
        data=facts.AgreementData(
            provider=held.organization_id,
            home_area=held.village_id,
            field=held.field,
            offers=offers,
        ),
        playbook_version=held.playbook_version,
    )
