"""Numbers of sign-in that an administrator sets."""

from __future__ import annotations

from liuchi.engines.accounts import rules
from liuchi.engines.accounts.enums import Policy
from liuchi.engines.accounts.facts import POLICY_SET, PolicyData
from liuchi.engines.accounts.models import Policy as PolicyRow
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id


def set_policy(*, policy: Policy, value: int, actor: Actor, key: str) -> None:
    """Set one number from now on; Refused outside its bounds (:data:`rules.LIMITS`)."""
    rules.may_set_policy(actor, policy, value).or_refuse()
    change_id = new_id()
    with acting_as(actor):
        body = {"policy": str(policy), "value": value}
        if once(f"accounts.set_policy:{actor.id}", key, body, change_id) is not None:
            return
        PolicyRow.objects.update_or_create(
            code=policy,
            defaults={"value": value, "changed_at": clock.now(), "changed_by": actor.id},
        )
        record(
            POLICY_SET.kind,
            actor=actor,
            subject_kind="policy",
            subject_id=change_id,
            area_id=actor.area_id,
            data=PolicyData(policy=policy, value=value),
        )
