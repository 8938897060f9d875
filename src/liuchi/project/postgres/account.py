"""Under which account the server runs, and where that account can read and write.

PostgreSQL refuses to run as root. Started by root, it runs under an account of
its own, which may not be able to reach the data directory (``/root`` is closed to
everyone else). Opening somebody's folder to the world is not ours to do, so the
cluster then lives under ``/var/lib`` and the data directory keeps the rest.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ACCOUNT_NAME = "liuchi-postgres"
_HOME_WHEN_UNREACHABLE = Path("/var/lib/liuchi")
_TEST_SECONDS = 10
FOLDER = "postgres"  # under the data directory, or where the account can reach


@dataclass(frozen=True, slots=True)
class Account:
    """The account the server runs under; ``None`` ids mean the one we are already."""

    name: str
    uid: int | None = None
    gid: int | None = None

    @property
    def borrowed(self) -> bool:
        """Whether the server runs under another account than this process."""
        return self.uid is not None

    def owns(self, path: Path) -> bool:
        """Whether ``path`` belongs to this account."""
        return path.stat().st_uid == (os.getuid() if self.uid is None else self.uid)

    def give(self, path: Path) -> None:
        """Hand one file or folder of ours to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can(self, flag: str, path: Path) -> bool:
        """Ask ``test -x path`` (or ``-r``, ``-w``) as this account."""
        if not self.borrowed:
            return subprocess.run(["test", flag, path], check=False).returncode == 0
        done = subprocess.run(
            ["test", flag, path],
            check=False,
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            cwd="/",
            timeout=_TEST_SECONDS,
        )
        return done.returncode == 0


def server_account(data_dir: Path) -> Account:
    """Return the account to run under: ourselves, or as root one without rights.

    A cluster that somebody else has made (``make run`` first as oneself, then as root)
    goes on under its owner: PostgreSQL starts for nobody else.
    """
    if os.getuid() != 0:
        return Account(str(os.getuid()))
    cluster = data_dir / FOLDER / "cluster"
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(str(owner.st_uid), owner.st_uid, owner.st_gid)
    for name in (ACCOUNT_NAME, "nobody"):
        entry = _find(name)
        if entry is None and name == ACCOUNT_NAME and shutil.which("useradd"):
            subprocess.run(
                [
                    *("useradd", "--system", "--user-group", "--no-create-home"),
                    *("--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", name),
                ],
                check=False,
                capture_output=True,
            )
            entry = _find(name)
        if entry is not None:
            return Account(name, entry.pw_uid, entry.pw_gid)
    return Account("65534", 65534, 65534)


def home_of(data_dir: Path, account: Account, secret: str) -> Path:
    """Return the folder for cluster and binaries, which ``account`` can reach.

    ``<data dir>/postgres``, or a folder of the same installation under
    ``/var/lib/liuchi`` where a parent of the data directory is closed to it. That one
    is found by the installation's ``secret``: it follows a data directory that is
    moved, and a new one of the same name does not meet the old one's cluster.
    """
    nearest = data_dir
    while not nearest.exists():
        nearest = nearest.parent
    if account.can("-x", nearest):
        return data_dir / FOLDER
    mark = hashlib.sha256(f"liuchi-home:{secret}".encode()).hexdigest()[:12]
    return _HOME_WHEN_UNREACHABLE / f"{data_dir.name}-{mark}" / FOLDER


def make_home(home: Path, account: Account) -> None:
    """Make the cluster's folder, closed to everyone but the account."""
    if not home.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=0o700, exist_ok=True)
        account.give(home)


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
