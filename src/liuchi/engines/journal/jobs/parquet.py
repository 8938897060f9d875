"""Writing what is sealed as Parquet: one typed table for each kind of fact, in bounded memory.

Facts come out of the database by COPY, some hundred thousand ordinals at a time; while the next
are read, the last are parsed, typed and written by another thread. Neither holds more than a
window, whatever the journal's length.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from django.db import connection

from liuchi.engines.journal import queries
from liuchi.engines.journal.rules import GENESIS, canonical_json, instant_text, seal_line
from liuchi.engines.journal.rules.parquet import (
    AREAS,
    MANIFEST,
    PLAYBOOKS,
    SEALS,
    Folder,
    Manifest,
)
from liuchi.engines.journal.rules.parquet.folder import digest_part
from liuchi.engines.journal.rules.parquet.manifest import (
    FORMAT,
    VERSION,
    Document,
    FactFile,
    KindForm,
    RowGroup,
)
from liuchi.engines.journal.rules.parquet.tables import UNREPEATED, columns, made_of_data
from liuchi.kernel import clock
from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry

WINDOW_FACTS = 200_000
"""Facts read at a time."""
GROUP_FACTS_MAX = 100_000
"""Rows that stand together in a file, and are named together where they fail."""
FILE_FACTS_MAX = 500_000
WAITING_FACTS_MAX = 400_000
"""Rows of all kinds that wait for a full group; with more, the largest is written as it is."""
_COPIED = (
    *("kind", "ordinal", "id", "at", "recorded_at", "area_id", "actor_id", "subject_kind"),
    *("subject_id", "cause_id", "corrects_id", "playbook_version", "amount", "data"),
)
_INSTANTS = ("at", "recorded_at")
_COPY = (
    "COPY (SELECT kind, ordinal, id, at AT TIME ZONE 'UTC', recorded_at AT TIME ZONE 'UTC', "
    "area_id, actor_id, subject_kind, subject_id, cause_id, corrects_id, playbook_version, "
    "amount, data FROM journal_fact WHERE ordinal > {after} AND ordinal <= {upto} "
    "ORDER BY ordinal) TO STDOUT (FORMAT text, NULL '')"
)
Progress = Callable[[int, int], None]


def export_parquet(
    folder: Folder,
    *,
    name: str,
    areas: object,
    after_seal: int = 0,
    progress: Progress = lambda _done, _all: None,
) -> Manifest:
    """Write what is sealed behind a seal, and what counting it elsewhere needs; the manifest.

    ``name`` is how a province calls this installation, ``areas`` its places (JSON values).
    Refused where nothing is sealed there or the folder is not empty. The manifest comes last:
    an export that was cut short has none.
    """
    if folder.paths():
        raise Refused(
            "folder_not_empty",
            Sentence(
                "目录 {folder} 不是空的。请另选一个目录：导出不覆盖任何文件。",
                "The folder {folder} is not empty. Choose another: an export overwrites nothing.",
                {"folder": folder.address},
            ),
        )
    chain = _chain(after_seal)
    documents = [
        _document(folder, SEALS, b"".join(canonical_json(s) + b"\n" for s in _seal_lines(chain))),
        _document(folder, PLAYBOOKS, canonical_json(_playbooks())),
        _document(folder, AREAS, canonical_json(areas)),
    ]
    writing = _Writing(folder)
    first, last = chain.first.form.first_ordinal, chain.last.form.last_ordinal
    with writing.running():
        for after in range(first - 1, last, WINDOW_FACTS):
            upto = min(after + WINDOW_FACTS, last)
            writing.take(_copied(after, upto))
            progress(upto - first + 1, last - first + 1)
    manifest = _manifest(chain, name, writing, documents)
    folder.write(MANIFEST, io.BytesIO(manifest.content()))
    return manifest


@dataclass(frozen=True, slots=True)
class _Chain:
    """The first and last seal that are written, and the root that tells the journal."""

    journal: str
    first: queries.SealRow
    last: queries.SealRow


def _chain(after_seal: int) -> _Chain:
    begin = next(queries.seals(), None)
    first, last = next(queries.seals(after_seal), None), queries.last_seal()
    if begin is None or first is None or last is None:
        raise Refused(
            "nothing_sealed",
            Sentence(
                "第 {seal} 号封签之后没有已封签的事实，请先封签。",
                "Nothing is sealed behind seal {seal}. Run liuchi journal seal first.",
                {"seal": after_seal},
            ),
        )
    return _Chain(begin.root, first, last)


def _seal_lines(chain: _Chain) -> Iterator[dict[str, object]]:
    for seal in queries.seals(chain.first.form.number - 1):
        if seal.form.number > chain.last.form.number:
            return  # made since
        facts = seal.form.last_ordinal - seal.form.first_ordinal + 1
        yield seal_line(seal.form, seal.root, facts)


def _playbooks() -> list[dict[str, object]]:
    return [
        {
            "id": each.id,
            "code": each.code,
            "version": each.version,
            "in_force_from": each.in_force_from,
            "source": "",  # what people wrote; counting reads the compiled form
            "compiled": each.compiled,
            "places": each.places,
            "spec_version": each.spec_version,
            "approved_by": "",
            "applied_at": each.applied_at,
            "adopted": {str(place): told for place, told in each.adopted.items()},
        }
        for each in queries.applied_playbooks()
    ]


def _document(folder: Folder, path: str, content: bytes) -> Document:
    many, digest = folder.write(path, io.BytesIO(content))
    return Document(path=path, bytes=many, sha256=digest)


def _copied(after: int, upto: int) -> bytes:
    held = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(_COPY.format(after=after, upto=upto)) as copy:
        for part in copy:
            held.write(part)
    return held.getvalue()


def _manifest(
    chain: _Chain, name: str, writing: _Writing, documents: Sequence[Document]
) -> Manifest:
    made = Manifest(
        format=FORMAT,
        version=VERSION,
        name=name,
        journal=chain.journal,
        first_seal=chain.first.form.number,
        last_seal=chain.last.form.number,
        first_ordinal=chain.first.form.first_ordinal,
        last_ordinal=chain.last.form.last_ordinal,
        previous_root=chain.first.form.previous_root or GENESIS,
        root=chain.last.root,
        sealed_at=chain.last.form.sealed_at,
        exported_at=instant_text(clock.now()),
        kinds={
            kind: _form(kind)
            for kind in sorted({*registry.fact_kinds(), *(file.kind for file in writing.files)})
        },
        files=tuple(sorted(writing.files, key=lambda file: (file.kind, file.first_ordinal))),
        documents=tuple(documents),
    )
    return made.model_copy(update={"head": made.digest()})


def _form(kind: str) -> KindForm:
    declared = registry.fact_kind(kind)
    if declared is None:  # of an engine this version no longer has: kept, with no columns
        return KindForm(title_zh=kind, title_en=kind, dimensions={}, has_amount=True)
    return KindForm(
        title_zh=declared.title.zh,
        title_en=declared.title.en,
        dimensions=dict(declared.dimensions),
        has_amount=declared.amount is not None,
        owned=declared.owned,
    )


class _Writing:
    """Types windows of facts and writes them by kind, in a thread of its own."""

    def __init__(self, folder: Folder) -> None:
        self.files: list[FactFile] = []
        self._folder = folder
        self._kinds: dict[str, _Table] = {}
        self._thread = ThreadPoolExecutor(1)
        self._last: Future[None] | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Write until the end of the block, then what still waits."""
        with self._thread:
            yield
            self._wait()
            self._thread.submit(self._close).result()

    def take(self, window: bytes) -> None:
        """Hand a window over; waits for the one before, so that two are held at most."""
        self._wait()
        self._last = self._thread.submit(self._write, window)

    def _wait(self) -> None:
        if self._last is not None:
            self._last.result()

    def _write(self, window: bytes) -> None:
        import duckdb  # noqa: PLC0415

        facts = _parsed(window)
        with duckdb.connect() as database:
            database.execute("SET TimeZone = 'UTC'")
            database.register("facts", facts)
            for (kind,) in database.sql("SELECT DISTINCT kind FROM facts").fetchall():
                table = self._kinds.setdefault(kind, _Table(kind, self._folder, self.files))
                database.execute("SET VARIABLE kind = $kind", {"kind": kind})
                chosen = "(FROM facts WHERE kind = getvariable('kind'))"
                made = made_of_data(chosen, table.form.dimensions)
                table.take(database.sql(made).to_arrow_table())
        while sum(table.waiting for table in self._kinds.values()) > WAITING_FACTS_MAX:
            max(self._kinds.values(), key=lambda table: table.waiting).write_group()

    def _close(self) -> None:
        for table in self._kinds.values():
            table.close()


