"""The installation's own secrets: one file that only its owner can read.

``<data dir>/keys.json`` holds the passwords of the embedded database's three
roles, the key that signs sessions, and the key ring for sensitive fields. It is
made once, on first start, and belongs in the backup apart from the database.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

from pydantic import BaseModel, ConfigDict

FILE_NAME = "keys.json"
_PASSWORD_BYTES = 24
_KEY_BYTES = 32


class KeyRing(BaseModel):
    """Keys for sensitive fields: encrypt with ``current``, decrypt with any.

    ``keys`` maps a key's name to 32 bytes in URL-safe base64; ``lookup`` is the key
    of the hashes that find a row by a sensitive value, and never rotates by itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    current: str
    keys: dict[str, str]
    lookup: str


class Keys(BaseModel):
    """What ``keys.json`` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    superuser_password: str
    owner_password: str
    app_password: str
    secret_key: str
    key_ring: KeyRing


def new_keys() -> Keys:
    """Return fresh secrets, kept nowhere yet."""
    return Keys(
        superuser_password=secrets.token_urlsafe(_PASSWORD_BYTES),
        owner_password=secrets.token_urlsafe(_PASSWORD_BYTES),
        app_password=secrets.token_urlsafe(_PASSWORD_BYTES),
        secret_key=secrets.token_urlsafe(2 * _KEY_BYTES),
        key_ring=KeyRing(current="first", keys={"first": _new_key()}, lookup=_new_key()),
    )


def read(data_dir: Path) -> Keys | None:
    """Return the installation's secrets, or ``None`` before the first start."""
    path = data_dir / FILE_NAME
    if not path.exists():
        return None
    return Keys.model_validate_json(path.read_bytes())


def read_or_make(data_dir: Path) -> Keys:
    """Return the installation's secrets, making them on the first start.

    Two processes may start at once: the file is linked into place whole, and the
    one that comes second reads what the first has written.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / FILE_NAME
    if not path.exists():
        draft = data_dir / f".{FILE_NAME}.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(new_keys().model_dump(), file, indent=1)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    keys = read(data_dir)
    assert keys is not None  # noqa: S101  written above
    return keys


def _new_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
