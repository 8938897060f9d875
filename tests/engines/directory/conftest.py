"""A town: areas loaded, partitions made, people of two villages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from liuchi.engines.accounts import actions as accounts
from liuchi.engines.directory import actions, queries
from liuchi.engines.directory.actions import PersonImport
from liuchi.engines.journal.jobs import make_partitions
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.ids import new_id

ROOT_VERBS = (
    "accounts.post.write",
    "accounts.user.write",
    "directory.area.write",
    "directory.household.read",
    "directory.person.read",
    "directory.person.unmask",
    "directory.person.write",
)
ID_NUMBER = "11010519491231002X"


def key() -> str:
    return str(new_id())


def settle() -> None:
    make_partitions()
    actions.load_reference_areas()


@pytest.fixture
def db(prepare, template, clock) -> Iterator[str]:
    """Each test's database has the areas in it."""
    with prepare(template, settle) as (name, _):
        yield name


@pytest.fixture
def root(db) -> Actor:
    """Everything, everywhere: sets the scene."""
    return system_actor(new_id(), *ROOT_VERBS)


@pytest.fixture
def account(root: Actor) -> Callable[[str], UUID]:
    """Open an account without a post: ``account("wang")``."""

    def make(name: str) -> UUID:
        return accounts.create_user(
            username=name,
            display_name=f"{name} 演示",
            password="pass-word-1",
            actor=root,
            key=key(),
        )

    return make


@pytest.fixture
def resident(
    root: Actor, people: dict[str, UUID], account: Callable[[str], UUID]
) -> Callable[[str], Actor]:
    """Give one of the people an account of their own: ``resident("单小明")``."""

    def make(name: str) -> Actor:
        user_id = account(f"resident-{name}")
        actions.link_account(user_id=user_id, person_id=people[name], actor=root, key=key())
        return queries.actor_of(user_id)

    return make


@pytest.fixture
def official(root: Actor, account: Callable[[str], UUID]) -> Callable[[str, str], Actor]:
    """Make a user with a post: ``official("secretary", "罗冲社区")``."""

    def make(role: str, place: str) -> Actor:
        user_id = account(f"{role}-{place}")
        actions.appoint(user_id, role, queries.area_named(place).id, actor=root, key=key())
        return queries.actor_of(user_id)

    return make


@pytest.fixture
def people(root: Actor) -> dict[str, UUID]:
    """Five people of two villages, by name; two of them live together."""
    rows = [
        PersonImport("单小明", "罗冲", household="0001", phone="13800000001", grid="罗冲第一网格"),
        PersonImport("单小红", "罗冲", household="0001", id_number=ID_NUMBER),
        PersonImport("陈伟国", "罗冲社区", household="0002", address="罗冲花园3栋2单元501室"),
        PersonImport("欧阳锋", "盛塘社区", household="0001", phone="13900000009"),
        PersonImport("程安", "盛唐"),
    ]
    result = actions.import_people(rows, actor=root, key="scene")
    return dict(zip((row.name for row in rows), result.person_ids, strict=True))
