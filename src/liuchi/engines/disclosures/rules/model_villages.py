"""样板村: a few villages of a town that post first, so that others come to see how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from liuchi.engines.disclosures.spec import ModelVillagesSpec
from liuchi.kernel.decisions import ALLOWED, Decision, refuse


@dataclass(frozen=True, slots=True)
class ModelPlace:
    """One of a town's places for model villages, taken from a day on, free again from another."""

    area_id: UUID
    number: int
    since: date
    ended_on: date | None = None

    def is_taken_after(self, day: date) -> bool:
        """Whether it is taken on that day or any later one."""
        return self.ended_on is None or self.ended_on > max(day, self.since)


@dataclass(frozen=True, slots=True)
class Naming:
    """What is asked: a village of a town, from a day on. ``begun``: the method's first day."""

    area_id: UUID
    town: str
    since: date
    begun: date
    today: date


def may_name(spec: ModelVillagesSpec, asked: Naming, places: Sequence[ModelPlace]) -> Decision:
    """Decide whether a village becomes one, by the places its town has taken so far."""
    if asked.town not in spec.towns:
        return refuse(
            "town_without_models",
            "工作法没有给{town}安排样板村。",
            "The method has no model villages in {town}.",
            town=asked.town,
        )
    if not asked.begun <= asked.since <= asked.today:
        return refuse(
            "since_wrong",
            "请核对日期：不早于工作法施行，不晚于今天。",
            "Check the day: not before the method is in force, and not after today.",
        )
    taken = _taken(places, asked.since)
    if any(each.area_id == asked.area_id for each in taken):
        return refuse("model_already", "这里已经是样板村。", "This is a model village already.")
    if len(taken) >= spec.per_town:
        return refuse(
            "models_full",
            "{town}只定 {many} 个样板村，已经定满；先结束一个。",
            "{town} has {many} model village(s) at most, all of them named: end one first.",
            town=asked.town,
            many=spec.per_town,
        )
    return ALLOWED


def free_number(spec: ModelVillagesSpec, places: Sequence[ModelPlace], since: date) -> int:
    """Return the lowest place that is free from a day on; ``may_name`` has said that one is."""
    taken = {each.number for each in _taken(places, since)}
    return next(number for number in range(1, spec.per_town + 1) if number not in taken)


def may_end(place: ModelPlace, ended_on: date, today: date) -> Decision:
    """Decide whether a village ceases to be one on a day; on its first, it never was."""
    if place.ended_on is not None:
        return refuse("model_ended", "已经结束过了。", "It has ended already.")
    if not place.since <= ended_on <= today:
        return refuse(
            "ended_wrong",
            "请核对日期：不早于开始那天，不晚于今天。",
            "Check the day: not before it began, and not after today.",
        )
    return ALLOWED


def _taken(places: Sequence[ModelPlace], since: date) -> list[ModelPlace]:
    return [each for each in places if each.is_taken_after(since)]
