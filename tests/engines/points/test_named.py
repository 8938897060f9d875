"""What claims, redemptions and facts name is there and stays, as with a foreign key."""

from __future__ import annotations

import threading

import pytest
from psycopg.errors import ForeignKeyViolation
from psycopg.types.json import Jsonb

from liuchi.engines.points import actions
from liuchi.kernel.ids import new_id
from liuchi.project.postgres import Role

# A copy of a row that is there, under a new id, with one value changed.
COPIED = (
    "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{table}, "
    "(SELECT to_jsonb(held) FROM {table} AS held ORDER BY id LIMIT 1) || %s)"
)
NAMED = {
    "points_claim": ("person_id", "village_id", "proposed_by_id"),
    "points_redemption": (
        "person_id", "home_area_id", "by_id", "shop_id", "goods_id", "transfer_id",
    ),
    "journal_fact": ("playbook_version", "cause_id", "corrects_id"),
}  # fmt: skip
# What may be there once only.
FRESH = {
    "points_claim": {"sheet_id": None, "sheet_place": None},
    "points_transfer": {"key": "copied", "claim_id": None, "reverses_id": None, "kind": "expiry"},
    "points_redemption": {},
    "journal_fact": {"ordinal": None},
}
KEPT = (
    "DELETE FROM points_shop",
    "DELETE FROM points_goods",
    "DELETE FROM accounts_user WHERE id IN (SELECT by_id FROM points_redemption)",
    "DELETE FROM directory_area WHERE id IN (SELECT home_area_id FROM points_redemption)",
    "UPDATE points_goods SET id = gen_random_uuid()",
    "UPDATE accounts_user SET id = gen_random_uuid()",
    "UPDATE points_claim SET proposed_by_id = gen_random_uuid()",
)


@pytest.fixture
def owner(db, cluster):
    """Open a connection of the owner's, whom no right and no row-level security stops."""
    with cluster.connect(Role.OWNER, db) as connection:
        connection.autocommit = False
        yield connection
        connection.rollback()


def copy(connection, table, **change) -> str:
    """Add a row like the first one of a table and return its id."""
    rows = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
        "AND NOT attisdropped AND attgenerated = ''",
        [table],
    )
    columns, made = ", ".join(name for (name,) in rows), str(new_id())
    connection.execute(
        COPIED.format(table=table, columns=columns), [Jsonb({"id": made, **FRESH[table], **change})]
    )
    return made


def refused(connection, table, **change) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            if table == "points_redemption" and "transfer_id" not in change:
                change["transfer_id"] = copy(connection, "points_transfer")
            copy(connection, table, **change)
    except ForeignKeyViolation:
        return True
    return False


def sold(world):
    world.award(world.people[0])
    shop, goods = world.shop(soap=5)
    actions.redeem(
        actor=world.keeper, key="one", person_id=world.people[0], shop_id=shop.id,
        goods_id=goods["soap"].id, quantity=1,
    )  # fmt: skip


def test_what_is_named_is_there_and_stays(world, owner):
    sold(world)
    assert [table for table in NAMED if refused(owner, table)] == []
    wrong = [(table, name) for table, names in NAMED.items() for name in names]
    assert [each for each in wrong if not refused(owner, each[0], **{each[1]: str(new_id())})] == []
    for statement in KEPT:
        with pytest.raises(ForeignKeyViolation), owner.transaction():
            owner.execute(statement)


def test_what_is_being_named_is_not_deleted_meanwhile(world, owner, db, cluster):
    sold(world)
    cup = owner.execute("SELECT id FROM points_goods WHERE code = 'cup'").fetchone()[0]
    transfer_id = copy(owner, "points_transfer")
    copy(owner, "points_redemption", transfer_id=transfer_id, goods_id=str(cup))
    ended = []

    def delete():
        with cluster.connect(Role.OWNER, db) as other:
            try:
                other.execute("DELETE FROM points_goods WHERE id = %s", [cup])
            except ForeignKeyViolation as error:
                ended.append(type(error))

    thread = threading.Thread(target=delete)
    thread.start()
    thread.join(0.3)
    waited = thread.is_alive()
    owner.commit()
    thread.join(60)
    assert (waited, ended) == (True, [ForeignKeyViolation])
