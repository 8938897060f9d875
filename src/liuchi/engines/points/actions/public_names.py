"""How a resident appears in public: masked as everybody, or without a name at all."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts
from liuchi.engines.points.models import PublicName
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound


def choose_public_name(*, actor: Actor, key: str, person_id: UUID, anonymous: bool) -> bool:
    """Note how somebody wants to appear and return it; by oneself, or at the desk for one.

    It holds at once and everywhere, also on notices that run: nothing keeps the public
    name, every reading asks for it. No reason is asked, nothing is lost by it.
    """
    if actor.person_id != person_id:
        actor.may("directory.person.write").or_refuse()
    body = {"person_id": person_id, "anonymous": anonymous}
    with acting_as(actor):
        person = directory.people_of(actor, [person_id]).get(person_id)
        if person is None:
            raise NotFound("person")
        if journal.once(f"points.choose_public_name:{actor.id}", key, body, person_id) is None:
            PublicName.objects.update_or_create(
                person_id=person_id,
                defaults={
                    "anonymous": anonymous,
                    "chosen_at": clock.now(),
                    "chosen_to_id": actor.id,
                },
                create_defaults={
                    "anonymous": anonymous,
                    "chosen_at": clock.now(),
                    "chosen_to_id": actor.id,
                    "scope_code": directory.scope_code_of(actor, person_id),
                },
            )
            journal.record(
                facts.PUBLIC_NAME_CHOSEN,
                actor=actor,
                subject_kind="person",
                subject_id=person_id,
                area_id=person.village_id,
                data=facts.PublicNameData(
                    person=person_id,
                    home_area=person.village_id,
                    anonymous="yes" if anonymous else "no",
                ),
            )
    return anonymous
