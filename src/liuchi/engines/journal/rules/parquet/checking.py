"""Checking an export in Parquet: every file is as it was written, every seal follows the last.

This reads each file once. That the facts in the files are those that were sealed is another,
longer look (``proving``): whoever alters an export can compute its digests anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from pydantic import ValidationError

from liuchi.engines.journal.rules.canonical import read_json
from liuchi.engines.journal.rules.parquet.folder import Folder
from liuchi.engines.journal.rules.parquet.manifest import (
    FORMAT,
    MANIFEST,
    SEALS,
    VERSION,
    FactFile,
    Manifest,
    SealNumbers,
)
from liuchi.engines.journal.rules.parquet.outcome import Checked, FileFaultCode
from liuchi.engines.journal.rules.proof import seal_form
from liuchi.engines.journal.rules.seals import GENESIS, SealForm


def check_folder(folder: Folder) -> Checked:
    """Return what the files of an export prove; every fault names its file and seals."""
    checked = Checked()
    manifest = _manifest(folder, checked)
    if manifest is None:
        return checked
    checked.manifest = manifest
    _seals(folder, manifest, checked)
    _sums(manifest, checked)
    present = frozenset(folder.paths())
    for file in manifest.files:
        _file(folder, file, present, checked)
    for document in manifest.documents:
        if document.path not in present:
            _missing(document.path, checked, _all(manifest))
        elif folder.digest(document.path) != (document.bytes, document.sha256):
            checked.blame(
                FileFaultCode.ALTERED,
                document.path,
                "文件 {file} 被改动过（涉及第 {seals} 号封签）。",
                "The file {file} was altered (it belongs to seals {seals}).",
                ordinals=_all(manifest),
            )
    listed = {MANIFEST, *(f.path for f in manifest.files), *(d.path for d in manifest.documents)}
    for path in sorted(present - listed):
        _stray(folder, path, manifest, checked)
    return checked


def _all(manifest: Manifest) -> tuple[tuple[int, int], ...]:
    return ((manifest.first_ordinal, manifest.last_ordinal),)


def _manifest(folder: Folder, checked: Checked) -> Manifest | None:
    try:
        raw = folder.read(MANIFEST)
    except (FileNotFoundError, NotADirectoryError):
        checked.blame(
            FileFaultCode.UNFINISHED,
            MANIFEST,
            "没有 {file}：这不是六尺的 Parquet 导出，或导出没有做完。",
            "There is no {file}: this is no Parquet export of Liuchi, or it was not finished.",
        )
        return None
    with suppress(ValueError, TypeError, RecursionError, ValidationError):
        manifest = Manifest.model_validate(read_json(raw))
        known = (manifest.format, manifest.version) == (FORMAT, VERSION)
        if known and manifest.head == manifest.digest() and manifest.content() == raw:
            return manifest
    checked.blame(
        FileFaultCode.MANIFEST,
        MANIFEST,
        "清单 {file} 被改动过，或是另一版本写的。",
        "The list {file} was altered, or another version wrote it.",
    )
    return None


def _seals(folder: Folder, manifest: Manifest, checked: Checked) -> None:
    """Read the seals and follow their chain from the manifest's first to its last root."""
    root, ordinal, number = manifest.previous_root, manifest.first_ordinal, manifest.first_seal
    begins = manifest.first_seal != 1 or (root, ordinal) == (GENESIS, 1)
    forms: list[SealForm] = []
    for form, stated in _seal_lines(folder):
        same = form is not None and (
            form.number == number
            and form.first_ordinal == ordinal
            and form.previous_root == root
            and form.root() == stated
            and (number != 1 or stated == manifest.journal)
        )
        if form is None or not same or not begins:
            _broken(checked, number)
            return
        forms.append(form)
        root, ordinal, number = stated, form.last_ordinal + 1, number + 1
    checked.seals = tuple(forms)
    checked.numbers = SealNumbers(manifest.first_seal, [form.last_ordinal for form in forms])
    ended = (root, ordinal - 1, number - 1)
    if ended != (manifest.root, manifest.last_ordinal, manifest.last_seal):
        _broken(checked, number)


def _seal_lines(folder: Folder) -> Iterator[tuple[SealForm | None, str]]:
    try:
        with folder.open(SEALS) as lines:
            for raw in lines:
                with suppress(ValueError, RecursionError):
                    line = read_json(raw)
                    form, root, _ = seal_form(line.get("seal") if isinstance(line, dict) else None)
                    yield form, root
                    continue
                yield None, ""
    except FileNotFoundError:
        return  # named among the documents


