"""A journal with facts of every kind that is counted, for comparing engines with each other."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, connections
from pydantic import TypeAdapter

from engines.indicators.examples import BOUGHT, RETURNED
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries.area_history import AreaHistory, area_history
from liuchi.engines.indicators import queries
from liuchi.engines.indicators.enums import By
from liuchi.engines.indicators.queries.exports import Counted, Wanted
from liuchi.engines.indicators.spec import IndicatorsSpec
from liuchi.engines.journal import jobs
from liuchi.engines.journal.actions import apply_playbook, refresh_views
from liuchi.engines.journal.jobs.parquet import export_parquet
from liuchi.engines.journal.queries import applied_playbooks
from liuchi.engines.journal.rules.parquet import Folder, Manifest
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.ids import lowest_id_at, new_id
from liuchi.playbooks import registry
from liuchi.playbooks.load import load
from liuchi.playbooks.registry import DimensionType, Registry

ROOT = Path(__file__).resolve().parents[3]
START = date(2022, 4, 1)
NOW = datetime(2022, 6, 20, 9, tzinfo=SHANGHAI)
AS_OF = (date(2022, 5, 20), date(2022, 6, 20))
READ = "indicators.figure.read"
SYSTEM = system_actor(UUID(int=7), READ, "directory.area.write")
SHIPPED_EACH_MAX = 3
PEOPLE = tuple(UUID(int=1000 + number) for number in range(4))
_TAIL = (1 << 62) - 1  # what of an id is chance
_WORDS = ("credit", "米", "tea", "yes", "no", "approve", "refuse", "true", "", "l'été\\")
OFFICE = "菱北办事处"
_COMMON = {"title": "数", "of": "probe.bought", "by": ["home_area", "month", "goods", "quantity"]}
_TAKEN_OUT = {"of": "probe.returned", "where": {"quantity": {"at_least": 2}}}
_LEFT = {"of": "probe.returned", "where": {"quantity": {"is": 1}}}
_SIDE = {"of": "probe.returned", "measure": {"sum": "quantity"}}
SYNTHETIC: tuple[dict[str, object], ...] = (
    {"code": "w.count", "measure": "count"},
    {"code": "w.people", "measure": {"count_distinct": "person"}},
    {"code": "w.goods", "measure": {"count_distinct": "goods"}},
    {"code": "w.amount", "measure": {"sum": "amount"}},
    {"code": "w.pieces", "measure": {"sum": "quantity"}},
    {"code": "w.placed", "measure": {"count_distinct": "household"}, "area": "place"},
    {"code": "w.unless", "measure": "count", "unless": _TAKEN_OUT},
    {"code": "w.within", "measure": "count", "where": {"at_day": {"within": "30 days"}}},
    {"code": "w.is", "measure": "count", "where": {"person": {"is": str(PEOPLE[0])}}},
    {"code": "w.in", "measure": {"sum": "amount"}, "where": {"goods": {"in": ["米", "tea"]}}},
    {"code": "w.not_in", "measure": "count", "where": {"goods": {"not_in": ["米"]}}},
    {"code": "w.missing", "measure": "count", "where": {"quantity": {"missing": True}}},
    {"code": "w.not", "measure": "count", "where": {"not": {"quantity": {"at_most": 2}}}},
    {
        "code": "w.any",
        "measure": "count",
        "where": {"any": [{"amount": {"at_least": "2.5"}}, {"at_day": {"before": "2022-05-01"}}]},
    },
    {"code": "w.half", "measure": {"percentile": {"at": 50, "over": "quantity"}}},
    {"code": "w.most", "measure": {"percentile": {"at": 90, "over": "amount"}}, "area": "place"},
    {
        "code": "w.minutes",
        "measure": {"percentile": {"at": 75, "over": "amount", "in": "minutes"}},
        "where": {"amount": {"at_least": 1}},
    },
    {
        "code": "w.days",
        "measure": {"percentile": {"at": 50, "since": {"of": "probe.returned"}, "in": "days"}},
        "unless": _TAKEN_OUT,
    },
    {
        "code": "w.hours",
        "measure": {"percentile": {"at": 90, "since": _TAKEN_OUT, "in": "hours"}},
        "where": {"quantity": {"at_least": 1}},
    },
    {"code": "w.there", "measure": {"stock": {"leaves": [{"of": "probe.returned"}]}}},
    {"code": "w.there_some", "measure": {"stock": {"leaves": [_TAKEN_OUT]}}, "area": "place"},
    {"code": "w.last", "measure": {"stock": {}}, "where": {"goods": {"not_in": ["米"]}}},
    {
        "code": "w.there_still",
        "measure": {"stock": {"enters": [{"of": "probe.bought"}, _TAKEN_OUT], "leaves": [_LEFT]}},
        "unless": {"of": "probe.returned", "where": {"goods": {"is": "tea"}}},
    },
    {
        "code": "w.share",
        "measure": {
            "ratio": {
                "numerator": {"measure": {"stock": {}}, "where": {"quantity": {"at_least": 2}}},
                "denominator": {"measure": {"stock": {}}},
            }
        },
    },
    {
        "code": "w.rate",
        "measure": {"ratio": {"numerator": {"of": "probe.returned"}, "denominator": {}}},
    },
    {
        "code": "w.terms",
        "decimals": 3,
        "measure": {
            "ratio": {
                "numerator": [{}, {**_SIDE, "less": True}],
                "denominator": [{"unless": _TAKEN_OUT}, {"measure": {"count_distinct": "person"}}],
                "per": 1000,
            }
        },
    },
)


@cache
def definitions() -> dict[str, list[dict[str, object]]]:
    """Return the indicators made up here, and of each shipped playbook the first few.

    What the house keeps stands in many playbooks: alike ones are taken once.
    """
    found: dict[str, list[dict[str, object]]] = {"probe": [{**_COMMON, **s} for s in SYNTHETIC]}
    seen: set[str] = set()
    for file in sorted((ROOT / "playbooks").glob("*/*/playbook.yaml")):
        compiled = load(file.parent).compiled()
        if "indicators" in compiled and not registry.read_by(compiled):
            chosen: list[dict[str, object]] = []
            for each in compiled["indicators"]:  # type: ignore[attr-defined]
                counted = json.dumps([each[name] for name in ("of", "measure", "where", "by")])
                if counted not in seen and len(chosen) < SHIPPED_EACH_MAX:
                    chosen.append(each)
                    seen.add(counted)
            found[str(compiled["playbook"])] = chosen
    return found


def kinds() -> Registry:
    """Return a registry with the house's kinds and two of the tests'."""
    mine = Registry()
    house = registry.current()
    mine.add_fact_kind(*house.fact_kinds.values(), BOUGHT, RETURNED)
    mine.add_measures(*house.measures)
    mine.add_example_runner(*house.example_runners.values())
    mine.add_flow_target(*house.flow_targets.values())
    mine.add_house_set(*house.house_sets.values())
    for section in registry.sections().values():
        mine.add_section(section)
    return mine


def made() -> tuple[UUID, ...]:
    """Make places, playbooks and room for facts; return some places, the last outside."""
    refresh_views()
    directory_actions.load_reference_areas()
    jobs.make_partitions(START)
    with connections["owner"].cursor() as cursor:
        cursor.execute(_ORDER)
    office = directory.area_named(OFFICE).id
    for code, indicators in definitions().items():
        apply_playbook(
            code=code,
            source="",
            compiled={
                "indicators": indicators,
                "points": {"currency": {"code": "credit"}},
                "shop": {"goods": "米"},
            },
            places=[office],
            in_force_from=START,
            spec_version=1,
            approved_by="",
            actor=SYSTEM,
        )
    first = directory.area_named("盛塘社区")
    grid = directory.children(first.id)[0]
    return (
        first.id,
        grid.id,
        directory.area_named("罗冲社区").id,
        directory.area_named("老峰镇").id,
    )


# Orders what waits, be it committed or not: the tests' facts may live in one transaction.
_ORDER = """
CREATE FUNCTION probe_order() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    last bigint := (SELECT ordinal FROM journal_head);
    given integer;
