"""The town office names its model villages and ends one again; nobody is ranked by it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.scope import require_covers
from liuchi.engines.disclosures import facts, rules
from liuchi.engines.disclosures.actions.committee import said_openly
from liuchi.engines.disclosures.actions.preparing import who
from liuchi.engines.disclosures.models import ModelVillage
from liuchi.engines.disclosures.queries.model_villages import models_at
from liuchi.engines.disclosures.rules import ModelPlace, Naming
from liuchi.engines.disclosures.scope import MODEL, digest
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.ids import new_id


def name_model_village(*, actor: Actor, key: str, area_id: UUID, since: date, reason: str) -> UUID:
    """Make a village one of its town's model villages from a day on; returns the entry's id.

    The playbook says how many a town has. Refused("models_full") where all are named, also by
    somebody who pressed the button at the same moment.
    """
    actor.may(MODEL).or_refuse()
    _reason(reason)
    entry_id = new_id()
    body = {"area": area_id, "since": str(since), "reason": digest(reason)}
    with acting_as(actor):
        place = directory.area(area_id)
        require_covers(actor, place.scope_code, "area")
        if not place.kind.is_village:
            raise NotFound("village")
        earlier = journal.once(f"disclosures.name_model_village:{actor.id}", key, body, entry_id)
        if earlier is not None:
            return earlier
        book, spec, town = models_at(place, clock.today())
        _one_at_a_time(town.id, book.playbook)
        places = _places(town.id, book.playbook)
        asked = Naming(area_id, town.name, since, book.in_force_from, clock.today())
        rules.may_name(spec, asked, places).or_refuse()
        held = ModelVillage.objects.create(
            id=entry_id,
            scope_code=place.scope_code,
            area_id=area_id,
            town_id=town.id,
            playbook=book.playbook,
            playbook_version=book.version_id,
            number=rules.free_number(spec, places, since),
            most=spec.per_town,
            since=since,
            reason=reason.strip(),
            named_by_id=who(actor),
            named_at=clock.now(),
        )
        _tell(held, actor, since, named=True)
    return entry_id


def end_model_village(
    *, actor: Actor, key: str, model_id: UUID, ended_on: date, reason: str
) -> None:
    """Say from which day on a village is no model village any more, and why.

    On its first day it is as if it had never been one: so a slip is undone.
    """
    actor.may(MODEL).or_refuse()
    _reason(reason)
    body = {"model": model_id, "on": str(ended_on), "reason": digest(reason)}
    with acting_as(actor):
        held = ModelVillage.objects.filter(pk=model_id).first()
        if held is None:
            raise NotFound("model_village")
        require_covers(actor, held.scope_code, "model_village")
        held = ModelVillage.objects.select_for_update().get(pk=model_id)
        scope = f"disclosures.end_model_village:{actor.id}"
        if journal.once(scope, key, body, model_id) is not None:
            return
        rules.may_end(_place(held), ended_on, clock.today()).or_refuse()
        ModelVillage.objects.filter(pk=model_id).update(
            ended_on=ended_on,
            ended_reason=reason.strip(),
            ended_by_id=who(actor),
            ended_at=clock.now(),
        )
        _tell(held, actor, ended_on, named=False)


def _reason(words: str) -> None:
    rules.reason_given(words).or_refuse()
    said_openly(words)


def _one_at_a_time(town_id: UUID, playbook: str) -> None:
    """Let who comes second see what the first has named, and so read why it is refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"disclosures.models/{town_id}/{playbook}"],
        )


def _places(town_id: UUID, playbook: str) -> list[ModelPlace]:
    rows = ModelVillage.objects.filter(town_id=town_id, playbook=playbook)
    return [_place(each) for each in rows]


def _place(held: ModelVillage) -> ModelPlace:
    return ModelPlace(held.area_id, held.number, held.since, held.ended_on)


def _tell(held: ModelVillage, actor: Actor, day: date, *, named: bool) -> None:
    journal.record(
        facts.MODEL_CHANGED,
        actor=actor,
        subject_kind="disclosures.model_village",
        subject_id=held.pk,
        area_id=held.area_id,
        at=clock.start_of_day(day) if day < clock.today() else None,
        amount=1 if named else -1,
        data=facts.ModelData(
            village=held.area_id, town=held.town_id, outcome="named" if named else "ended"
        ),
        playbook_version=held.playbook_version,
    )