def _broken(checked: Checked, number: int) -> None:
    checked.blame(
        FileFaultCode.SEAL,
        SEALS,
        "第 {number} 号封签（{file}）缺失，或与内容、前一封签不符。",
        "Seal {number} ({file}) is missing, or does not match its contents or the seal before it.",
        number=str(number),
    )


def _sums(manifest: Manifest, checked: Checked) -> None:
    """The manifest must name each fact once: ordinals have no gap."""
    seen: set[str] = set()
    last: dict[str, tuple[int, str]] = {}
    for file in manifest.files:
        reached, before = last.get(file.kind, (0, ""))
        if file.path in seen or file.first_ordinal <= reached:
            checked.blame(
                FileFaultCode.REPEATED,
                file.path,
                "文件 {file} 与 {other} 有相同的事实（第 {seals} 号封签）。",
                "The files {file} and {other} hold the same facts (seals {seals}).",
                ordinals=((file.first_ordinal, file.last_ordinal),),
                other=before,
            )
        seen.add(file.path)
        last[file.kind] = (max(reached, file.last_ordinal), file.path)
    found = sum(file.rows for file in manifest.files)
    if found != manifest.facts:
        checked.blame(
            FileFaultCode.MANIFEST,
            MANIFEST,
            "清单 {file} 列出 {found} 条事实，第 {seals} 号封签共有 {wanted} 条。",
            "The list {file} names {found} facts; seals {seals} have {wanted}.",
            ordinals=_all(manifest),
            found=str(found),
            wanted=str(manifest.facts),
        )


def _missing(path: str, checked: Checked, ordinals: tuple[tuple[int, int], ...]) -> None:
    checked.blame(
        FileFaultCode.MISSING,
        path,
        "缺少文件 {file}（涉及第 {seals} 号封签）。",
        "The file {file} is missing (it belongs to seals {seals}).",
        ordinals=ordinals,
    )


def _file(folder: Folder, file: FactFile, present: frozenset[str], checked: Checked) -> None:
    if file.path not in present:
        _missing(file.path, checked, ((file.first_ordinal, file.last_ordinal),))
        return
    if folder.digest(file.path) == (file.bytes, file.sha256):
        return
    spoilt = [
        (place, group)
        for place, group in enumerate(file.row_groups, start=1)
        if folder.digest_of(file.path, group.offset, group.bytes) != group.sha256
    ]
    ordinals = [(group.first_ordinal, group.last_ordinal) for _, group in spoilt]
    checked.blame(
        FileFaultCode.ALTERED,
        file.path,
        "文件 {file} 被改动过：行组 {groups}，第 {seals} 号封签的事实在其中。",
        "The file {file} was altered: row groups {groups}, with facts of seals {seals}.",
        ordinals=tuple(ordinals) or ((file.first_ordinal, file.last_ordinal),),
        groups=", ".join(str(place) for place, _ in spoilt) or "—",
    )


def _stray(folder: Folder, path: str, manifest: Manifest, checked: Checked) -> None:
    """Name a file that the manifest does not: a copy of one that it does, or another."""
    digest = folder.digest(path)
    for file in manifest.files:
        if (file.bytes, file.sha256) == digest:
            checked.blame(
                FileFaultCode.REPEATED,
                path,
                "文件 {file} 与 {other} 相同：第 {seals} 号封签的事实会算两次。",
                "The file {file} is {other} once more: facts of seals {seals} would count twice.",
                ordinals=((file.first_ordinal, file.last_ordinal),),
                other=file.path,
            )
            return
    checked.blame(
        FileFaultCode.ADDED,
        path,
        "清单里没有文件 {file}；它自称有第 {seals} 号封签的事实。",
        "The list does not name the file {file}; it claims facts of seals {seals}.",
        ordinals=_claimed(folder, path),
    )


def _claimed(folder: Folder, path: str) -> tuple[tuple[int, int], ...]:
    """Return the ordinals a file says it holds, as far as it is a table of ours."""
    from pyarrow import ArrowException, parquet  # noqa: PLC0415

    try:
        with folder.open(path) as held, parquet.ParquetFile(held) as file:
            place = file.schema_arrow.names.index("ordinal")
            told = [
                file.metadata.row_group(number).column(place).statistics
                for number in range(file.metadata.num_row_groups)
            ]
            return tuple((each.min, each.max) for each in told if each is not None)
    except (ArrowException, OSError, ValueError):
        return ()
