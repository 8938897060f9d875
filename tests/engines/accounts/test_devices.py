"""Devices and sessions: known again, ended at once, not by a thief."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liuchi.engines.accounts import actions, jobs, queries, rules
from liuchi.engines.accounts.actions import SlipFor
from liuchi.engines.accounts.enums import Browser, DeviceKind, SlipKind
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.ids import new_id

WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; V2366A) AppleWebKit/537.36 Chrome/126.0 Mobile "
    "Safari/537.36 MicroMessenger/8.0.50"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1"
DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0"


def key() -> str:
    return str(new_id())


def seen(user_id, token="", **more):
    return actions.recognise_device(
        user_id=user_id,
        token=token,
        kind=DeviceKind.PHONE,
        browser=Browser.WECHAT,
        trusted=more.get("trusted", True),
    )


def stands(user_id, device) -> bool:
    return queries.session_state(user_id=user_id, device_id=device.id, since=None).stands


def other(office):
    return actions.create_user(
        username="li", display_name="李*", password="right-password", actor=office, key=key()
    )


@pytest.mark.parametrize(
    ("said", "kind", "browser"),
    [
        (WECHAT, DeviceKind.PHONE, Browser.WECHAT),
        (IPHONE, DeviceKind.PHONE, Browser.SAFARI),
        (DESKTOP, DeviceKind.COMPUTER, Browser.EDGE),
        ("Mozilla/5.0 (iPad; CPU OS 17_5) Safari/604.1", DeviceKind.TABLET, Browser.SAFARI),
        ("", DeviceKind.COMPUTER, Browser.OTHER),
    ],
)
def test_a_device_is_named_by_what_it_says(said, kind, browser):
    assert rules.device_kind_and_browser(said) == (kind, browser)


def test_a_device_is_known_again_and_only_for_its_users(office, wang):
    li = other(office)
    first = seen(wang)
    assert seen(wang, first.token) == first
    assert queries.trusted_here(first.token) == (wang,)
    both = seen(li, first.token)
    # The browser has a new secret now, and the first user of it came along.
    assert both.token != first.token
    assert set(queries.trusted_here(both.token)) == {wang, li}
    assert queries.trusted_here(first.token) == ()
    assert stands(wang, first)


def test_a_cookie_planted_beforehand_opens_nothing(office, wang):
    planted = seen(other(office))
    victim = seen(wang, planted.token)
    assert wang not in queries.trusted_here(planted.token)
    with pytest.raises(Refused):
        actions.enter_here(user_id=wang, token=planted.token, holds_post=False)
    assert actions.enter_here(user_id=wang, token=victim.token, holds_post=False).id == victim.id


def test_trust_ends_after_its_days_and_is_renewed_by_use(office, wang, clock):
    device = seen(wang)
    clock.advance(timedelta(days=100))
    assert actions.enter_here(user_id=wang, token=device.token, holds_post=False)
    clock.advance(timedelta(days=180))
    assert not stands(wang, device)
    with pytest.raises(Refused) as refused:
        actions.enter_here(user_id=wang, token=device.token, holds_post=False)
    assert refused.value.code == "device_not_trusted"


def test_a_shared_computer_is_known_for_half_a_day_and_opens_nothing_by_itself(office, wang, clock):
    device = seen(wang, trusted=False)
    assert stands(wang, device)
    assert queries.trusted_here(device.token) == ()
    clock.advance(timedelta(hours=12))
    assert not stands(wang, device)


def test_a_trusted_computer_called_shared_is_trusted_no_longer(office, wang):
    device = seen(wang)
    shared = seen(wang, device.token, trusted=False)
    assert (stands(wang, device), stands(wang, shared)) == (False, True)
    assert queries.trusted_here(device.token) == queries.trusted_here(shared.token) == ()


def test_a_post_holder_is_not_let_in_by_the_device_alone(office, wang):
    device = seen(wang)
    with pytest.raises(Refused):
        actions.enter_here(user_id=wang, token=device.token, holds_post=True)


def test_a_new_device_of_a_post_holder_needs_more_than_the_password(office, wang):
    def step(token: str, *, holds_post: bool = True) -> bool:
        return queries.needs_device_step(user_id=wang, token=token, holds_post=holds_post)

    assert step("") is False  # an account never used before
    device = seen(wang)
    assert (step(device.token), step(""), step("", holds_post=False)) == (False, True, False)
    actions.print_demo_sign_in(username="wang", password="x", title="书记", area_name="罗冲")
    assert step("") is False  # everybody's


def test_turning_away_ends_the_session_at_once_but_not_for_a_thief(office, wang):
    phone, computer = seen(wang), seen(wang)
    revoke = {"user_id": wang, "device_id": phone.id, "session_device_id": computer.id}
    with pytest.raises(Refused) as refused:
        actions.revoke_device(**revoke, has_reentered=False, key=key())
    assert refused.value.code == "enter_again"
    with pytest.raises(Refused):
        actions.revoke_other_devices(
            user_id=wang, session_device_id=computer.id, has_reentered=False, key=key()
        )
    actions.revoke_device(**revoke, has_reentered=True, key=key())
    assert (stands(wang, phone), stands(wang, computer)) == (False, True)
    with pytest.raises(NotFound):
        actions.revoke_device(**revoke, has_reentered=True, key=key())
    # Oneself, at any time.
    actions.revoke_device(
        user_id=wang,
        device_id=computer.id,
        session_device_id=computer.id,
        has_reentered=False,
        key=key(),
    )
    assert queries.devices_of(wang) == ()


def test_nobody_turns_away_somebody_else_s_device(office, wang):
    theirs = seen(other(office))
    with pytest.raises(NotFound):
        actions.revoke_device(
            user_id=wang,
            device_id=theirs.id,
            session_device_id=None,
            has_reentered=True,
            key=key(),
        )


def test_signing_out_everywhere_keeps_this_one(office, wang, clock):
    phone, computer = seen(wang), seen(wang)
    began = kernel_clock.now()
    clock.advance(timedelta(seconds=1))
    actions.revoke_other_devices(
        user_id=wang, session_device_id=computer.id, has_reentered=True, key=key()
    )
    assert (stands(wang, phone), stands(wang, computer)) == (False, True)
    # A session without a device is older than devices: it ends with all.
    assert not queries.session_state(user_id=wang, device_id=None, since=began).stands
    assert not queries.session_state(user_id=wang, device_id=None, since=None).stands


def test_a_lost_phone_takes_everything_back(office, wang):
    device = seen(wang)
    actions.begin_second_factor(user_id=wang)
    wanted = SlipFor(wang, SlipKind.SIGN_IN, reaches=True, area_id=None)
    (slip,) = actions.issue_slips(wanted=[wanted], actor=office, key=key())
    reset = {"user_id": wang, "reaches": True, "area_id": None, "actor": office}
    done = actions.reset_access(**reset, reason="手机掉了", key="k")
    assert actions.reset_access(**reset, reason="手机掉了", key="k") == done
    assert not stands(wang, device)
    assert queries.begun_second_factor(wang) is None
    with pytest.raises(Refused) as refused:
        actions.use_slip(code=slip.code, address="192.0.2.1")
    assert refused.value.code == "slip_voided"


def test_nobody_resets_oneself_nor_without_reason_nor_above(office, wang):
    reset = {"area_id": None, "actor": office, "key": key()}
    refused = []
    for change in (
        {"user_id": office.id, "reaches": True, "reason": "手机掉了"},
        {"user_id": wang, "reaches": False, "reason": "手机掉了"},
    ):
        with pytest.raises(Refused) as error:
            actions.reset_access(**reset, **change)
        refused.append(error.value.code)
    assert refused == ["own_reset", "reset_out_of_reach"]


def test_a_closed_account_has_no_session_and_comes_back_without_devices(office, wang):
    device = seen(wang)
    close = {"user_id": wang, "within_reach": True, "actor": office}
    actions.close_account(**close, key=key())
    assert not stands(wang, device)
    assert actions.PasswordBackend().get_user(wang) is None
    actions.reopen_account(**close, key=key())
    assert actions.PasswordBackend().get_user(wang) is not None
    assert queries.devices_of(wang) == ()


def test_what_is_long_over_is_forgotten(office, wang, clock):
    seen(wang)
    actions.ask_phone_code(phone="13900000000", address="192.0.2.1")
    clock.advance(timedelta(days=2, seconds=1))
    assert jobs.forget_old_codes() == 1
    clock.advance(timedelta(days=300))
    assert jobs.forget_old_codes() == 1
