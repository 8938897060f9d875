"""Keys of other systems: shown once, kept as a hash, ended for good."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connections

from liuchi.engines.accounts import actions, queries
from liuchi.kernel.actors import system_actor
from liuchi.kernel.errors import Conflict, NotFound, Refused
from liuchi.kernel.ids import new_id

AREA = new_id()


@pytest.fixture
def administrator(office):
    return system_actor(new_id(), "accounts.client.write")


def opened(actor, title="城市 App", key="open-1"):
    return actions.open_client(title=title, area_id=AREA, reaches=True, actor=actor, key=key)


def test_a_key_leads_to_its_system_and_is_kept_nowhere(administrator):
    made = opened(administrator)
    found = queries.client_by_key(made.key)

    assert (found.id, found.title, found.area_id) == (made.id, "城市 App", AREA)
    assert queries.client_by_key(made.key[:-1] + "!") is None
    assert queries.client_by_key("") is None
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT held::text FROM accounts_client AS held")
        ((row,),) = cursor.fetchall()
        cursor.execute("SELECT kind, data::text FROM journal_fact WHERE subject_kind = 'client'")
        facts = cursor.fetchall()
    assert made.key not in row
    assert [kind for kind, _ in facts] == ["accounts.client_opened"]
    assert "App" not in facts[0][1]


def test_the_same_form_shows_no_key_twice(administrator):
    opened(administrator)
    with pytest.raises(Conflict) as again:
        opened(administrator)

    assert again.value.code == "client_key_shown"
    assert len(queries.clients()) == 1


def test_an_ended_key_opens_nothing_and_is_listed_last(administrator):
    first, second = opened(administrator), opened(administrator, "热线", "open-2")
    for _ in range(2):
        actions.end_client(client_id=second.id, reaches=True, actor=administrator, key="end-1")

    assert queries.client_by_key(second.key) is None
    assert [each.id for each in queries.clients()] == [first.id, second.id]
    with pytest.raises(NotFound):
        actions.end_client(client_id=second.id, reaches=True, actor=administrator, key="end-2")


def test_only_whoever_may_and_only_of_ones_own_area(administrator, office):
    for actor, reaches, code in (
        (office, True, "not_permitted"),
        (administrator, False, "client_out_of_reach"),
    ):
        with pytest.raises(Refused) as refused:
            actions.open_client(
                title="城市 App", area_id=AREA, reaches=reaches, actor=actor, key="open"
            )
        assert refused.value.code == code
    with pytest.raises(Refused) as nameless:
        opened(administrator, title=" ")
    assert nameless.value.code == "client_title_wrong"
    assert replace(administrator, grants={}).may("accounts.client.write").allowed is False


def test_the_day_it_was_last_used_is_noted(administrator, clock):
    made = opened(administrator)
    actions.note_client_used(made.id)

    assert queries.client(made.id).last_used_on == clock.now().date()
