"""Somebody who may open accounts, and one account."""

from __future__ import annotations

import pytest

from liuchi.engines.accounts import actions
from liuchi.engines.journal.jobs import make_partitions
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.ids import new_id

PASSWORD = "right-password"
VERBS = (
    "accounts.user.write",
    "accounts.slip.issue",
    "accounts.access.reset",
    "accounts.policy.write",
)


@pytest.fixture
def office(db, clock) -> Actor:
    make_partitions()
    return system_actor(new_id(), *VERBS)


@pytest.fixture
def wang(office):
    return actions.create_user(
        username="wang",
        display_name="王*",
        password=PASSWORD,
        actor=office,
        key=str(new_id()),
    )
