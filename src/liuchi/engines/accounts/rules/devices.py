"""Pure decisions about devices: what one is called, what it opens, who turns it away."""

from __future__ import annotations

from liuchi.engines.accounts.enums import Browser, DeviceKind
from liuchi.kernel.decisions import ALLOWED, Decision, refuse

# In this order: a browser inside WeChat also says Chrome and Safari.
_BROWSERS = (
    ("micromessenger", Browser.WECHAT),
    ("alipayclient", Browser.ALIPAY),
    ("dingtalk", Browser.DINGTALK),
    ("qq/", Browser.QQ),
    ("mqqbrowser", Browser.QQ),
    ("edg", Browser.EDGE),
    ("firefox", Browser.FIREFOX),
    ("fxios", Browser.FIREFOX),
    ("chrome", Browser.CHROME),
    ("crios", Browser.CHROME),
    ("safari", Browser.SAFARI),
)


def device_kind_and_browser(user_agent: str) -> tuple[DeviceKind, Browser]:
    """Return what a browser says it is. Enough to know one's own phone again, and no more."""
    said = user_agent.lower()
    browser = next((browser for mark, browser in _BROWSERS if mark in said), Browser.OTHER)
    if "ipad" in said or "tablet" in said or ("android" in said and "mobile" not in said):
        return DeviceKind.TABLET, browser
    if any(mark in said for mark in ("iphone", "android", "mobile", "harmony")):
        return DeviceKind.PHONE, browser
    return DeviceKind.COMPUTER, browser


def needs_device_step(
    *, holds_post: bool, is_known: bool, was_used: bool, has_second_factor: bool, is_printed: bool
) -> bool:
    """Say whether the right password is not enough yet on this device.

    Post holders prove a new device once. An account never used before has nothing to prove
    it with but the password it was handed. Sign-ins printed for a demo are everybody's:
    a further step would prove nothing.
    """
    if not holds_post or is_known or is_printed:
        return False
    return was_used or has_second_factor


def may_enter_here(*, is_known: bool, holds_post: bool) -> Decision:
    """Decide whether a device alone lets somebody in: a resident's own phone does."""
    if is_known and not holds_post:
        return ALLOWED
    return refuse(
        "device_not_trusted",
        "这部设备不能直接进入，请用其他方式登录。",
        "This device does not let you in by itself. Sign in another way.",
    )


def may_revoke(*, is_this_one: bool, has_reentered: bool) -> Decision:
    """Decide whether a session may turn a device away.

    Always itself; others only shortly after a password or code was given: whoever has
    stolen a session must not lock the owner out.
    """
    if is_this_one or has_reentered:
        return ALLOWED
    return refuse(
        "enter_again",
        "停用其他设备前，请先重新登录一次。",
        "Sign in again before you turn other devices away.",
    )
