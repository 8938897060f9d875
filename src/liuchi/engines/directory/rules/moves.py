"""Whether people may move into a household as somebody says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import ALLOWED, Decision, refuse


@dataclass(frozen=True, slots=True)
class Move:
    """A move of people together. ``known_since``: the last day anything of them began."""

    on: date
    today: date
    known_since: date
    from_one_village: bool
    at_home_already: bool


def may_move(move: Move) -> Decision:
    """Decide on a move: people of one village, into another household, on a day that came."""
    if not move.from_one_village:
        return refuse(
            "several_villages",
            "这些人不在同一个社区，请分开办理。",
            "These people are of several communities. Move them one after another.",
        )
    if move.at_home_already:
        return refuse("at_home_already", "已经在这一户。", "This is their household already.")
    if not move.known_since <= move.on <= move.today:
        return refuse(
            "moving_day",
            "日期应在 {since} 至今天之间。",
            "Choose a day from {since} to today.",
            since=str(move.known_since),
        )
    return ALLOWED


def may_move_to(actor: Actor, scope_code: str) -> Decision:
    """Decide whether the actor answers for the new home as well."""
    if actor.covers(scope_code):
        return ALLOWED
    return refuse(
        "town_moves",
        "迁往别的社区请由镇街工作人员办理。",
        "The town office moves people to another community.",
    )
