"""Words of accounts that other layers use."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Roles a post may carry. Titles and rights are data: ``data/roles.yaml``."""

    RESIDENT = "resident"
    RECORDER = "recorder"
    REVIEWER = "reviewer"
    SHOPKEEPER = "shopkeeper"
    MERCHANT = "merchant"
    SECRETARY = "secretary"
    CLERK = "clerk"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"
    GRID_WORKER = "grid_worker"
    RIDER = "rider"
    DISPATCHER = "dispatcher"
    HANDLER = "handler"
    CHECKER = "checker"


class Language(StrEnum):
    """Languages of the screens."""

    CHINESE = "zh-hans"
    ENGLISH = "en"


class SlipKind(StrEnum):
    """What a one-time slip opens."""

    SIGN_IN = "sign_in"  # a resident's account, by itself
    DEVICE = "device"  # a new device of somebody who has just given the password


class SlipState(StrEnum):
    """Where a slip stands."""

    OPEN = "open"
    USED = "used"
    VOIDED = "voided"
    EXPIRED = "expired"


class SlipVerb(StrEnum):
    """What happens to a slip."""

    USE = "use"
    VOID = "void"
    LAPSE = "lapse"


class DeviceKind(StrEnum):
    """What somebody signs in with."""

    PHONE = "phone"
    TABLET = "tablet"
    COMPUTER = "computer"


class Browser(StrEnum):
    """The program on it, as far as it tells."""

    WECHAT = "wechat"
    ALIPAY = "alipay"
    DINGTALK = "dingtalk"
    QQ = "qq"
    EDGE = "edge"
    FIREFOX = "firefox"
    CHROME = "chrome"
    SAFARI = "safari"
    OTHER = "other"


class Policy(StrEnum):
    """Numbers of sign-in that an administrator may change; the unit is last."""

    SLIP_DAYS = "slip_days"
    DEVICE_DAYS = "device_days"
    SECOND_FACTOR_MINUTES = "second_factor_minutes"
    PHONE_CODES_A_DAY = "phone_codes_a_day"
