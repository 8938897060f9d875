"""Proving the facts of an export in Parquet: each against its seal, as they were sealed.

A digest says that a file is as it was written, by whoever wrote it. Here every fact's canonical
bytes are made anew of its row, their leaves give the sub-root of each area, and those the root
of the seal. Only one batch of each kind is in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from liuchi.engines.journal.rules.canonical import canonical_json, read_json
from liuchi.engines.journal.rules.parquet.folder import Folder
from liuchi.engines.journal.rules.parquet.manifest import FactFile, Manifest
from liuchi.engines.journal.rules.parquet.outcome import Checked, FileFaultCode
from liuchi.engines.journal.rules.parquet.tables import SEALED, columns, made_of_data
from liuchi.engines.journal.rules.seals import NO_AREA, SealForm, leaf, sub_roots

_BATCH_ROWS = 10_000
_ZEROS = re.compile(r"\.?0*$")


def prove_facts(folder: Folder, checked: Checked) -> Checked:
    """Compare each fact with its seal and each column with its fact; add what fails."""
    manifest = checked.manifest
    if manifest is None or not checked.seals:
        return checked
    kinds = [_Kind(folder, manifest, kind, checked) for kind in manifest.kinds]
    for seal in checked.seals:
        held = {ordinal: told for kind in kinds for ordinal, told in kind.until(seal.last_ordinal)}
        _compare(seal, held, checked)
    checked.proved = True
    return checked


@dataclass(frozen=True, slots=True)
class _Leaf:
    area: str
    leaf: str
    path: str
    group: int


def _compare(seal: SealForm, held: Mapping[int, _Leaf], checked: Checked) -> None:
    found = sub_roots((held[ordinal].area, held[ordinal].leaf) for ordinal in sorted(held))
    wrong = {area for area in {*seal.areas, *found} if seal.areas.get(area) != found.get(area)}
    if not wrong:
        return
    places = {(each.path, each.group) for each in held.values() if each.area in wrong}
    named = "; ".join(f"{path} ({group})" for path, group in sorted(places)) or "—"
    checked.blame(
        FileFaultCode.FACTS,
        min(places)[0] if places else "—",
        "第 {seals} 号封签：区域 {areas} 的事实不是当时封签的。在文件（行组）{named} 里。",
        "Seal {seals}: the facts of areas {areas} are not those that were sealed. "
        "They stand in files (row groups) {named}.",
        ordinals=((seal.first_ordinal, seal.last_ordinal),),
        areas=", ".join(sorted(wrong)),
        named=named,
    )


@dataclass
class _Kind:
    """The facts of one kind, in order, read as far as they are asked for."""

    folder: Folder
    manifest: Manifest
    kind: str
    checked: Checked
    _rows: Iterator[tuple[int, _Leaf]] | None = None
    _ahead: list[tuple[int, _Leaf]] = field(default_factory=list)

    def until(self, ordinal: int) -> Iterator[tuple[int, _Leaf]]:
        """Yield what comes next up to an ordinal."""
        if self._rows is None:
            self._rows = self._read()
        while True:
            row = self._ahead.pop() if self._ahead else next(self._rows, None)
            if row is None:
                return
            if row[0] > ordinal:
                self._ahead.append(row)
                return
            yield row

    def _read(self) -> Iterator[tuple[int, _Leaf]]:
        from pyarrow import ArrowException, parquet  # noqa: PLC0415

        for file in self.manifest.files_of(self.kind):
            try:
                with self.folder.open(file.path) as held, parquet.ParquetFile(held) as table:
                    for number in range(table.metadata.num_row_groups):
                        for batch in table.iter_batches(_BATCH_ROWS, row_groups=[number]):
                            self._columns(batch, file, number + 1)
                            yield from self._leaves(batch, file.path, number + 1)
            except (ArrowException, OSError, ValueError, KeyError):
                self._unreadable(file)

    def _leaves(self, batch: Any, path: str, group: int) -> Iterator[tuple[int, _Leaf]]:
        columns_ = {name: _plain(batch.column(name), name) for name in SEALED}
        for values in zip(*columns_.values(), strict=True):
            fact = dict(zip(columns_, values, strict=True))
            fact["kind"] = self.kind
            fact["data"] = read_json(fact["data"])
            told = leaf(canonical_json(fact))
            yield fact["ordinal"], _Leaf(fact["area_id"] or NO_AREA, told, path, group)

    def _columns(self, batch: Any, file: FactFile, group: int) -> None:
        """Compare the columns that are counted with the data they are said to be made of."""
        import duckdb  # noqa: PLC0415
        import pyarrow as pa  # noqa: PLC0415

        dimensions = self.manifest.kinds[self.kind].dimensions
        with duckdb.connect() as database:
            database.execute("SET TimeZone = 'UTC'")
            database.register("told", pa.Table.from_batches([batch]))
            names = ", ".join(f'"{name}"' for name in columns(dimensions))
            # Names come from the manifest's kinds, which are identifiers by its shape.
            found = database.sql(
                f"SELECT id, ordinal FROM (SELECT {names} FROM told EXCEPT ALL "  # noqa: S608
                f"{made_of_data('told', dimensions)}) ORDER BY ordinal LIMIT 1"
            ).fetchall()
        for fact_id, ordinal in found:
            self.checked.blame(
                FileFaultCode.COLUMNS,
                file.path,
                "文件 {file}（行组 {group}）里事实 {fact} 的列与其内容不符（第 {seals} 号封签）。",
                "File {file} (row group {group}): the columns of fact {fact} say otherwise than "
                "the fact itself (seal {seals}).",
                ordinals=((ordinal, ordinal),),
                group=str(group),
                fact=fact_id,
            )

    def _unreadable(self, file: FactFile) -> None:
        self.checked.blame(
            FileFaultCode.ALTERED,
            file.path,
            "文件 {file} 读不出来（第 {seals} 号封签的事实在其中）。",
            "The file {file} cannot be read (it holds facts of seals {seals}).",
            ordinals=((file.first_ordinal, file.last_ordinal),),
        )


def _plain(column: Any, name: str) -> list[Any]:
    """Return a column's values as canonical JSON writes them."""
    import pyarrow.compute as pc  # noqa: PLC0415

    if name in {"at", "recorded_at"}:
        return [f"{told}Z" for told in pc.strftime(column, "%Y-%m-%dT%H:%M:%S").to_pylist()]
    if name == "amount":
        told = column.cast("string").to_pylist()
        return [None if each is None else _ZEROS.sub("", each) or "0" for each in told]
    values: list[Any] = column.to_pylist()
    return values
