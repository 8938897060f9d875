"""What the sections ``links`` and ``patrols`` ask: that a contact or patrol is written down."""

from __future__ import annotations

from collections.abc import Iterator

from liuchi.engines.visits.enums import Duty
from liuchi.engines.visits.spec.shapes import LinkSpec, LinksSpec, PatrolSpec, PatrolsSpec
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.asks import Ask, AskedField, Rhythm

CENSUS = "visits.link"
"""What a norm holds for: each link in force, of one code."""
LOG = "visits.visit.log"


def link_asks(section: object) -> tuple[Ask, ...]:
    """Say how often keepers are asked to write a contact down."""
    return tuple(_asks(LinksSpec.model_validate(section).root, Duty.LINK))


def patrol_asks(section: object) -> tuple[Ask, ...]:
    """Say how often keepers are asked to write a patrol down."""
    return tuple(_asks(PatrolsSpec.model_validate(section).root, Duty.PATROL))


def _asks(specs: tuple[LinkSpec, ...] | tuple[PatrolSpec, ...], duty: Duty) -> Iterator[Ask]:
    for each in specs:
        way = (AskedField("way", "方式", of=each.title),) if duty is Duty.LINK else ()
        yield Ask(
            f"visits.{duty}.{each.code}",
            Sentence("{title}", "{title}", {"title": each.title}),
            LOG,
            # Whom it was about is chosen from the keeper's own list, the day is today's.
            (AskedField("day", "日期", of=each.title, tells=True), *way),
            Rhythm(each.norm.times, each.norm.per, CENSUS, each.code),
        )
