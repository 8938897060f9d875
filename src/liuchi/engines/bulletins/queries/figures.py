"""Counting what a bulletin refers to. Indicators count; this only asks and compares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.bulletins import rules
from liuchi.engines.bulletins.enums import State
from liuchi.engines.bulletins.models import WrittenFigure
from liuchi.engines.bulletins.queries.rows import BulletinRow, Counted, FigureRow
from liuchi.engines.bulletins.rules import Reference
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.queries import Figure, Wanted
from liuchi.engines.indicators.rules.words import address
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import FieldError, Invalid, LiuchiError
from liuchi.kernel.sentences import Sentence


def count(actor: Actor, area_id: UUID, references: Iterable[Reference]) -> tuple[Counted, ...]:
    """Count references now, a statement for each place; ``area_id`` is meant where they name none.

    Invalid("figure_unknown") names the first that cannot be counted, whatever the reason: an
    unknown indicator, an unknown place, a place outside the actor's area.
    """
    require(actor)
    asked, head = tuple(references), journal.head()
    places = {each.area: _placed(each, area_id) for each in asked}
    found: dict[str, tuple[Figure, ...]] = {}
    for area in {place.id: place for place in places.values()}.values():
        here = [each for each in asked if places[each.area].id == area.id]
        found |= _together(actor, area, here)
    return tuple(
        _counted(each, found[each.source], places[each.area], head.ordinal, head.root)
        for each in asked
    )


def _placed(reference: Reference, own_id: UUID) -> AreaRow:
    try:
        return _area(reference.area, own_id)
    except LiuchiError as error:
        raise _unknown(reference) from error


def _together(
    actor: Actor, area: AreaRow, references: Sequence[Reference]
) -> dict[str, tuple[Figure, ...]]:
    """Count all of one place in one statement; if that fails, one by one, to name which."""
    wanted = [
        (each, span)
        for each in references
        for span in ((each.span,) if each.than is None else (each.span, each.than))
    ]
    try:
        found = indicators.figures_of(
            actor,
            area.id,
            [Wanted(each.code, span=span, as_of=each.as_of) for each, span in wanted],
        )
    except LiuchiError as error:
        if len(references) == 1:
            raise _unknown(references[0]) from error
        return {
            source: figures
            for each in references
            for source, figures in _together(actor, area, [each]).items()
        }
    answers: dict[str, tuple[Figure, ...]] = {}
    for (reference, _), figures in zip(wanted, found, strict=True):
        if figures is None:
            raise _unknown(reference)
        answers[reference.source] = (*answers.get(reference.source, ()), *figures)
    return answers


def _counted(
    reference: Reference, found: Sequence[Figure], area: AreaRow, ordinal: int, root: str
) -> Counted:
    figure = found[0]
    value, text = figure.value, figure.text
    if reference.than is not None:
        value, text = rules.growth(figure.value, found[1].value)
    return Counted(
        source=reference.source,
        code=figure.code,
        title=figure.title,
        unit="" if reference.than else figure.unit,
        area_id=area.id,
        area_name=area.name,
        span=figure.span,
        as_of=figure.as_of,
        value=value,
        text=text,
        ordinal=ordinal,
        root=root,
        url=figure.url,
    )


def figures(actor: Actor, bulletin: BulletinRow) -> tuple[FigureRow, ...]:
    """Return the figures written down, beside what they count now (unless it is issued)."""
    held = list(WrittenFigure.objects.filter(bulletin_id=bulletin.id).order_by("place"))
    names = accounts.names_of(each.accepted_by for each in held if each.accepted_by)
    places = directory.areas({each.area_id for each in held})
    asked = {each.source: each for each in rules.references(*(each.source for each in held))}
    now: dict[str, str] = {}
    if bulletin.state is not State.ISSUED:
        for counted in count(actor, bulletin.area_id, asked.values()):
            now[counted.source] = counted.text
    return tuple(
        FigureRow(
            id=each.id,
            source=each.source,
            code=each.code,
            title=each.title,
            unit=each.unit,
            area_name=places[each.area_id].name,
            span=asked[each.source].span,
            than=asked[each.source].than,
            as_of=each.as_of,
            text=each.text,
            ordinal=each.ordinal,
            counted_at=each.counted_at,
            now_text=now.get(each.source, each.text),
            changed=now.get(each.source, each.text) != each.text,
            accepted=each.accepted_text == now.get(each.source),
            accepted_by_name=names.get(each.accepted_by, "") if each.accepted_by else "",
            url=address(each.code, each.area_id, asked[each.source].span, each.as_of),
        )
        for each in held
    )


def _area(text: str, own_id: UUID) -> AreaRow:
    if not text:
        return directory.area(own_id)
    return directory.area_by_code(text) if text.isdigit() else directory.area_named(text)


def _unknown(reference: Reference) -> Invalid:
    sentence = Sentence(
        "这个数字数不出来：{what}。请检查指标、地方和日期。",
        "This figure cannot be counted: {what}. Look at indicator, place and days.",
        {"what": reference.source},
    )
    return Invalid("figure_unknown", sentence, (FieldError("body", sentence),))
