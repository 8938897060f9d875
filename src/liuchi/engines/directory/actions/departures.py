"""People who move away or die: out of the lists at once, erased when nobody needs them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db.models import F, Value
from django.db.models.functions import Greatest

from liuchi.engines.directory.enums import Departure
from liuchi.engines.directory.facts import PERSON_DEPARTED, DepartureData
from liuchi.engines.directory.models import Membership, Person
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, NotFound
from liuchi.kernel.sentences import Sentence


def note_departure(person_id: UUID, reason: str, on: date, *, actor: Actor, key: str) -> None:
    """Note that a person moved away or died on a day that has come.

    The household goes on without them; points and facts stay. ``jobs.forget_gone`` erases
    what is personal once the methods in force need it no longer.
    """
    actor.may("directory.person.write").or_refuse()
    why = Departure(reason)
    with acting_as(actor):
        found = Person.objects.select_for_update().filter(pk=person_id, erased_at__isnull=True)
        person = found.first()
        if person is None:
            raise NotFound("person")
        body = {"person": str(person_id), "reason": why, "on": on.isoformat()}
        if once(f"directory.note_departure:{actor.id}", key, body, person_id) is not None:
            return
        if person.left_on or person.deceased_on:
            raise NotFound("person")
        if not person.valid_from <= on <= clock.today():
            raise Invalid(
                "departure_day",
                Sentence(
                    "日期应在登记之后、今天或以前。",
                    "Choose a day after the person was entered and not after today.",
                ),
            )
        field = "deceased_on" if why is Departure.DECEASED else "left_on"
        Person.objects.filter(pk=person_id).update(**{field: on, "version": F("version") + 1})
        Membership.objects.filter(person_id=person_id, valid_to__isnull=True).update(
            valid_to=Greatest(Value(on), F("valid_from") + timedelta(days=1))
        )
        record(
            PERSON_DEPARTED.kind,
            actor=actor,
            subject_kind="person",
            subject_id=person_id,
            area_id=person.village_id,
            at=clock.start_of_day(on),
            data=DepartureData(person=person_id, home_area=person.village_id, reason=why),
        )
