"""Facts of accounts: ids only, never a sign-in name."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class UserData(BaseModel):
    """Which account."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: UUID


USER_CREATED = FactKind(
    "accounts.user_created",
    Sentence("开设账号", "Account opened"),
    UserData,
    {"user": DimensionType.UUID},
)
PASSWORD_CHANGED = FactKind(
    "accounts.password_changed",
    Sentence("修改密码", "Password changed"),
    UserData,
    {"user": DimensionType.UUID},
)
FACTS = (USER_CREATED, PASSWORD_CHANGED)
