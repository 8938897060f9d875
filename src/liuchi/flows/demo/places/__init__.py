"""Places of the demo beyond the three communities, each loaded when it is asked for.

A start stays quick: 菱北 alone is loaded by it. The others come by ``liuchi demo load
--place`` into a demo database, or into the database that ``liuchi figures check`` makes for
itself. They are played by the same actions, on the same simulated clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from django.conf import settings

from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal import queries as journal
from liuchi.flows.demo.places import (
    gaoxin,
    jingkai,
    laofeng,
    open_villages,
    qianshan,
    tongcheng,
)
from liuchi.flows.demo.places.stage import PLAYBOOKS, Progress, Stage
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.clock import SimulatedClock, start_of_day
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.periods import Per, period
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import load as load_playbook

LINGBEI = "lingbei"


@dataclass(frozen=True, slots=True)
class Place:
    """A place that can be loaded: its methods, its stretch of days and who plays it."""

    slug: str
    title: Sentence
    methods: tuple[str, ...]
    days: tuple[date, date]
    play: Callable[[Stage], None]
    besides: tuple[str, ...] = ()
    """Methods it plays as well, which may be in force here already."""


PLACES = {
    place.slug: place
    for place in (
        Place(
            "laofeng",
            Sentence("老峰镇：文明银行和党员量化积分", "Laofeng: a civility bank, two purses"),
            (
                "laofeng/civility-bank",
                "laofeng/member-points",
                "laofeng/three-tiers",
                "laofeng/disputes",
            ),
            (laofeng.FIRST_DAY, laofeng.LAST_DAY),
            laofeng.play,
        ),
        Place(
            "tongcheng",
            Sentence("桐城市：226 家积分超市、22 项福利", "Tongcheng: 226 shops, 22 benefits"),
            ("tongcheng/credit-villages", "tongcheng/grid"),
            (tongcheng.FIRST_DAY, tongcheng.LAST_DAY),
            tongcheng.play,
        ),
        Place(
            "qianshan",
            Sentence("潜山市：183 个村、16 家文明超市", "Qianshan: 183 villages, 16 shops"),
            qianshan.METHODS,
            (qianshan.FIRST_DAY, qianshan.LAST_DAY),
            qianshan.play,
        ),
        Place(
            "jingkai",
            Sentence("经开区：河湖、企业、投诉和联户", "The zone: rivers, firms, links"),
            jingkai.METHODS,
            (jingkai.FIRST_DAY, jingkai.LAST_DAY),
            jingkai.play,
        ),
        Place(
            "gaoxin",
            Sentence("高新区：检查问题整改台账", "High-tech zone: problems of inspections"),
            ("gaoxin/inspection-problems",),
            (gaoxin.FIRST_DAY, gaoxin.LAST_DAY),
            gaoxin.play,
        ),
        Place(
            "open-villages",
            Sentence("经开区：27 个村（社区）公示", "The zone: 27 villages post"),
            open_villages.METHODS,
            (open_villages.FIRST_DAY, open_villages.LAST_DAY),
            open_villages.play,
            open_villages.BESIDES,
        ),
    )
}
METHODS = {LINGBEI: ("lingbei/credit-community", "lingbei/matters")} | {
    place.slug: (*place.methods, *place.besides) for place in PLACES.values()
}


def place_named(slug: str) -> Place:
    """Return a place; NotFound for one the demo does not know."""
    if slug not in PLACES:
        raise NotFound("place")
    return PLACES[slug]


def tying(figures: Collection[str]) -> tuple[str, ...]:
    """Return the places whose methods tie any of these published figures, 菱北 first."""
    return tuple(
        slug
        for slug, methods in METHODS.items()
        if any(set(figures) & set(_published(method)) for method in methods)
    )


def _published(method: str) -> Iterable[str]:
    return load_playbook(PLAYBOOKS / method).core.published.root


def add(slug: str, *, seed: int = 2022, progress: Progress = lambda *_: None) -> float:
    """Load a place into a demo database beside what is there; return the seconds it took.

    Refused in production, and where the place is there already.
    """
    place = place_named(slug)
    _refuse_where_known(place)
    began = time.monotonic()
    first, last = place.days
    simulated = SimulatedClock(start_of_day(first))
    with kernel_clock.using(simulated):
        for month in _months(first, last):
            journal_jobs.make_partitions(month)
        chance = Random(f"{seed}-{slug}")  # noqa: S311  a demo, not a secret
        place.play(Stage(slug, simulated, progress, chance))
        journal_jobs.catch_up()
    journal_jobs.make_partitions()
    return time.monotonic() - began


def _refuse_where_known(place: Place) -> None:
    if settings.LIUCHI_MODE == "production":
        raise Refused(
            "demo_in_production",
            Sentence(
                "正式运行的系统不能载入演示数据。",
                "A production installation does not take demo data.",
            ),
        )
    codes = {load_playbook(PLAYBOOKS / method).code for method in place.methods}
    if codes & {applied.code for applied in journal.applied_playbooks()}:
        raise Refused(
            "demo_place_there",
            Sentence("这个地点已经载入。", "This place is loaded already."),
        )


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = period(Per.MONTH, month)[1]
