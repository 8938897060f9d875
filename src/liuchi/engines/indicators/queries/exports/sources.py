"""The exports that are counted: found, checked, and put in order by journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from pydantic import TypeAdapter

from liuchi.engines.directory.queries.area_history import AreaHistory
from liuchi.engines.indicators.rules.federation import FederationSpec, Handed
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.journal.rules.parquet import (
    AREAS,
    MANIFEST,
    PLAYBOOKS,
    Folder,
    Manifest,
    check_folder,
    prove_facts,
)
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence

_AREAS = TypeAdapter(AreaHistory)
_PLAYBOOKS = TypeAdapter(tuple[AppliedPlaybook, ...])
_SHOWN_MAX = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One export: a folder and what it says of itself."""

    folder: Folder
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Installation:
    """One journal, in one export or several that go on from each other."""

    parts: tuple[Part, ...]
    areas: AreaHistory
    playbooks: tuple[AppliedPlaybook, ...]

    @property
    def last(self) -> Manifest:
        """The newest of its manifests."""
        return self.parts[-1].manifest

    @property
    def name(self) -> str:
        """How the province calls it."""
        return self.last.name

    @property
    def handed(self) -> Handed:
        """Until when it is sealed, and when it was handed over."""
        return Handed(
            datetime.fromisoformat(self.last.sealed_at),
            datetime.fromisoformat(self.last.exported_at),
        )


def installations(
    addresses: Iterable[str], expected: FederationSpec | None = None, *, prove: bool = False
) -> tuple[Installation, ...]:
    """Read and check every export below some folders; by name.

    Invalid where a file, seal or, with ``prove``, a fact fails; where two exports hold the same
    facts; and where one is not among the expected. ``errors`` names each folder and file.
    """
    folders = [folder for address in addresses for folder in _folders(address)]
    parts, errors = [], []
    for folder in folders:
        checked = check_folder(folder)
        if prove and checked.holds:
            prove_facts(folder, checked)
        errors += [
            FieldError(f"{folder.address}/{fault.path}", fault.sentence) for fault in checked.faults
        ]
        if checked.manifest is not None:
            parts.append(Part(folder, checked.manifest))
    if not errors:
        errors = [*_doubled(parts), *_unexpected(parts, expected)]
    if errors:
        raise _refused(errors)
    journals: dict[str, list[Part]] = {}
    for part in parts:
        journals.setdefault(part.manifest.journal, []).append(part)
    found = [_installation(_in_order(held)) for held in journals.values()]
    return tuple(sorted(found, key=lambda each: each.name))


def _folders(address: str) -> list[Folder]:
    """An export, or a folder of exports: each folder in it must be one."""
    whole = Folder(address)
    paths = whole.paths()
    if MANIFEST in paths:
        return [whole]
    names = sorted({PurePath(path).parts[0] for path in paths if len(PurePath(path).parts) > 1})
    return [Folder(f"{address.rstrip('/')}/{name}") for name in names] or [whole]


def _in_order(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: part.manifest.first_seal))


def _doubled(parts: Sequence[Part]) -> list[FieldError]:
    """Name exports of one journal that overlap or leave a gap, and journals of one name."""
    errors = []
    journals: dict[str, list[Part]] = {}
    for part in parts:
        journals.setdefault(part.manifest.journal, []).append(part)
    names: dict[str, Part] = {}
    for held in journals.values():
        ordered = _in_order(held)
        errors += _gaps(ordered)
        first = names.setdefault(ordered[-1].manifest.name, ordered[-1])
        if first is not ordered[-1]:
            errors.append(
                _fault(
                    ordered[-1],
                    "与 {other} 用同一个名称 {name}，却是另一套数据。",
                    "Has the name {name} of {other}, and is another journal.",
                    other=first.folder.address,
                    name=first.manifest.name,
                )
            )
    return errors


def _gaps(ordered: Sequence[Part]) -> list[FieldError]:
    errors = []
    reached, root, before = 0, "", ""
    for part in ordered:
        manifest = part.manifest
        if manifest.first_seal <= reached:
            errors.append(
                _fault(
                    part,
                    "与 {other} 是同一单位的数据：第 {first}–{last} 号封签会算两次。",
                    "Is of the same installation as {other}: seals {first} to {last} would count "
                    "twice.",
                    other=before,
                    first=str(manifest.first_seal),
                    last=str(min(reached, manifest.last_seal)),
                )
            )
        elif manifest.first_seal > reached + 1 or (root and manifest.previous_root != root):
            errors.append(
                _fault(
                    part,
                    "缺少第 {first}–{last} 号封签：之前的导出没有给出。",
                    "Seals {first} to {last} are missing: the export before it was not given.",
                    first=str(reached + 1),
                    last=str(manifest.first_seal - 1),
                )
            )
        if manifest.last_seal > reached:
            reached, root = manifest.last_seal, manifest.root
        before = part.folder.address
    return errors


def _unexpected(parts: Sequence[Part], expected: FederationSpec | None) -> list[FieldError]:
    errors = []
    for part in parts if expected is not None else ():
        wanted = expected.find(part.manifest.name) if expected is not None else None
        if wanted is None:
            errors.append(
                _fault(
                    part,
                    "名单里没有 {name}。",
                    "{name} is not in the federation file.",
                    name=part.manifest.name,
                )
            )
        elif wanted.journal and wanted.journal != part.manifest.journal:
            errors.append(
                _fault(
                    part,
                    "不是名单所写的那套数据。",
                    "Is another journal than the federation file says.",
                )
            )
    newest = {part.manifest.name: part for part in _in_order(parts)}
    for name, part in newest.items() if expected is not None else ():
        wanted = expected.find(name) if expected is not None else None
        if wanted is not None and wanted.head and wanted.head != part.manifest.head:
            errors.append(
                _fault(part, "不是该单位告知的那次导出。", "Is another export than was announced.")
            )
    return errors


def _fault(part: Part, zh: str, en: str, **values: str) -> FieldError:
    return FieldError(part.folder.address, Sentence(zh, en, dict(values)))


def _refused(errors: Sequence[FieldError]) -> Invalid:
    shown = "\n".join(f"{each.field}: {each.sentence}" for each in errors[:_SHOWN_MAX])
    return Invalid(
        "exports_refused",
        Sentence(
            "有 {many} 处不对，没有统计：\n{shown}",
            "Nothing was counted, {many} things are wrong:\n{shown}",
            {"many": len(errors), "shown": shown},
        ),
        tuple(errors),
    )


def _installation(parts: tuple[Part, ...]) -> Installation:
    folder = parts[-1].folder
    return Installation(
        parts,
        _AREAS.validate_json(folder.read(AREAS)),
        _PLAYBOOKS.validate_json(folder.read(PLAYBOOKS)),
    )


def ids(found: Iterable[AppliedPlaybook], codes: Iterable[str]) -> tuple[UUID, ...]:
    """Return every version of some playbooks."""
    wanted = frozenset(codes)
    return tuple(each.id for each in found if each.code in wanted)
