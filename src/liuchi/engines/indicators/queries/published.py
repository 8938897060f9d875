"""Figures the documents state, computed through the indicators and compared.

A playbook's ``published`` section ties a figure's id to an indicator or to a count of
the playbook's own content; nothing here knows any figure by name.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.enums import Verdict
from liuchi.engines.indicators.queries.asked import ask
from liuchi.engines.indicators.queries.questions import Question
from liuchi.engines.indicators.queries.running import values
from liuchi.engines.indicators.rules import words
from liuchi.engines.indicators.rules.compiling import Shape
from liuchi.engines.indicators.rules.figures import asked_span
from liuchi.engines.indicators.rules.published import Interval, Judgement, Published, judge
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import (
    Core,
    NotComputed,
    PublishedAcross,
    PublishedCount,
    PublishedEntry,
    PublishedIndicator,
    PublishedParts,
    PublishedValue,
    lookup,
)

READ = "indicators.figure.read"


@dataclass(frozen=True, slots=True)
class Compared:
    """A published figure beside the computed one.

    ``computed`` is the text of the figure, empty where there is none; ``where`` is the
    drill-down's address, or the place in a playbook that was counted. ``contradiction``
    says how the source contradicts itself about the figure, if it does.
    """

    published: Published
    computed: str
    judgement: Judgement
    where: str
    contradiction: Sentence | None


@dataclass(frozen=True, slots=True)
class _Found:
    value: Decimal | None
    text: str
    where: str


def compare(actor: Actor, figures: Iterable[Published]) -> tuple[Compared, ...]:
    """Compare each figure with what the playbooks in force today tie it to."""
    ties = _ties(journal.playbooks_in_force(None, clock.today()))
    return tuple(_compare(actor, figure, ties.get(figure.id)) for figure in figures)


_Tie = tuple[AppliedPlaybook, PublishedEntry]


def _ties(applied: Iterable[AppliedPlaybook]) -> dict[str, _Tie]:
    ties: dict[str, _Tie] = {}
    for playbook in applied:
        core = Core.model_validate(
            {key: playbook.compiled[key] for key in _core_keys() if key in playbook.compiled}
        )
        for figure_id, entry in core.published.root.items():
            ties.setdefault(figure_id, (playbook, entry))
    return ties


def _core_keys() -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in Core.model_fields.items())


def _compare(actor: Actor, figure: Published, tie: _Tie | None) -> Compared:
    if tie is None:
        return Compared(figure, "", Judgement(Verdict.NOT_TIED), "", None)
    playbook, entry = tie
    note = entry.contradiction.sentence if entry.contradiction else None
    if isinstance(entry, NotComputed):
        verdict = Verdict.CONTRADICTION if note else Verdict.NOT_COMPUTED
        judgement = Judgement(verdict, entry.not_computed.sentence)
        return Compared(figure, "", judgement, "", note)
    interval = Interval(*entry.interval) if entry.interval else None
    found = _find(actor, playbook, entry)
    judgement = judge(figure, found.value, interval)
    return Compared(figure, found.text, judgement, found.where, note)


def _find(
    actor: Actor,
    playbook: AppliedPlaybook,
    entry: PublishedIndicator | PublishedCount | PublishedValue | PublishedParts | PublishedAcross,
) -> _Found:
    match entry:
        case PublishedIndicator():
            return _computed(actor, playbook, entry)
        case PublishedCount(count_of=name):
            counted = entry.count(lookup(playbook.compiled, name))
            value = None if counted is None else Decimal(counted)
        case PublishedAcross(across=name, area=place):
            value = Decimal(len(_across(name, directory.area_named(place).id)))
        case PublishedParts(parts=parts):
            name = ", ".join(parts)
            value = Decimal(sum(bool(lookup(playbook.compiled, part)) for part in parts))
        case PublishedValue(value_of=name, divide_by=divide_by):
            value = Decimal(str(lookup(playbook.compiled, name))) / divide_by
    return _Found(value, words.text_of(value, None), f"{playbook.code}: {name}")


def _across(name: str, area_id: UUID) -> set[str]:
    """Return the different values of a path in the methods in force at a place today."""
    found = set()
    for applied in journal.playbooks_in_force(area_id, clock.today()):
        with contextlib.suppress(LookupError):
            found.add(str(lookup(applied.compiled, name)))
    return found


def _computed(actor: Actor, playbook: AppliedPlaybook, entry: PublishedIndicator) -> _Found:
    """Compute a figure of one place, of all the playbook's places counted as one, or of each.

    Of several places it is what all of them have; where they differ there is none, and the text
    says each. Its address is the first's: what is listed there is what was counted.
    """
    if not entry.each_of:
        named = None if entry.area is None else directory.area_named(entry.area).id
        return _of(actor, entry, playbook.places if named is None else (named,))
    each = [_of(actor, entry, (directory.area_named(name).id,)) for name in entry.each_of]
    if len({found.value for found in each}) == 1:
        return each[0]
    return _Found(None, "、".join(found.text for found in each), each[0].where)


def _of(actor: Actor, entry: PublishedIndicator, places: tuple[UUID, ...]) -> _Found:
    month = date.fromisoformat(f"{entry.month}-01") if entry.month else None
    span = asked_span(month, None)
    asked = ask(actor, READ, entry.indicator, places[0], span=span, as_of=entry.as_of)

    # Places of one playbook don't contain each other: together they count as one.
    def below() -> dict[UUID, UUID]:
        return dict.fromkeys(directory.subtrees(places, on=asked.days.as_of), places[0])

    nodes = places if len(places) == 1 else ()
    (found,) = values([Question(asked, Shape.TOTAL, below, nodes)])
    value = found.get(None)
    return _Found(
        value,
        words.text_of(value, asked.spec.decimals_shown),
        words.address(entry.indicator, places[0], month, entry.as_of),
    )