def _parsed(window: bytes) -> Any:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import csv  # noqa: PLC0415

    types: dict[str, Any] = dict.fromkeys(_COPIED, pa.string())
    types |= dict.fromkeys(_INSTANTS, pa.timestamp("us"))
    types |= {"ordinal": pa.int64(), "amount": pa.decimal128(38, 6)}
    facts = csv.read_csv(
        pa.BufferReader(window),
        read_options=csv.ReadOptions(column_names=list(_COPIED), block_size=4 << 20),
        parse_options=csv.ParseOptions(delimiter="\t", quote_char=False, escape_char="\\"),
        convert_options=csv.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=True
        ),
    )
    for name in _INSTANTS:
        place = facts.column_names.index(name)
        utc = facts.column(name).cast(pa.timestamp("us", tz="UTC"))
        facts = facts.set_column(place, name, utc)
    return facts


@dataclass
class _Table:
    """The files of one kind. Each is written on this machine, then put where it belongs."""

    kind: str
    folder: Folder
    files: list[FactFile]
    waiting: int = 0
    _held: list[Any] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _file: Any = None
    _writer: Any = None
    _groups: list[tuple[int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.form = _form(self.kind)

    def take(self, facts: Any) -> None:
        """Take the next facts; writes each group that is full."""
        self._held.append(facts)
        self.waiting += len(facts)
        while self.waiting >= GROUP_FACTS_MAX:
            self.write_group()

    def write_group(self) -> None:
        """Write a group of what waits, and end the file that is full."""
        import pyarrow as pa  # noqa: PLC0415

        held = pa.concat_tables(self._held)
        group, rest = held.slice(0, GROUP_FACTS_MAX), held.slice(GROUP_FACTS_MAX)
        self._held, self.waiting = [rest] if len(rest) else [], len(rest)
        if self._writer is None:
            self._open(group.schema)
        self._writer.write_table(group, row_group_size=GROUP_FACTS_MAX)
        ordinals = group.column("ordinal")
        self._groups.append((len(group), ordinals[0].as_py(), ordinals[-1].as_py()))
        if sum(rows for rows, _, _ in self._groups) >= FILE_FACTS_MAX:
            self._end()

    def close(self) -> None:
        """Write what still waits, and end the file."""
        while self.waiting:
            self.write_group()
        if self._writer is not None:
            self._end()

    def _open(self, schema: Any) -> None:
        from pyarrow import parquet  # noqa: PLC0415

        self._file = tempfile.NamedTemporaryFile(suffix=".parquet")  # noqa: SIM115  ended below
        named: Mapping[str, str] = columns(self.form.dimensions)
        self._writer = parquet.ParquetWriter(
            self._file.name,
            schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=[each for each in named if each not in UNREPEATED],
        )

    def _end(self) -> None:
        self._writer.close()
        path = f"facts/{self.kind}/{next(self._numbers):06d}.parquet"
        with self._file:
            with Path(self._file.name).open("rb") as written:
                many, digest = self.folder.write(path, written)
            groups = tuple(_row_groups(self._file.name, self._groups))
        self.files.append(
            FactFile(
                path=path,
                kind=self.kind,
                rows=sum(group.rows for group in groups),
                bytes=many,
                sha256=digest,
                first_ordinal=groups[0].first_ordinal,
                last_ordinal=groups[-1].last_ordinal,
                row_groups=groups,
            )
        )
        self._file, self._writer, self._groups = None, None, []


def _row_groups(file: str, written: Sequence[tuple[int, int, int]]) -> Iterator[RowGroup]:
    """Yield each row group with where its bytes stand and their digest."""
    from pyarrow import parquet  # noqa: PLC0415

    told = parquet.read_metadata(file)
    with Path(file).open("rb") as held:
        for number, (rows, first, last) in enumerate(written):
            group = told.row_group(number)
            chunks = [group.column(place) for place in range(group.num_columns)]
            begins = [
                c.dictionary_page_offset or c.data_page_offset if c.has_dictionary_page
                else c.data_page_offset for c in chunks
            ]  # fmt: skip
            offset = min(begins)
            end = max(
                begin + c.total_compressed_size for begin, c in zip(begins, chunks, strict=True)
            )
            held.seek(offset)
            yield RowGroup(
                rows=rows,
                first_ordinal=first,
                last_ordinal=last,
                offset=offset,
                bytes=end - offset,
                sha256=digest_part(held, end - offset),
            )
