"""Model villages: which there are, which a town may still name. Open to everybody."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q, QuerySet

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures.models import ModelVillage
from liuchi.engines.disclosures.queries.books import Book, books_at
from liuchi.engines.disclosures.queries.standing import villages_of
from liuchi.engines.disclosures.scope import require_read
from liuchi.engines.disclosures.spec import ModelVillagesSpec
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A village that is or was one. ``ended_on`` is the first day on which it is none.

    Who named and who ended it is told to staff alone.
    """

    id: UUID
    area_id: UUID
    area_name: str
    town_id: UUID
    town_name: str
    playbook: str
    since: date
    reason: str
    ended_on: date | None
    ended_reason: str
    named_by: str = ""
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class TownModels:
    """A town that names model villages: how many it has, which stand, all in the actor's area."""

    town: AreaRow
    playbook: str
    title: str
    per_town: int
    standing: tuple[ModelRow, ...]
    villages: tuple[AreaRow, ...]

    @property
    def left(self) -> int:
        """How many are still to be named."""
        return max(0, self.per_town - len(self.standing))


def models_standing(area_ids: Collection[UUID], on: date | None = None) -> Mapping[UUID, ModelRow]:
    """Return by village those of some places that are model villages on a day."""
    day = on or clock.today()
    held = _on(day).filter(area_id__in=list(area_ids)).order_by("since", "id")
    return {row.area_id: row for row in _rows(list(held))}


def model_towns(actor: Actor, area_id: UUID) -> tuple[TownModels, ...]:
    """Return the towns at, below or above a place that name model villages, in order."""
    require_read(actor)
    today = clock.today()
    found: dict[tuple[UUID, str], tuple[AreaRow, Book, ModelVillagesSpec, list[AreaRow]]] = {}
    for village in villages_of(actor, area_id):
        town = town_above(village)
        for book in books_at(village.id, today):
            spec = book.spec.model_villages
            if town is not None and spec is not None and town.name in spec.towns:
                key = (town.id, book.playbook)
                found.setdefault(key, (town, book, spec, []))[3].append(village)
    standing = _rows(list(_on(today).filter(town_id__in={key[0] for key in found})))
    models = {key: [row for row in standing if (row.town_id, row.playbook) == key] for key in found}
    return tuple(
        TownModels(
            town,
            book.playbook,
            book.title,
            spec.per_town,
            tuple(sorted(models[key], key=lambda row: (row.since, row.area_name))),
            tuple(villages),
        )
        for key, (town, book, spec, villages) in found.items()
    )


def model_history(actor: Actor, area_id: UUID) -> tuple[ModelRow, ...]:
    """Return every village at or below a place that is or was one, those that stand first."""
    require_read(actor)
    ids = [village.id for village in villages_of(actor, area_id)]
    held = ModelVillage.objects.filter(area_id__in=ids)
    return _rows(
        list(held.order_by(F("ended_on").desc(nulls_first=True), "since", "id")), for_staff=True
    )


def models_at(village: AreaRow, on: date) -> tuple[Book, ModelVillagesSpec, AreaRow]:
    """Return the method that names model villages at a village, and its town.

    A method that names them in this very town comes first. Invalid where there is none.
    """
    town = town_above(village)
    held = [book for book in books_at(village.id, on) if book.spec.model_villages is not None]
    for book in sorted(held, key=lambda book: town is None or not _names(book, town)):
        if town is not None and book.spec.model_villages is not None:
            return book, book.spec.model_villages, town
    raise Invalid(
        "no_model_villages",
        Sentence("这里的工作法没有样板村。", "No method in force here has model villages."),
    )


def town_above(village: AreaRow) -> AreaRow | None:
    """Return the town or office a village lies in; None for one directly below a county."""
    at = village.parent_id
    while at is not None:
        place = directory.area(at)
        if place.kind.is_town:
            return place
        at = place.parent_id
    return None


def _names(book: Book, town: AreaRow) -> bool:
    return book.spec.model_villages is not None and town.name in book.spec.model_villages.towns


def _on(day: date) -> QuerySet[ModelVillage]:
    return ModelVillage.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=day), since__lte=day
    )


def _rows(held: Sequence[ModelVillage], *, for_staff: bool = False) -> tuple[ModelRow, ...]:
    places = directory.areas({id_ for each in held for id_ in (each.area_id, each.town_id)})
    by = {id_ for each in held for id_ in (each.named_by_id, each.ended_by_id) if id_ is not None}
    names = accounts.names_of(by) if for_staff and by else {}
    return tuple(
        ModelRow(
            each.pk,
            each.area_id,
            places[each.area_id].name,
            each.town_id,
            places[each.town_id].name,
            each.playbook,
            each.since,
            each.reason,
            each.ended_on,
            each.ended_reason,
            names.get(each.named_by_id, "") if each.named_by_id else "",
            names.get(each.ended_by_id, "") if each.ended_by_id else "",
        )
        for each in held
    )
