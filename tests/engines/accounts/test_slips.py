"""One-time slips: once, in time, by one phone, and never told to anybody else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from liuchi.engines.accounts import actions, queries, rules
from liuchi.engines.accounts.actions import SlipFor
from liuchi.engines.accounts.enums import Policy, SlipKind, SlipState, SlipVerb
from liuchi.kernel.actors import Actor, Reach
from liuchi.kernel.decisions import Decision
from liuchi.kernel.errors import Conflict, Invalid, Refused
from liuchi.kernel.ids import new_id

ROOT = Path(__file__).resolve().parents[3]
HERE = "192.0.2.1"


def key() -> str:
    return str(new_id())


def issue(office, user_id, kind=SlipKind.SIGN_IN, **more):
    more.setdefault("key", key())
    wanted = SlipFor(user_id, kind, reaches=more.pop("reaches", True), area_id=None)
    (slip,) = actions.issue_slips(wanted=[wanted], actor=office, **more)
    return slip


def at_once(count: int, work: Callable[[int], object]) -> list[object]:
    """Run the same work in so many threads that start together; errors are results."""
    results: list[object] = []
    gate = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            gate.wait()
            results.append(work(number))
        except (Invalid, Refused, Conflict) as error:
            results.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def refusal(code: str, given: str = HERE) -> str:
    with pytest.raises((Invalid, Refused)) as refused:
        actions.use_slip(code=code, address=given)
    return refused.value.code


def facts():
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, data::text FROM journal_fact ORDER BY id")
        return cursor.fetchall()


def test_a_slip_opens_its_account_once(office, wang):
    slip = issue(office, wang)
    assert len(slip.code) == rules.SLIP_DIGITS
    assert actions.use_slip(code=rules.spaced(slip.code), address=HERE) == wang
    assert refusal(slip.code) == "slip_used"
    assert [kind for kind, _ in facts()[1:]] == ["accounts.slip_issued", "accounts.slip_used"]


def test_the_code_is_nowhere_in_the_database(office, wang):
    slip = issue(office, wang)
    with connection.cursor() as cursor:
        cursor.execute("SELECT held::text FROM accounts_slip AS held")
        ((row,),) = cursor.fetchall()
    everything = row + "".join(data for _, data in facts())
    assert slip.code not in everything
    assert slip.code.encode().hex() not in everything
    assert slip.code not in repr(slip)


def test_a_slip_lapses_when_its_days_are_over(office, wang, clock):
    actions.set_policy(policy=Policy.SLIP_DAYS, value=3, actor=office, key=key())
    slip = issue(office, wang)
    assert slip.expires_at == clock.now() + timedelta(days=3)
    clock.advance(timedelta(days=3))
    assert refusal(slip.code) == "slip_expired"
    assert queries.access_of([wang])[wang].slip_state is SlipState.EXPIRED


def test_a_new_slip_voids_the_old_one_and_a_void_one_opens_nothing(office, wang):
    first, second = issue(office, wang), issue(office, wang)
    assert refusal(first.code) == "slip_voided"
    actions.void_slip(user_id=wang, reaches=True, area_id=None, actor=office, key=key())
    assert refusal(second.code) == "slip_voided"
    with pytest.raises(Conflict) as nothing:
        actions.void_slip(user_id=wang, reaches=True, area_id=None, actor=office, key=key())
    assert nothing.value.code == "slip_none"


def test_a_code_is_shown_once(office, wang):
    slip = issue(office, wang, key="k")
    with pytest.raises(Conflict) as again:
        issue(office, wang, key="k")
    assert again.value.code == "slip_printed"
    assert actions.use_slip(code=slip.code, address=HERE) == wang


def test_two_phones_with_one_slip_are_one_that_gets_in(office, wang):
    slip = issue(office, wang)
    results = at_once(8, lambda number: actions.use_slip(code=slip.code, address=f"a{number}"))
    # One is right; the rest find it used, or not looked at after five that came before it.
    assert results.count(wang) == 1
    assert set(map(str, results)) - {str(wang)} <= {"code_locked", "slip_used"}


def test_two_desks_at_once_leave_one_slip_open(office, wang):
    at_once(4, lambda _: issue(office, wang))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE voided_at IS NULL) FROM accounts_slip"
        )
        assert cursor.fetchone() == (4, 1)


def test_fifty_guesses_from_one_address_are_counted_each(office, wang):
    results = at_once(50, lambda number: actions.use_slip(code=f"{number:012}", address=HERE))
    free = rules.FREE_FAILURES_OF_ADDRESS
    assert sorted(results) == ["code_locked"] * (50 - free) + ["slip_unknown"] * free


def test_a_right_slip_buys_no_further_guesses(office, wang):
    for number in range(rules.FREE_FAILURES_OF_ADDRESS - 1):
        assert refusal(f"{number:012}") == "slip_unknown"
    actions.use_slip(code=issue(office, wang).code, address=HERE)
    assert refusal("999999999999") == "slip_unknown"
    assert refusal("999999999998") == "code_locked"


def test_a_slip_for_a_new_device_signs_nobody_in_and_is_for_one_person(office, wang):
    slip = issue(office, wang, SlipKind.DEVICE)
    assert refusal(slip.code) == "slip_unknown"
    with pytest.raises(Invalid):
        actions.prove_device(user_id=office.id, code=slip.code)
    actions.prove_device(user_id=wang, code=slip.code)
    with pytest.raises(Refused):
        actions.prove_device(user_id=wang, code=slip.code)


def test_a_closed_account_is_opened_by_no_slip(office, wang):
    slip = issue(office, wang)
    actions.close_account(user_id=wang, within_reach=True, actor=office, key=key())
    assert refusal(slip.code) == "slip_unknown"


@pytest.mark.parametrize(
    ("verbs", "kind", "is_self", "reaches", "code"),
    [
        ((), SlipKind.SIGN_IN, False, True, "not_permitted"),
        (("accounts.slip.issue",), SlipKind.SIGN_IN, False, True, ""),
        (("accounts.slip.issue",), SlipKind.DEVICE, False, True, "not_permitted"),
        (("accounts.access.reset",), SlipKind.DEVICE, False, True, ""),
        (("accounts.slip.issue",), SlipKind.SIGN_IN, True, True, "own_slip"),
        (("accounts.slip.issue",), SlipKind.SIGN_IN, False, False, "slip_out_of_reach"),
    ],
)
def test_who_may_issue_which(verbs, kind, is_self, reaches, code):
    actor = Actor(new_id(), "somebody", None, "3408", grants=dict.fromkeys(verbs, Reach.AREA))
    decision = rules.may_issue(actor, kind=kind, user_is_self=is_self, reaches=reaches)
    assert decision.reason_code == code


def test_the_lifecycle_answers_every_verb_in_every_state():
    cells = {
        (state, verb): rules.SLIP_LIFECYCLE[state, verb] for state in SlipState for verb in SlipVerb
    }
    moves = {pair: cell for pair, cell in cells.items() if not isinstance(cell, Decision)}
    assert moves == {
        (SlipState.OPEN, SlipVerb.USE): SlipState.USED,
        (SlipState.OPEN, SlipVerb.VOID): SlipState.VOIDED,
        (SlipState.OPEN, SlipVerb.LAPSE): SlipState.EXPIRED,
    }


def test_the_drawn_lifecycle_is_current():
    drawn = (ROOT / "docs/reference/slips-lifecycle.md").read_text(encoding="utf-8")
    assert drawn == rules.slip_lifecycle_markdown()


def test_what_is_typed_is_read_as_digits():
    assert rules.normal_code(" １234-5678 9012 ") == "123456789012"
    assert rules.spaced("123456789012") == "1234 5678 9012"
    assert rules.spaced("1234567890") == "12345 67890"
