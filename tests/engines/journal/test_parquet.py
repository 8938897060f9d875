"""An export in Parquet proves itself, and whatever was done to it is named by file and seal."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from django.db import connection
from pyarrow import parquet

from engines.journal.examples import HERE, KIND, THERE, Seen, known_kinds, seen
from liuchi.engines.journal import jobs, queries
from liuchi.engines.journal.actions import refresh_views
from liuchi.engines.journal.jobs import parquet as writing
from liuchi.engines.journal.rules.parquet import (
    FileFaultCode,
    Folder,
    Manifest,
    check_folder,
    prove_facts,
)
from liuchi.engines.journal.rules.parquet.manifest import SealNumbers
from liuchi.kernel.errors import Refused
from liuchi.kernel.ids import new_id


@pytest.fixture
def made(db, clock, monkeypatch, tmp_path):
    """Eleven facts under four seals, in files of four and row groups of two."""
    monkeypatch.setattr(jobs, "SEAL_FACTS_MAX", 3)
    for name, size in (("WINDOW", 5), ("GROUP", 2), ("FILE", 4)):
        suffix = "FACTS" if name == "WINDOW" else "FACTS_MAX"
        monkeypatch.setattr(writing, f"{name}_{suffix}", size)
    with known_kinds():
        for place in (HERE, THERE, None, HERE, THERE, HERE):
            seen(area_id=place)
        (last,) = seen(
            data=Seen(who=new_id(), code='tab\\line"', weight=Decimal("0.125")),
            amount=Decimal("-12.5"),
        )
        clock.advance(timedelta(hours=15, minutes=30))  # another day in Shanghai than in UTC
        seen(corrects_id=last, amount=100)
        seen(3, area_id=HERE)
        jobs.seal()
        folder = tmp_path / "export"
        manifest = writing.export_parquet(Folder(str(folder)), name="here", areas={})
        yield folder, manifest


def told(folder: Path) -> list[tuple[FileFaultCode, str, str]]:
    """What checking names: how, which file, which seals."""
    return [(f.code, f.path, f.seals) for f in check_folder(Folder(str(folder))).faults]


def file_of(manifest: Manifest, number: int) -> str:
    return manifest.files[number].path


def test_an_export_proves_itself(made):
    folder, manifest = made
    checked = prove_facts(Folder(str(folder)), check_folder(Folder(str(folder))))
    assert (checked.holds, checked.proved, checked.faults) == (True, True, [])
    assert (manifest.facts, manifest.root, manifest.last_seal) == (11, queries.head().root, 4)
    assert [(f.rows, len(f.row_groups)) for f in manifest.files] == [(4, 2), (4, 2), (3, 2)]


def test_its_tables_are_the_typed_views(made, cluster):
    folder, manifest = made
    paths = [str(folder / file.path) for file in manifest.files]
    table = pa.concat_tables(parquet.read_table(path) for path in paths)
    day = {"at_day", "recorded_day", "on"}
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.register("t", table)
        exported = database.sql(
            "SELECT id, ordinal, at_day, recorded_day, area_id, subject_id, corrects_id, amount, "
            'who, code, count, weight, "on" FROM t ORDER BY ordinal'
        ).fetchall()
    refresh_views()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text, ordinal, at_day, recorded_day, area_id::text, subject_id::text, "
            'corrects_id::text, amount, who::text, code, count, weight, "on" '
            "FROM journal_fact_tests_seen ORDER BY ordinal"
        )
        assert exported == cursor.fetchall()
    types = {field.name: str(field.type) for field in table.schema}
    assert {types[name] for name in day} == {"date32[day]"}
    assert types["amount"] == types["weight"] == "decimal128(38, 6)"
    assert types["at"] == "timestamp[us, tz=UTC]"


def test_one_altered_file_is_named_with_row_group_and_seal(made):
    folder, manifest = made
    file = manifest.files[1]
    path = folder / file.path
    content = bytearray(path.read_bytes())
    content[file.row_groups[1].offset + 5] ^= 1
    path.write_bytes(content)
    # Ordinals 5 to 8 are in the file, 7 and 8 in its second row group: under the third seal.
    assert told(folder) == [(FileFaultCode.ALTERED, file.path, "3")]
    assert "row groups 2, with facts of seals 3" in str(
        check_folder(Folder(str(folder))).faults[0].sentence
    )


def test_one_missing_file_is_named_with_its_seals(made):
    folder, manifest = made
    (folder / file_of(manifest, 0)).unlink()
    assert told(folder) == [(FileFaultCode.MISSING, file_of(manifest, 0), "1–2")]


def test_one_duplicated_file_is_named_with_its_seals(made):
    folder, manifest = made
    twin = f"facts/{KIND}/000009.parquet"
    shutil.copy(folder / file_of(manifest, 2), folder / twin)
    assert told(folder) == [(FileFaultCode.REPEATED, twin, "3–4")]
    assert file_of(manifest, 2) in str(check_folder(Folder(str(folder))).faults[0].sentence)


def test_one_added_file_is_named_with_the_seals_it_claims(made):
    folder, manifest = made
    table = parquet.read_table(folder / file_of(manifest, 0))
    parquet.write_table(table, folder / "facts" / "more.parquet", compression="snappy")
    (folder / "note.txt").write_text("hello")
    assert told(folder) == [
        (FileFaultCode.ADDED, "facts/more.parquet", "1–2"),
        (FileFaultCode.ADDED, "note.txt", "—"),
    ]


def test_two_files_that_changed_places_are_both_named(made):
    folder, manifest = made
    first, second = (folder / file_of(manifest, n) for n in (0, 1))
    held = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(held)
    assert [code for code, _, _ in told(folder)] == [FileFaultCode.ALTERED] * 2


def rewritten(folder: Path, manifest: Manifest, **changes: object) -> None:
    """Change the manifest and compute its head anew, as a forger would."""
    changed = manifest.model_copy(update=changes)
    changed = changed.model_copy(update={"head": changed.digest()})
    (folder / "manifest.json").write_bytes(changed.content())


def test_a_file_named_twice_would_count_twice(made):
    folder, manifest = made
    rewritten(folder, manifest, files=(manifest.files[0], *manifest.files))
    assert [(code, seals) for code, _, seals in told(folder)] == [
        (FileFaultCode.REPEATED, "1–2"),
        (FileFaultCode.MANIFEST, "1–4"),
    ]


def test_a_file_left_out_of_the_list_is_missed(made):
    folder, manifest = made
    (folder / file_of(manifest, 2)).unlink()
    rewritten(folder, manifest, files=manifest.files[:2])
    assert told(folder) == [(FileFaultCode.MANIFEST, "manifest.json", "1–4")]


def test_an_altered_list_or_seal_is_named(made):
    folder, manifest = made
    (folder / "manifest.json").write_bytes(manifest.content().replace(b'"here"', b'"hare"'))
    assert told(folder) == [(FileFaultCode.MANIFEST, "manifest.json", "—")]
    (folder / "manifest.json").write_bytes(manifest.content())
    seals = (folder / "seals.jsonl").read_bytes()
    (folder / "seals.jsonl").write_bytes(seals.replace(b'"last_ordinal":6', b'"last_ordinal":7'))
    assert told(folder)[0] == (FileFaultCode.SEAL, "seals.jsonl", "—")
    assert "Seal 2 " in str(check_folder(Folder(str(folder))).faults[0].sentence)


def test_an_export_that_was_cut_short_has_no_list(made, tmp_path):
    folder, _ = made
    (folder / "manifest.json").unlink()
    assert told(folder) == [(FileFaultCode.UNFINISHED, "manifest.json", "—")]
    assert told(tmp_path / "nowhere") == [(FileFaultCode.UNFINISHED, "manifest.json", "—")]


def forged(folder: Path, manifest: Manifest, column: str, value: object) -> None:
    """Write another value into one fact of the second file and compute every digest anew."""
    file = manifest.files[1]
    path = folder / file.path
    table = parquet.read_table(path)
    place = table.column_names.index(column)
    values = table.column(column).to_pylist()
    values[0] = value
    table = table.set_column(place, table.field(place), pa.array(values, table.field(place).type))
    parquet.write_table(table, path, row_group_size=2)
    counted = [(group.rows, group.first_ordinal, group.last_ordinal) for group in file.row_groups]
    groups = tuple(writing._row_groups(str(path), counted))
    many, digest = Folder(str(folder)).digest(file.path)
    changed = file.model_copy(update={"bytes": many, "sha256": digest, "row_groups": groups})
    rewritten(folder, manifest, files=(manifest.files[0], changed, manifest.files[2]))


def test_a_forged_fact_passes_the_files_and_fails_its_seal(made):
    folder, manifest = made
    forged(folder, manifest, "amount", Decimal("99.000000"))
    checked = check_folder(Folder(str(folder)))
    assert checked.holds
    prove_facts(Folder(str(folder)), checked)
    assert [(f.code, f.path, f.seals) for f in checked.faults] == [
        (FileFaultCode.FACTS, file_of(manifest, 1), "2")
    ]
    assert str(THERE) in str(checked.faults[0].sentence)


def test_a_forged_column_says_otherwise_than_its_fact(made):
    folder, manifest = made
    forged(folder, manifest, "code", "another")
    checked = prove_facts(Folder(str(folder)), check_folder(Folder(str(folder))))
    assert [(f.code, f.path, f.seals) for f in checked.faults] == [
        (FileFaultCode.COLUMNS, file_of(manifest, 1), "2")
    ]


def test_what_is_behind_a_seal_goes_on_from_it(made, tmp_path):
    _, whole = made
    folder = Folder(str(tmp_path / "more"))
    manifest = writing.export_parquet(folder, name="here", areas={}, after_seal=2)
    assert (manifest.first_seal, manifest.first_ordinal, manifest.facts) == (3, 7, 5)
    assert (manifest.journal, manifest.root) == (whole.journal, whole.root)
    assert prove_facts(folder, check_folder(folder)).faults == []
    with pytest.raises(Refused, match=r"behind seal 4"):
        writing.export_parquet(Folder(str(tmp_path / "none")), name="here", areas={}, after_seal=4)


def test_nothing_is_overwritten(made):
    folder, _ = made
    with pytest.raises(Refused, match="not empty"):
        writing.export_parquet(Folder(str(folder)), name="here", areas={})


def test_an_object_store_is_a_folder_too(made):
    folder = Folder("memory://lake/here")
    writing.export_parquet(folder, name="here", areas={})
    try:
        assert prove_facts(folder, check_folder(folder)).faults == []
        assert json.loads(folder.read("playbooks.json")) == []
    finally:
        folder.filesystem.rm("/lake", recursive=True)


def test_seals_are_written_as_runs():
    numbers = SealNumbers(3, [10, 20, 30, 40])
    assert numbers.of([(1, 11), (35, 99)]) == "3–4, 6"
    assert numbers.of([]) == "—"
