"""One definition gives one figure, on PostgreSQL and over an export."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engines.indicators import worlds
from engines.indicators.worlds import AS_OF, NOW, SYSTEM, Drawn
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.enums import Arrival
from liuchi.engines.indicators.queries.exports import Wanted, count, installations
from liuchi.engines.indicators.queries.exports.duck import DuckDB
from liuchi.engines.indicators.rules.federation import FederationSpec, read_federation
from liuchi.engines.indicators.spec import IndicatorsSpec, Percentile, Ratio, Stock
from liuchi.engines.journal.rules.parquet import Folder, Manifest
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.errors import Invalid, NotFound
from liuchi.kernel.periods import read_span
from liuchi.playbooks.registry import using

if TYPE_CHECKING:
    from conftest import Prepare

EXAMPLES = int(os.environ.get("LIUCHI_EXPORT_EXAMPLES", "8"))
BY = ("", "area", "month", "quarter", "year", "goods", "quantity")


@pytest.fixture
def areas(prepare: Prepare, template: str) -> Iterator[tuple[UUID, ...]]:
    """The places of the world, with its playbooks applied and no facts yet."""
    with (
        using(worlds.kinds()),
        kernel_clock.using(SimulatedClock(NOW)),
        prepare(template, worlds.made) as (_, ids),
    ):
        yield ids


@pytest.fixture
def world(areas: tuple[UUID, ...], tmp_path: Path) -> Path:
    """Four hundred facts, sealed and exported."""
    worlds.written(worlds.some_facts(400), areas)
    worlds.sealed()
    worlds.exported(tmp_path / "here")
    return tmp_path / "here"


def asked(**changes: object) -> Wanted:
    office = directory.area_named(worlds.OFFICE).code
    return replace(Wanted(as_of=AS_OF[1], area=office), **changes)


def duck(folder: Path, wanted: Wanted) -> worlds.Answers:
    with DuckDB() as engine:
        return worlds.told(count(engine, installations([str(folder)]), wanted))


def test_there_are_more_than_25_definitions_and_every_measure_among_them(areas: object) -> None:
    specs = [
        spec
        for each in worlds.definitions().values()
        for spec in IndicatorsSpec.model_validate(each).root
    ]
    shipped = [spec.code for spec in specs if not spec.code.startswith("w.")]
    ratios = [spec for spec in specs if isinstance(spec.measure, Ratio)]
    assert (len(shipped) > 25, len(worlds.SYNTHETIC), len(ratios) > 2) == (True, 26, True)
    percentiles = [spec for spec in specs if isinstance(spec.measure, Percentile)]
    stocks = [spec for spec in specs if isinstance(spec.measure, Stock)]
    assert (len(percentiles) >= 5, len(stocks) >= 4) == (True, True)


@pytest.mark.parametrize("by", BY)
def test_every_definition_says_the_same_over_an_export(world: Path, by: str) -> None:
    wanted = asked(by=by, as_of=AS_OF[BY.index(by) % 2])
    found = duck(world, wanted)
    assert found == worlds.live(SYSTEM, wanted)
    assert len(set(found.values()) - {"0", "—"}) > 1


def test_one_span_and_one_village_say_the_same(world: Path) -> None:
    village = directory.area_named("盛塘社区").code
    wanted = asked(by="area", area=village, span=read_span("2022-05"))
    assert duck(world, wanted) == worlds.live(SYSTEM, wanted)


drawn = st.builds(
    Drawn,
    kind=st.sampled_from(["probe.bought", "probe.bought", "probe.bought", "probe.returned"]),
    days_ago=st.integers(0, 75),
    days_late=st.sampled_from([0, 3, 40]),
    place=st.none() | st.integers(0, 3),
    about=st.integers(0, 3),
    version=st.none() | st.integers(0, 30),
    corrects=st.none() | st.integers(0, 8),
    seed=st.integers(0, 99),
)


@hypothesis_settings(max_examples=EXAMPLES, phases=[Phase.explicit, Phase.generate, Phase.shrink])
@given(
    facts=st.lists(drawn, min_size=1, max_size=30),
    by=st.sampled_from(BY),
    as_of=st.sampled_from(AS_OF),
)
def test_any_facts_say_the_same_over_an_export(
    areas: tuple[UUID, ...], tmp_path: Path, facts: list[Drawn], by: str, as_of: date
) -> None:
    folder = tmp_path / "any"
    shutil.rmtree(folder, ignore_errors=True)
    with transaction.atomic():
        worlds.written(facts, areas)
        worlds.sealed()
        worlds.exported(folder)
        codes = tuple(str(each["code"]) for each in worlds.SYNTHETIC)
        wanted = asked(by=by, as_of=as_of)
        live = worlds.live(SYSTEM, wanted)
        assert duck(folder, replace(wanted, codes=codes)) == {
            at: text for at, text in live.items() if at[0] in codes
        }
        transaction.set_rollback(True)


@pytest.fixture
def province(prepare: Prepare, template: str, tmp_path: Path) -> Iterator[Path]:
    """A folder with two counties: two journals over the same places."""
    folder = tmp_path / "province"
    with using(worlds.kinds()), kernel_clock.using(SimulatedClock(NOW)):
        with prepare(template, worlds.made) as (_, ids):
            worlds.written(worlds.some_facts(150, seed=2), ids)
            worlds.sealed()
            worlds.exported(folder / "laofeng", "laofeng")
        with prepare(template, worlds.made) as (_, ids):
            worlds.written(worlds.some_facts(250), ids)
            worlds.sealed()
            worlds.exported(folder / "luochong")
            yield folder


def test_two_counties_are_added_up(province: Path) -> None:
    wanted = asked(by="month", codes=("w.count", "w.amount", "w.people"))
    both = duck(province, wanted)
    each = [duck(province / name, wanted) for name in ("luochong", "laofeng")]
    counts = [{at: float(text) for at, text in found.items()} for found in (*each, both)]
    assert {
        at: counts[0].get(at, 0) + counts[1].get(at, 0)
        for at in counts[2] if at[0] != "w.people"
    } == {at: value for at, value in counts[2].items() if at[0] != "w.people"}  # fmt: skip


EXPECTED = FederationSpec.model_validate(
    {
        "title": "安徽省",
        "by": "2022-06-21",
        "installations": [
            {"name": "here", "title": "罗冲"},
            {"name": "laofeng", "title": "老峰", "by": "2022-06-19"},
            {"name": "gaohe", "title": "高河"},
        ],
    }
)


def test_who_is_late_or_missing_is_named(province: Path) -> None:
    found = installations([str(province)], EXPECTED)
    with DuckDB() as engine:
        then = count(engine, found, asked(as_of=date(2022, 6, 19)), EXPECTED).reports
    with DuckDB() as engine:
        today = count(engine, found, asked(), EXPECTED).reports
    assert [(report.name, report.arrival) for report in then] == [
        ("here", Arrival.COUNTED), ("laofeng", Arrival.LATE), ("gaohe", Arrival.MISSING)
    ]  # fmt: skip
    assert [report.arrival for report in today] == [
        Arrival.BEHIND, Arrival.BEHIND, Arrival.MISSING
    ]  # fmt: skip
    assert str(today[2].sentence).endswith("高河: MISSING (due by 2022-06-21), not counted")


def refused(*addresses: Path, expected: FederationSpec | None = None) -> str:
    with pytest.raises(Invalid) as error:
        installations([str(each) for each in addresses], expected)
    assert error.value.code == "exports_refused"
    return "\n".join(
        f"{each.field}: {each.sentence.in_language('en')}" for each in error.value.errors
    )


def test_a_broken_export_stops_the_count_and_is_named(province: Path) -> None:
    (spoilt,) = sorted((province / "laofeng/facts/probe.bought").iterdir())
    spoilt.write_bytes(spoilt.read_bytes()[:-1] + b"x")
    said = refused(province)
    assert said.startswith(f"{province}/laofeng/facts/probe.bought/000001.parquet: The file")
    assert "was altered" in said
    assert "seals 1" in said


def test_one_installation_twice_is_refused_with_its_seals(province: Path) -> None:
    shutil.copytree(province / "laofeng", province / "laofeng-again")
    assert refused(province) == (
        f"{province}/laofeng-again: Is of the same installation as {province}/laofeng: "
        "seals 1 to 1 would count twice."
    )


def test_a_stranger_and_another_journal_are_refused(province: Path) -> None:
    assert refused(province, expected=EXPECTED.model_copy(
        update={"installations": EXPECTED.installations[:1]}
    )) == f"{province}/laofeng: laofeng is not in the federation file."  # fmt: skip
    pinned = EXPECTED.installations[1].model_copy(update={"journal": "0" * 64, "head": "1" * 64})
    said = refused(
        province, expected=EXPECTED.model_copy(
            update={"installations": (EXPECTED.installations[0], pinned)}
        )
    )  # fmt: skip
    assert "Is another journal than the federation file says." in said
    assert "Is another export than was announced." in said


def test_what_goes_on_behind_a_seal_is_counted_with_what_was_before(
    world: Path, areas: tuple[UUID, ...]
) -> None:
    worlds.written(worlds.some_facts(60, seed=3), areas)
    worlds.sealed()
    more = world.parent / "more"
    worlds.exported(more, after_seal=1)
    wanted = asked(by="month")
    with DuckDB() as engine:
        found = worlds.told(count(engine, installations([str(world), str(more)]), wanted))
    assert found == worlds.live(SYSTEM, wanted)
    assert refused(more) == (
        f"{more}: Seals 1 to 1 are missing: the export before it was not given."
    )


def test_who_defines_it_otherwise_is_named_and_not_added_in(province: Path) -> None:
    folder = province / "laofeng"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    told = json.loads((folder / "playbooks.json").read_bytes())
    for applied in told:
        for each in applied["compiled"]["indicators"]:
            if each["code"] == "w.count":
                each["where"] = {"goods": {"is": "tea"}}
    rewritten(folder, "playbooks.json", json.dumps(told).encode(), manifest)
    wanted = asked(codes=("w.count", "w.people"))
    with DuckDB() as engine:
        counted = count(engine, installations([str(province)]), wanted)
    alone = duck(province / "luochong", wanted)
    assert counted.others == {"w.count": ("laofeng",)}
    assert worlds.told(counted)["w.count", ""] == alone["w.count", ""]


def rewritten(folder: Path, path: str, content: bytes, manifest: dict[str, object]) -> None:
    """Write a document anew with every digest, as another installation would have."""
    many, digest = Folder(str(folder)).write(path, io.BytesIO(content))
    held = Manifest.model_validate(manifest)
    documents = tuple(
        each.model_copy(update={"bytes": many, "sha256": digest}) if each.path == path else each
        for each in held.documents
    )
    held = held.model_copy(update={"documents": documents})
    held = held.model_copy(update={"head": held.digest()})
    (folder / "manifest.json").write_bytes(held.content())


def test_what_cannot_be_asked_is_said(world: Path) -> None:
    found = installations([str(world)])
    with DuckDB() as engine, pytest.raises(Invalid, match=r"w\.nothing"):
        count(engine, found, asked(codes=("w.nothing",)))
    with DuckDB() as engine, pytest.raises(Invalid, match="person"):
        count(engine, found, asked(by="person"))
    with DuckDB() as engine, pytest.raises(NotFound):
        count(engine, found, asked(area="999999"))


def test_a_federation_file_that_cannot_be_read_says_where() -> None:
    assert read_federation("installations: [{name: a, title: 甲}]").installations[0].title == "甲"
    with pytest.raises(Invalid, match=r"installations\.0\.title"):
        read_federation("installations: [{name: a}]")
    with pytest.raises(Invalid, match="Not YAML"):
        read_federation("installations: [")
