"""Cards: issued to who takes part, revoked at once, read by code, number and signed list."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connections

from liuchi.engines.directory import actions as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import jobs
from liuchi.engines.points.actions import cards as actions
from liuchi.engines.points.queries import cards, grades
from liuchi.engines.points.rules.card_tokens import read_token
from liuchi.kernel.clock import today
from liuchi.kernel.errors import LiuchiError
from liuchi.kernel.keyring import KeyRing


def issue(world, *people):
    return actions.issue_cards(actor=world.recorder, key=world.key(), people=people)


def of(world, person_id):
    with acting_as(world.recorder):
        return cards.card_row(world.recorder, person_id)


def read(text, on=None):
    found = cards.read(text, on or today())
    return found.state, found.person_id


def refused_ids():
    return set(json.loads(cards.refused_list().text)["refused"])


def refusal(call):
    with pytest.raises(LiuchiError) as caught:
        call()
    return caught.value.code


def test_whoever_is_unknown_holds_nothing(world):
    assert grades.standings(world.people[0], today()) == ()
    assert read("0000000000") == ("unknown", None)
    assert (refused_ids(), cards.refused_list().signature) == (set(), "")


def test_a_card_is_good_until_it_is_lost_and_the_next_one_is_another(world):
    first, second, *_ = world.people
    done = issue(world, first, second, world.others[0])
    assert (set(done.issued), done.not_taking_part) == ({first, second}, (world.others[0],))
    assert issue(world, first).held_already == (first,)
    card = of(world, first)
    assert read(card.token) == read(f"https://x.example/card/check/#{card.token}")
    assert read(card.spaced_number) == ("valid", first)
    assert read(card.token, card.valid_to + timedelta(days=1)) == ("expired", first)
    raw = json.dumps(card.token) + card.number
    assert str(first).replace("-", "")[-12:] not in raw
    fresh = actions.reissue_card(actor=world.recorder, key=world.key(), person_id=first, why="lost")
    assert fresh.number != card.number
    assert [read(each.token)[0] for each in (card, fresh)] == ["revoked", "valid"]
    assert len(refused_ids()) == 1
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT kind, count(*) FROM journal_fact WHERE kind LIKE 'points.card%%' "
            "GROUP BY kind ORDER BY kind"
        )
        assert cursor.fetchall() == [
            ("points.card_issued", 3),
            ("points.card_key_made", 1),
            ("points.card_revoked", 1),
        ]


def test_who_withdraws_has_no_card_and_a_resident_reports_the_own_one(world):
    first, second, *_ = world.people
    issue(world, first, second)
    directory.withdraw_consent(first, "credit-points", "credit", actor=world.root, key=world.key())
    assert read(of(world, first).token)[0] == "revoked"
    assert len(refused_ids()) == 1
    again = lambda: actions.reissue_card(  # noqa: E731
        actor=world.recorder, key=world.key(), person_id=first, why="replaced"
    )
    assert refusal(again) == "no_consent"
    own = world.resident(second)
    lost = {"actor": own, "key": world.key(), "why": "lost"}
    assert refusal(lambda: actions.revoke_card(**lost, person_id=first)) == "not_permitted"
    assert actions.revoke_card(**lost, person_id=second).is_good is False
    assert read(of(world, second).token)[0] == "revoked"


def test_keys_rotate_and_old_cards_stay_good(world, settings):
    first, second, *_ = world.people
    issue(world, first)
    old = of(world, first)
    root = world.root
    root.grants["directory.keys.rotate"] = root.grants["points.claim.read"]
    actions.rotate_card_key(actor=root, key=world.key())
    issue(world, second)
    new = of(world, second)
    assert read_token(old.token)[0].key_id != read_token(new.token)[0].key_id
    assert [read(each.token)[0] for each in (old, new)] == ["valid", "valid"]
    assert {key.id for key in cards.public_keys()} == {
        read_token(each.token)[0].key_id for each in (old, new)
    }
    ring: KeyRing = settings.LIUCHI_KEY_RING
    settings.LIUCHI_KEY_RING = ring.rotated()
    assert jobs.rotate_keys() == 2
    assert cards.card_keys_in_use() == {settings.LIUCHI_KEY_RING.current: 2}
    assert cards.refused_list().signature != ""


def test_a_forged_code_and_a_card_of_another_place_say_nothing(world):
    first, *_ = world.people
    issue(world, first)
    token = of(world, first).token
    changed = token[:40] + ("A" if token[40] != "A" else "B") + token[41:]
    assert read(changed) == ("unknown", None)
    stranger = world.user("recorder", world.other)
    with acting_as(stranger):
        assert cards.cards(stranger).rows == ()
        assert cards.cards_of(stranger, [first]) == ()
