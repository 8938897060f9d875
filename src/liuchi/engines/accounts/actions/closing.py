"""Closing an account: whoever has left is out at once, in the middle of a session too."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.accounts import rules
from liuchi.engines.accounts.actions.devices import revoke_all
from liuchi.engines.accounts.actions.slips import void_open
from liuchi.engines.accounts.facts import ACCOUNT_CLOSED, ACCOUNT_REOPENED, UserData
from liuchi.engines.accounts.models import User
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.ids import new_id


def close_account(*, user_id: UUID, within_reach: bool, actor: Actor, key: str) -> None:
    """Close an account, with all its sessions, devices and slips. Nobody closes the own one."""
    _set_active(user_id, within_reach=within_reach, active=False, actor=actor, key=key)


def reopen_account(*, user_id: UUID, within_reach: bool, actor: Actor, key: str) -> None:
    """Let somebody back in who had left; devices and slips stay gone."""
    _set_active(user_id, within_reach=within_reach, active=True, actor=actor, key=key)


def _set_active(user_id: UUID, *, within_reach: bool, active: bool, actor: Actor, key: str) -> None:
    rules.may_reset(actor, user_is_self=user_id == actor.id, reaches=within_reach).or_refuse()
    fact = ACCOUNT_REOPENED if active else ACCOUNT_CLOSED
    with acting_as(actor):
        if not User.objects.select_for_update().filter(pk=user_id).exists():
            raise NotFound("user")
        body = {"user": str(user_id)}
        if once(f"{fact.kind}:{actor.id}", key, body, new_id()) is not None:
            return
        User.objects.filter(pk=user_id).update(is_active=active)
        if not active:
            revoke_all(user_id, actor)
            void_open(user_id, actor, actor.area_id)
        record(
            fact.kind,
            actor=actor,
            subject_kind="user",
            subject_id=user_id,
            area_id=actor.area_id,
            data=UserData(user=user_id),
        )
