"""A lost phone: everything that could open an account is taken back at once."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.accounts import rules
from liuchi.engines.accounts.actions.devices import revoke_all
from liuchi.engines.accounts.actions.slips import void_open
from liuchi.engines.accounts.facts import ACCESS_RESET, ResetData
from liuchi.engines.accounts.models import AccessReset, RecoveryCode, SecondFactor, User
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import FieldError, Invalid, NotFound
from liuchi.kernel.ids import new_id


def reset_access(
    *,
    user_id: UUID,
    reason: str,
    reaches: bool,
    area_id: UUID | None,
    actor: Actor,
    key: str,
) -> UUID:
    """Take back devices, sessions, second factor, recovery codes and slips of an account.

    Returns the id of the record that holds the reason. The password stays: to change it as
    well is another decision (:func:`set_password`). ``reaches`` says whether the user's
    posts lie below the actor's, which accounts cannot know.
    """
    rules.may_reset_access(actor, user_is_self=user_id == actor.id, reaches=reaches).or_refuse()
    usable = rules.reason_usable(reason)
    if usable.sentence is not None:
        raise Invalid(usable.reason_code, usable.sentence, (FieldError("reason", usable.sentence),))
    reset_id = new_id()
    with acting_as(actor):
        if not User.objects.select_for_update().filter(pk=user_id).exists():
            raise NotFound("user")
        body = {"user": str(user_id), "reason": reason.strip()}
        done = once(f"accounts.reset_access:{actor.id}", key, body, reset_id)
        if done is not None:
            return done
        AccessReset.objects.create(
            id=reset_id, user_id=user_id, at=clock.now(), by=actor.id, reason=reason.strip()
        )
        revoke_all(user_id, actor)
        void_open(user_id, actor, area_id)
        SecondFactor.objects.filter(user_id=user_id).delete()
        RecoveryCode.objects.filter(user_id=user_id).delete()
        record(
            ACCESS_RESET.kind,
            actor=actor,
            subject_kind="user",
            subject_id=user_id,
            area_id=area_id,
            data=ResetData(user=user_id, reset=reset_id),
        )
    return reset_id
