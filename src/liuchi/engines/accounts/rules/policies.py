"""Numbers an administrator may change: their defaults and bounds."""

from __future__ import annotations

from collections.abc import Mapping

from liuchi.engines.accounts.enums import Policy
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse

DEFAULTS: Mapping[Policy, int] = {
    Policy.SLIP_DAYS: 14,
    Policy.DEVICE_DAYS: 180,
    Policy.SECOND_FACTOR_MINUTES: 15,
    Policy.PHONE_CODES_A_DAY: 2000,
}
LIMITS: Mapping[Policy, tuple[int, int]] = {
    Policy.SLIP_DAYS: (1, 60),
    Policy.DEVICE_DAYS: (1, 365),
    Policy.SECOND_FACTOR_MINUTES: (5, 60),
    Policy.PHONE_CODES_A_DAY: (0, 100_000),
}


def may_set_policy(actor: Actor, policy: Policy, value: int) -> Decision:
    """Decide whether the actor may set a number, and to this value."""
    least, most = LIMITS[policy]
    within = (
        ALLOWED
        if least <= value <= most
        else refuse(
            "policy_out_of_bounds",
            "请填 {least} 到 {most} 之间的数。",
            "Give a number from {least} to {most}.",
            least=least,
            most=most,
        )
    )
    return first_refusal(actor.may("accounts.policy.write"), within)
