"""The installation's own secrets: one file that only its owner can read.

``<data dir>/keys.json`` holds the passwords of the embedded database's three
roles, the key that signs sessions, and the key ring for sensitive fields. It is
made once, on first start, and belongs in the backup apart from the database.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import tempfile
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from liuchi.kernel.keyring import KeyRing
from liuchi.kernel.sentences import Sentence
from liuchi.project.problems import CannotStart

FILE_NAME = "keys.json"
_PASSWORD_BYTES = 24
_SECRET_KEY_BYTES = 64


class Keys(BaseModel):
    """What ``keys.json`` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    superuser_password: str
    owner_password: str
    app_password: str
    secret_key: str
    key_ring: str  # the text form of ``kernel.keyring.KeyRing``


def new_keys() -> Keys:
    """Return fresh secrets, kept nowhere yet."""
    return Keys(
        superuser_password=secrets.token_urlsafe(_PASSWORD_BYTES),
        owner_password=secrets.token_urlsafe(_PASSWORD_BYTES),
        app_password=secrets.token_urlsafe(_PASSWORD_BYTES),
        secret_key=secrets.token_urlsafe(_SECRET_KEY_BYTES),
        key_ring=KeyRing.generate().to_text(),
    )


def read(data_dir: Path) -> Keys | None:
    """Return the installation's secrets, or ``None`` before the first start."""
    path = data_dir / FILE_NAME
    if not path.exists():
        return None
    try:
        return Keys.model_validate_json(path.read_bytes())
    except (ValidationError, OSError) as error:
        # The file holds secrets: what is wrong in it must not be repeated here.
        raise CannotStart(
            "keys_unreadable",
            Sentence(
                "{path} 读不出来：请用备份恢复它，或检查文件的属主和权限。",
                "{path} cannot be read: restore it from the backup, or check whose file it is.",
                {"path": str(path)},
            ),
        ) from error


def read_or_make(data_dir: Path) -> Keys:
    """Return the installation's secrets, making them on the first start.

    Two processes may start at once: the file is linked into place whole, and the
    one that comes second reads what the first has written.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / FILE_NAME
    if not path.exists():
        # A temporary file is closed to others from its first moment.
        with tempfile.NamedTemporaryFile("w", dir=data_dir, encoding="utf-8") as draft:
            json.dump(new_keys().model_dump(), draft, indent=1)
            draft.flush()
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, path)
    keys = read(data_dir)
    assert keys is not None  # noqa: S101  written above
    return keys


def rotate(data_dir: Path) -> str:
    """Add a fresh current key to the ring of the file and return its name.

    The older keys stay: what lies under them is moved to the new one by the worker, at
    night or when an administrator asks for it.
    """
    held = read_or_make(data_dir)
    ring = KeyRing.from_text(held.key_ring).rotated()
    fresh = held.model_copy(update={"key_ring": ring.to_text()})
    with tempfile.NamedTemporaryFile("w", dir=data_dir, encoding="utf-8", delete=False) as draft:
        json.dump(fresh.model_dump(), draft, indent=1)
    # Whole or not at all: half a file of keys would close everything.
    Path(draft.name).replace(data_dir / FILE_NAME)
    return ring.current


def refuse_missing(data_dir: Path) -> None:
    """Raise ``CannotStart`` where the installation has no keys yet."""
    if read(data_dir) is None:
        raise CannotStart(
            "keys_missing",
            Sentence(
                "{folder} 里没有 keys.json：请先放入原来的 keys.json。",
                "There is no keys.json in {folder}: put the installation's own there first.",
                {"folder": str(data_dir)},
            ),
        )
