"""Grids (网格): what their codes may be, and when one may be voided."""

from __future__ import annotations

import re
from dataclasses import dataclass

from liuchi.engines.directory.enums import AreaKind, GridSetting
from liuchi.engines.directory.rules.rights import within
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse

WRITE = "directory.grid.write"
SEQUENCE_DIGITS = 3
SEQUENCES = range(1, 10**SEQUENCE_DIGITS)
REASON_CHARACTERS = range(2, 101)
NAME_CHARACTERS_MAX = 40
_SETTINGS = {
    GridSetting.URBAN: ("城市", "城市网格", "城镇", "urban"),
    GridSetting.RURAL: ("农村", "农村网格", "乡村", "rural"),
}
_SETTING_OF = {word: setting for setting, words in _SETTINGS.items() for word in words}
_BOUNDARY = frozenset({"村界", "村边界", "社区边界", "辖区边界", "boundary"})


@dataclass(frozen=True, slots=True)
class InUse:
    """What still names a grid: posts held for it, people registered there."""

    posts: int
    people: int


def setting_of(text: str) -> GridSetting | None:
    """Return the setting a word means, None for another word."""
    return _SETTING_OF.get(text.strip().casefold())


def is_boundary(text: str) -> bool:
    """Whether a row gives the outline of the village itself and no grid."""
    return text.strip().casefold() in _BOUNDARY


def usual_setting(village: AreaKind) -> GridSetting:
    """Return what grids of a village or community usually are."""
    return GridSetting.RURAL if village is AreaKind.VILLAGE else GridSetting.URBAN


def code_usable(code: str, village_code: str) -> Decision:
    """Decide whether a code can be a grid's of this village: its code and three digits.

    GB/T 30428.1: six digits of the county, three of the town, three of the village and
    three that number the grids.
    """
    if re.fullmatch(rf"{village_code}\d{{{SEQUENCE_DIGITS}}}", code) and int(code[-3:]):
        return ALLOWED
    return refuse(
        "grid_code",
        "网格编码应是 {village} 加 3 位数字。",
        "The code is {village} and three digits.",
        village=village_code,
    )


def may_void(actor: Actor, scope_code: str, *, reason: str, used: InUse, voided: bool) -> Decision:
    """Decide whether a grid may be voided: nobody is left in it, and the reason is given."""
    return first_refusal(
        actor.may(WRITE),
        within(actor, scope_code),
        refuse("grid_voided", "这个网格已经作废。", "This grid is voided already.")
        if voided
        else ALLOWED,
        ALLOWED
        if len(reason.strip()) in REASON_CHARACTERS
        else refuse("reason_missing", "请写明原因（2 至 100 字）。", "Give the reason (2 to 100)."),
        refuse(
            "grid_held",
            "还有 {count} 个岗位管着它，请先交接。",
            "{count} posts are for it. Hand them over first.",
            count=used.posts,
        )
        if used.posts
        else ALLOWED,
        refuse(
            "grid_lived_in",
            "还有 {count} 人登记在这里，请先迁到别的网格。",
            "{count} people are registered here. Move them first.",
            count=used.people,
        )
        if used.people
        else ALLOWED,
    )
