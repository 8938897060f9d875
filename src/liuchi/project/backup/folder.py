"""What a backup folder looks like, and which backups stay in it.

::

    liuchi-20261121-023000/   manifest.json  database.dump  files.txt
    files/ab/cd/abcd…         each content once, for all backups
    erasures.json             subjects erased, and the ordinal up to which that is known
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from liuchi.kernel.sentences import Sentence
from liuchi.project.problems import CannotStart

FORMAT = 1
PREFIX = "liuchi-"
MANIFEST, DUMP, FILES, STORE = "manifest.json", "database.dump", "files.txt", "files"
ERASURES = "erasures.json"
_CHUNK_BYTES = 1 << 20


class Manifest(BaseModel):
    """What a backup holds, so that a restore can prove it holds it again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    version: str  # of Liuchi
    server: str  # PostgreSQL's version
    taken_at: AwareDatetime
    app_role: str
    key_ids: tuple[str, ...]  # ring keys that sealed values need; the keys are elsewhere
    facts: int
    ordinal: int
    seal: int  # number of the last seal; 0 before the first
    root: str
    files: int
    dump_sha256: str
    files_sha256: str


class Erasures(BaseModel):
    """Whose secrets were destroyed, known up to an ordinal of the journal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    through: int = 0
    people: tuple[UUID, ...] = ()


def name_for(moment: datetime) -> str:
    """Return the folder name of a backup taken at a moment."""
    return f"{PREFIX}{moment:%Y%m%d-%H%M%S}"


def backups(folder: Path) -> list[Path]:
    """Return the finished backups of a folder, the oldest first."""
    return sorted(path.parent for path in folder.glob(f"{PREFIX}*/{MANIFEST}"))


def latest(folder: Path) -> Path | None:
    """Return the newest finished backup, or ``None``."""
    return found[-1] if (found := backups(folder)) else None


def manifest_of(backup: Path) -> Manifest:
    """Read a backup's manifest; ``CannotStart`` where there is none or it is another format."""
    try:
        manifest = Manifest.model_validate_json((backup / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise CannotStart(
            "not_a_backup",
            Sentence(
                "{path} 不是完整的备份：请选 liuchi-日期-时间 那一级的文件夹。",
                "{path} is not a whole backup: choose a folder named liuchi-date-time.",
                {"path": str(backup)},
            ),
        ) from error
    if manifest.format != FORMAT:
        raise CannotStart(
            "backup_of_another_format",
            Sentence(
                "{path} 由更新的版本（{version}）备份：请先升级六尺。",
                "{path} was taken by a newer Liuchi ({version}): upgrade first.",
                {"path": str(backup), "version": manifest.version},
            ),
        )
    return manifest


def file_names(backup: Path) -> Iterator[str]:
    """Yield the content names a backup needs."""
    with (backup / FILES).open(encoding="ascii") as lines:
        yield from (line.strip() for line in lines)


def prune(folder: Path, keep: int) -> int:
    """Remove all but the newest ``keep`` backups, and contents none of them needs.

    What was erased in the installation thus leaves the last backup after ``keep`` nights.
    """
    old = backups(folder)[:-keep]
    for backup in old:
        # The manifest goes first: what is left by a crash is no backup any more.
        (backup / MANIFEST).unlink()
        shutil.rmtree(backup)
    needed = {name for backup in backups(folder) for name in file_names(backup)}
    for path in (folder / STORE).glob("*/*/*"):
        if path.name not in needed:
            path.unlink()
    return len(old)


def read_erasures(path: Path) -> Erasures:
    """Read ``erasures.json``; empty where nobody was erased yet."""
    return Erasures.model_validate_json(path.read_bytes()) if path.exists() else Erasures()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader finds the old one or the new one, never a piece."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.chmod(0o600)
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copy_content(source: Path, target: Path, sha256: str) -> bool:
    """Copy one content if it is not there; ``False`` where the source is not what it says."""
    if target.exists():
        return True
    content = source.read_bytes() if source.exists() else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        return False
    write_whole(target, content)
    return True


def sha256_of(path: Path) -> str:
    """Return the hash of a file of any size."""
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def to_json(model: BaseModel) -> bytes:
    """Return a model as readable JSON."""
    return json.dumps(model.model_dump(mode="json"), indent=1).encode()
