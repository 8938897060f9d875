"""Facts of figures: who let a hall see them, and who took that back. No figure is a fact."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import FactKind


class ScreenData(BaseModel):
    """Nothing but the screen itself, which is the fact's subject."""

    model_config = ConfigDict(extra="forbid", frozen=True)


SCREEN_OPENED = FactKind(
    "indicators.screen_opened", Sentence("开设大屏", "Wall screen opened"), ScreenData, {}
)
SCREEN_CLOSED = FactKind(
    "indicators.screen_closed", Sentence("收回大屏", "Wall screen taken back"), ScreenData, {}
)
KINDS = (SCREEN_OPENED, SCREEN_CLOSED)