BEGIN
    WITH waiting AS (
        SELECT id, row_number() OVER (ORDER BY id) AS place FROM journal_fact WHERE ordinal IS NULL
    )
    UPDATE journal_fact AS f SET ordinal = last + place FROM waiting WHERE f.id = waiting.id;
    GET DIAGNOSTICS given = ROW_COUNT;
    UPDATE journal_head SET ordinal = last + given;
END $$
"""


@dataclass(frozen=True)
class Drawn:
    """One fact as it is drawn: its kind, how long ago, how late, about what, and a seed."""

    kind: str
    days_ago: int
    days_late: int
    place: int | None
    about: int
    version: int | None
    corrects: int | None
    seed: int


def counted_kinds() -> tuple[str, ...]:
    """Return the kinds any definition counts or excludes by."""
    found = set()
    for each in definitions().values():
        for spec in IndicatorsSpec.model_validate(each).root:
            found |= {
                kind
                for term in queries.asked.terms(spec, registry.fact_kinds())
                for kind in (term.kind, *(unless.kind for unless in term.unless))
            }
    return tuple(sorted(found))


def written(drawn: Sequence[Drawn], areas: Sequence[UUID]) -> None:
    """Write facts past the actions, with any values a fact may have, and give them ordinals."""
    versions = [each.id for each in applied_playbooks()]
    rows: list[tuple[Any, ...]] = []
    ids: list[UUID] = []
    for place, each in enumerate(drawn):
        chance = random.Random(each.seed)  # noqa: S311
        recorded = clock.now() - timedelta(days=max(each.days_ago - each.days_late, 0))
        fact_id = UUID(int=lowest_id_at(recorded).int | new_id().int & _TAIL)
        ids.append(fact_id)
        earlier = None if each.corrects is None or each.corrects >= place else ids[each.corrects]
        dimensions = registry.fact_kinds()[each.kind].dimensions
        data = {n: _value(n, t, chance, areas) for n, t in dimensions.items()}
        rows.append(
            (
                fact_id, each.kind, _at(each), recorded,
                None if each.place is None else areas[each.place], SYSTEM.id, "probe",
                PEOPLE[each.about], earlier,
                None if each.version is None else versions[each.version % len(versions)],
                None if chance.random() < 0.1 else Decimal(chance.randint(-4, 40)) / 8,
                json.dumps(data),
            )
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, "
            "subject_kind, subject_id, corrects_id, playbook_version, amount, data) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )
        cursor.execute("SELECT probe_order()")


def _at(each: Drawn) -> datetime:
    """Not all at nine: lengths of time are told in hours that have begun."""
    return clock.now() - timedelta(days=each.days_ago, seconds=each.seed % 20_000)


def _value(name: str, type_: DimensionType, chance: random.Random, areas: Sequence[UUID]) -> object:
    if chance.random() < 0.15:
        return None
    match type_:
        case DimensionType.AREA:
            return str(chance.choice(areas))
        case DimensionType.PERSON | DimensionType.HOUSEHOLD | DimensionType.UUID:
            return str(chance.choice(PEOPLE))
        case DimensionType.INTEGER:
            return chance.randint(0, 4)
        case DimensionType.DECIMAL | DimensionType.DATE:
            many = chance.randint(0, 9)
            day = START + timedelta(days=many * 8)
            return str(Decimal(many) / 4) if type_ is DimensionType.DECIMAL else day.isoformat()
        case _:
            return chance.choice(_WORDS)


def some_facts(many: int, seed: int = 1) -> list[Drawn]:
    """Return facts of all kinds, late, corrected and lacking things among them."""
    chance = random.Random(seed)  # noqa: S311
    known = (*counted_kinds(), *("probe.bought", "probe.returned") * 12)
    return [
        Drawn(
            chance.choice(known),
            chance.randint(0, 75),
            chance.choice((0, 0, 3, 40)),
            chance.choice((0, 0, 1, 2, 3, None)),
            chance.randint(0, 3),
            chance.choice((None, None, *range(25))),
            chance.randint(0, place) if chance.random() < 0.15 else None,
            chance.randint(0, 10**9),
        )
        for place in range(many)
    ]


def sealed() -> None:
    """Seal what has ordinals, without looking for more."""
    while jobs._seal_next():
        pass


def exported(folder: Path | str, name: str = "here", after_seal: int = 0) -> Manifest:
    """Export what is sealed."""
    areas = TypeAdapter(AreaHistory).dump_python(area_history(), mode="json")
    return export_parquet(Folder(str(folder)), name=name, areas=areas, after_seal=after_seal)


Answers = Mapping[tuple[str, str], str]


def live(actor: Actor, wanted: Wanted) -> Answers:
    """Return what PostgreSQL says: each figure's text by code and key."""
    area = directory.area_by_code(wanted.area).id
    found: dict[tuple[str, str], str] = {}
    with acting_as(actor):
        for row in queries.catalogue(actor, as_of=wanted.as_of):
            if not wanted.codes or row.code in wanted.codes:
                found |= _figures(actor, row, area, wanted)
    return found


def _figures(
    actor: Actor, row: queries.IndicatorRow, area: UUID, wanted: Wanted
) -> Iterable[tuple[tuple[str, str], str]]:
    code, when = row.code, {"span": wanted.span, "as_of": wanted.as_of}
    if not wanted.by:
        return {(code, ""): queries.figure(actor, code, area, **when).text}.items()
    if wanted.by in {each.value for each in row.by}:
        told = queries.breakdown(actor, code, area, by=By(wanted.by), **when)
        if wanted.by == "area":
            return {(code, each.area.code): each.text for each in told}.items()
        return {(code, each.span.code): each.text for each in told if each.span}.items()
    if wanted.by in row.dimensions:
        shares = queries.listed_by(actor, code, area, wanted.by, **when)
        return {(code, each.key): each.text for each in shares}.items()
    return ()


def told(counted: Counted) -> Answers:
    """Return what an engine over exports says, in the same form."""
    return {(row.code, row.key): row.text for row in counted.rows}
