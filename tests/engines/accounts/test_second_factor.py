"""One-time passwords, recovery codes and codes by phone."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.db import connection

from engines.accounts.test_slips import at_once
from liuchi.engines.accounts import actions, jobs, queries, rules
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.errors import Invalid, Refused

PHONE = "13900000111"
HERE = "192.0.2.1"


def code_at(secret: str, seconds: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(kernel_clock.now().timestamp()) + seconds)


@pytest.fixture
def secret(office, wang, clock) -> str:
    actions.begin_second_factor(user_id=wang)
    shown = queries.begun_second_factor(wang)
    assert shown is not None
    actions.confirm_second_factor(user_id=wang, code=code_at(shown))
    clock.advance(timedelta(seconds=rules.STEP_SECONDS))
    return shown


def refusal(user_id, code: str) -> str:
    with pytest.raises((Invalid, Refused)) as refused:
        actions.check_second_factor(user_id=user_id, code=code)
    return refused.value.code


def test_it_counts_once_its_owner_has_shown_a_code_of_it(office, wang):
    actions.begin_second_factor(user_id=wang)
    shown = queries.begun_second_factor(wang)
    with pytest.raises(Invalid):
        actions.confirm_second_factor(user_id=wang, code="000000")
    assert queries.has_second_factor(wang) is False
    codes = actions.confirm_second_factor(user_id=wang, code=code_at(shown))
    assert queries.has_second_factor(wang) is True
    assert len(set(codes)) == queries.recovery_codes_left(wang) == rules.RECOVERY_CODES
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(f::text, '') FROM accounts_second_factor AS f")
        ((row,),) = cursor.fetchall()
    assert shown not in row
    assert shown.encode().hex() not in row


def test_a_code_counts_once_and_an_older_one_no_more(wang, secret, clock):
    code = code_at(secret)
    actions.check_second_factor(user_id=wang, code=f"{code[:3]} {code[3:]}")
    assert refusal(wang, code) == "code_replayed"
    assert refusal(wang, code_at(secret, -30)) == "code_replayed"
    clock.advance(timedelta(seconds=rules.STEP_SECONDS))
    actions.check_second_factor(user_id=wang, code=code_at(secret))


@pytest.mark.parametrize(("seconds", "counts"), [(-60, False), (30, True), (60, False)])
def test_a_clock_may_be_off_by_one_step(wang, secret, clock, seconds, counts):
    clock.advance(timedelta(minutes=5))
    if counts:
        actions.check_second_factor(user_id=wang, code=code_at(secret, seconds))
    else:
        assert refusal(wang, code_at(secret, seconds)) == "code_wrong"


def test_two_uses_of_one_code_at_once_are_one(wang, secret):
    code = code_at(secret)
    results = at_once(4, lambda _: actions.check_second_factor(user_id=wang, code=code))
    assert sorted(map(str, results)) == ["None", *["code_replayed"] * 3]


def test_fifty_guesses_at_once_are_five(wang, secret):
    results = at_once(50, lambda _: actions.check_second_factor(user_id=wang, code="000000"))
    assert sorted(results) == ["code_locked"] * 45 + ["code_wrong"] * 5


def test_a_recovery_code_counts_once_and_a_new_phone_voids_the_rest(wang, secret):
    actions.begin_second_factor(user_id=wang)
    fresh = queries.begun_second_factor(wang)
    codes = actions.confirm_second_factor(user_id=wang, code=code_at(fresh))
    actions.check_second_factor(user_id=wang, code=codes[0])
    assert refusal(wang, codes[0]) == "code_wrong"
    assert queries.recovery_codes_left(wang) == rules.RECOVERY_CODES - 1
    assert refusal(wang, code_at(secret)) == "code_wrong"  # the old phone


def test_beginning_again_leaves_the_one_in_use(wang, secret):
    actions.begin_second_factor(user_id=wang)
    actions.check_second_factor(user_id=wang, code=code_at(secret))


def test_the_printed_one_of_a_demo_says_its_code(office, wang, settings):
    with pytest.raises(Refused):
        actions.print_demo_second_factor(username="wang")
    actions.print_demo_sign_in(username="wang", password="x", title="书记", area_name="罗冲")
    actions.print_demo_second_factor(username="wang")
    actions.check_second_factor(user_id=wang, code=queries.demo_second_factor_code(wang))
    settings.LIUCHI_MODE = "production"
    assert queries.demo_second_factor_code(wang) == ""


def test_secrets_follow_the_ring(wang, secret, settings):
    settings.LIUCHI_KEY_RING = settings.LIUCHI_KEY_RING.rotated()
    assert (jobs.rotate_keys(), jobs.rotate_keys()) == (1, 0)
    actions.check_second_factor(user_id=wang, code=code_at(secret))


def asked(phone: str = PHONE, address: str = HERE) -> str:
    return actions.ask_phone_code(phone=phone, address=address)


def phone_refusal(code: str, phone: str = PHONE) -> str:
    with pytest.raises((Invalid, Refused)) as refused:
        actions.check_phone_code(phone=phone, code=code, address=HERE)
    return refused.value.code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**rules.PHONE_CODE_DIGITS:06}"


def test_a_phone_code_counts_once_within_five_minutes(db, clock):
    code = asked()
    clock.advance(timedelta(minutes=4, seconds=59))
    actions.check_phone_code(phone=PHONE, code=code, address=HERE)
    assert phone_refusal(code) == "phone_code_over"
    late = asked()
    clock.advance(timedelta(minutes=5))
    assert phone_refusal(late) == "phone_code_over"
    assert phone_refusal("123456", "13900000112") == "phone_code_over"


def test_a_phone_code_takes_five_tries_and_the_newest_is_the_one(db, clock):
    first = asked()
    clock.advance(timedelta(seconds=60))
    code = asked()
    assert first == code or phone_refusal(first) == "phone_code_wrong"
    tries = [phone_refusal(wrong(code)) for _ in range(rules.PHONE_CODE_TRIES_MAX)]
    assert tries[-1] == "phone_code_tries"
    assert phone_refusal(code) == "phone_code_tries"


def test_fifty_tries_at_once_are_five(db, clock):
    code = asked()
    results = at_once(
        50,
        lambda n: actions.check_phone_code(phone=PHONE, code=wrong(code), address=f"a{n}"),
    )
    assert sorted(results) == ["phone_code_tries"] * 45 + ["phone_code_wrong"] * 5


def test_codes_are_sent_sparingly(db, clock):
    def refused(phone: str, address: str = HERE) -> str:
        with pytest.raises(Refused) as error:
            asked(phone, address)
        return error.value.code

    asked()
    assert refused(PHONE) == "phone_code_again"
    for _ in range(4):
        clock.advance(timedelta(minutes=1))
        asked()
    clock.advance(timedelta(minutes=1))
    assert refused(PHONE) == "phone_code_too_many"
    for number in range(25):
        asked(f"1380000{number:04}")
    assert refused("13800009999") == "phone_code_too_many"
    asked("13800009999", "192.0.2.2")
    clock.advance(timedelta(days=1))
    asked()


def test_eight_requests_at_once_send_one_code(db, clock):
    results = at_once(8, lambda _: len(asked()))
    assert sorted(map(str, results)) == ["6", *["phone_code_again"] * 7]


def test_the_message_is_short_and_says_nothing_of_anybody():
    sentence = rules.phone_code_sentence("123456")
    assert sentence.in_language("zh") == "您的登录验证码是 123456，5 分钟内有效。请勿告诉他人。"
    assert len(sentence.in_language("en")) <= 70
