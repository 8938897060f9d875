"""Facts of accounts: ids only, never a sign-in name."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from liuchi.engines.accounts.enums import Policy, SlipKind
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class UserData(BaseModel):
    """Which account."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: UUID


class SlipData(BaseModel):
    """Whose slip. The code on it is in no fact."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: UUID
    slip: UUID
    kind: SlipKind


class DeviceData(BaseModel):
    """Whose device. What it is and when it was seen stays out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: UUID
    device: UUID


class ResetData(BaseModel):
    """Whose access was taken back; the reason stands in the record named here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: UUID
    reset: UUID


class ClientData(BaseModel):
    """Which other system. What it is called stays out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client: UUID


class PolicyData(BaseModel):
    """Which number of sign-in was set to what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    policy: Policy
    value: int


_USER = {"user": DimensionType.UUID}
_SLIP = {**_USER, "slip": DimensionType.UUID, "kind": DimensionType.TEXT}
_DEVICE = {**_USER, "device": DimensionType.UUID}

USER_CREATED = FactKind(
    "accounts.user_created",
    Sentence("开设账号", "Account opened"),
    UserData,
    _USER,
)
PASSWORD_CHANGED = FactKind(
    "accounts.password_changed",
    Sentence("修改密码", "Password changed"),
    UserData,
    _USER,
)
SLIP_ISSUED = FactKind(
    "accounts.slip_issued", Sentence("打印登录条", "Slip issued"), SlipData, _SLIP
)
SLIP_USED = FactKind("accounts.slip_used", Sentence("使用登录条", "Slip used"), SlipData, _SLIP)
SLIP_VOIDED = FactKind(
    "accounts.slip_voided", Sentence("作废登录条", "Slip voided"), SlipData, _SLIP
)
DEVICE_TRUSTED = FactKind(
    "accounts.device_trusted", Sentence("信任设备", "Device trusted"), DeviceData, _DEVICE
)
DEVICE_REVOKED = FactKind(
    "accounts.device_revoked", Sentence("停用设备", "Device turned away"), DeviceData, _DEVICE
)
SECOND_FACTOR_SET = FactKind(
    "accounts.second_factor_set", Sentence("设置动态验证码", "Second factor set"), UserData, _USER
)
ACCESS_RESET = FactKind(
    "accounts.access_reset",
    Sentence("丢失手机重置", "Access reset"),
    ResetData,
    {**_USER, "reset": DimensionType.UUID},
)
ACCOUNT_CLOSED = FactKind(
    "accounts.account_closed", Sentence("停用账号", "Account closed"), UserData, _USER
)
ACCOUNT_REOPENED = FactKind(
    "accounts.account_reopened", Sentence("恢复账号", "Account reopened"), UserData, _USER
)
POLICY_SET = FactKind(
    "accounts.policy_set",
    Sentence("设置登录规则", "Sign-in rule set"),
    PolicyData,
    {"policy": DimensionType.TEXT, "value": DimensionType.INTEGER},
)
CLIENT_OPENED = FactKind(
    "accounts.client_opened",
    Sentence("开设外部系统密钥", "System's key opened"),
    ClientData,
    {"client": DimensionType.UUID},
)
CLIENT_ENDED = FactKind(
    "accounts.client_ended",
    Sentence("停用外部系统密钥", "System's key ended"),
    ClientData,
    {"client": DimensionType.UUID},
)
FACTS = (
    USER_CREATED,
    PASSWORD_CHANGED,
    SLIP_ISSUED,
    SLIP_USED,
    SLIP_VOIDED,
    DEVICE_TRUSTED,
    DEVICE_REVOKED,
    SECOND_FACTOR_SET,
    ACCESS_RESET,
    ACCOUNT_CLOSED,
    ACCOUNT_REOPENED,
    POLICY_SET,
    CLIENT_OPENED,
    CLIENT_ENDED,
)
