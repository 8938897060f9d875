"""One PostgreSQL data directory and its server.

Made with ``C.UTF-8`` from PostgreSQL's built-in locale provider, so that text
sorts the same on every machine; passwords by SCRAM; reachable through a socket in
the cluster's own folder and, only if asked, one loopback port.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from liuchi.kernel.sentences import Sentence
from liuchi.project import keys as installation_keys
from liuchi.project.postgres import account as accounts
from liuchi.project.postgres import binaries, trouble
from liuchi.project.problems import CannotStart

DATABASE = "liuchi"
START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 30.0
_SOCKET_PATH_BYTES_MAX = 107  # what sockaddr_un holds on Linux
_PORT_IN_NAME = 5432  # a socket's name carries a port number even when none is open

_left_running: list[subprocess.Popen[bytes] | None] = []


class Role(StrEnum):
    """The three database roles."""

    SUPERUSER = "postgres"  # makes roles and databases, nothing else
    OWNER = "liuchi_owner"  # owns the tables, migrates
    APP = "liuchi_app"  # owns nothing


@dataclass
class Cluster:
    """A cluster under ``data_dir``; ``options`` are server settings such as ``fsync=off``."""

    data_dir: Path
    port: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _users: IO[bytes] | None = field(default=None, init=False)

    @cached_property
    def account(self) -> accounts.Account:
        """The account the server runs under."""
        return accounts.server_account(self.data_dir)

    @cached_property
    def home(self) -> Path:
        """Folder of cluster, log, socket and (if copied) programs."""
        return accounts.home_of(self.data_dir, self.account, self.password(Role.SUPERUSER))

    @property
    def pg_data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        """The server's log, begun anew at each start."""
        return self.home / "server.log"

    @cached_property
    def socket_dir(self) -> Path:
        """Folder of the socket: the cluster's, or a short one if that path is too long."""
        name = f".s.PGSQL.{self.port or _PORT_IN_NAME}.lock"
        if len(os.fsencode(self.home / name)) <= _SOCKET_PATH_BYTES_MAX:
            return self.home
        mark = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"liuchi-{mark}"

    def url(self, role: Role = Role.APP, database: str = DATABASE) -> str:
        """Return a connection URL for a role, through the socket."""
        where = urlencode({"host": str(self.socket_dir), "port": self.port or _PORT_IN_NAME})
        return f"postgresql://{role}:{quote(self.password(role))}@/{database}?{where}"

    def password(self, role: Role) -> str:
        """Return a role's password from the installation's keys."""
        keys = installation_keys.read_or_make(self.data_dir)
        match role:
            case Role.SUPERUSER:
                return keys.superuser_password
            case Role.OWNER:
                return keys.owner_password
            case Role.APP:
                return keys.app_password

    def connect(
        self, role: Role = Role.SUPERUSER, database: str = "postgres"
    ) -> psycopg.Connection[tuple[object, ...]]:
        """Open a connection that commits each statement by itself."""
        return psycopg.connect(self.url(role, database), autocommit=True, connect_timeout=5)

    def alive(self) -> bool:
        """Whether the server answers: asked by connecting, since a pid may be another's.

        Raises ``CannotStart`` if it answers that the password is wrong.
        """
        try:
            with self.connect():
                return True
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise trouble.keys_do_not_fit(self.data_dir, self.pg_data) from error
            return False

    def start(self) -> None:
        """Make the cluster if there is none, start its server if none runs, and hold it.

        Raises ``CannotStart`` with a sentence: disk full, port taken, another major
        version, a folder that is not ours.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self._alone():
            accounts.make_home(self.home, self.account)
            self._check_version()
            if not (self.pg_data / "PG_VERSION").exists():
                self._initialise()
            try:
                if not self.alive():
                    self._launch()
            except CannotStart:
                if self._process is not None:  # ours; somebody else's is left alone
                    self._halt()
                raise
            self._make_roles()
            self._hold()

    def stop(self) -> None:
        """Let go of the server; the last to let go stops it cleanly."""
        self._reap()
        if self._users is None:
            return
        with self._alone():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                # Another process still uses it and will stop it. Python complains about
                # a child it forgets while it runs, so this one is remembered.
                _left_running.append(self._process)
            else:
                self._halt()
            finally:
                self._users.close()
                self._users = None

    def revive(self) -> None:
        """Start the server again if it has died under us; cheap while it lives."""
        pid = self._pid()
        if pid is not None and self._is_our_server(pid):
            return
        if self._process is not None:
            self._process.wait(STOP_SECONDS_MAX)
        with self._alone():
            if not self.alive():
                self._launch()

    @contextlib.contextmanager
    def running(self) -> Iterator[Cluster]:
        """Start, run the block, let go."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.data_dir / "postgres.start.lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _hold(self) -> None:
        if self._users is None:
            self._users = (self.data_dir / "postgres.users.lock").open("wb")
            fcntl.flock(self._users, fcntl.LOCK_SH)

    def _check_version(self) -> None:
        path = self.pg_data / "PG_VERSION"
        if not path.exists():
            return
        found, ours = path.read_text().strip(), binaries.major()
        if found != ours:
            raise trouble.other_version(found, ours, self.pg_data)

    def _initialise(self) -> None:
        trouble.check_space(self.home)
        if self.pg_data.exists():
            shutil.rmtree(self.pg_data)  # a first start that broke off half way
        password_file = self.home / ".password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.password(Role.SUPERUSER))
        self.account.give(password_file)
        try:
            done = self._run(
                "initdb",
                f"--pgdata={self.pg_data}",
                f"--username={Role.SUPERUSER}",
                f"--pwfile={password_file}",
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
                *(["--no-sync"] if self.options.get("fsync") == "off" else []),
            )
        finally:
            password_file.unlink()
        if done.returncode != 0:
            shutil.rmtree(self.pg_data, ignore_errors=True)
            raise trouble.from_output(done.stdout.decode(errors="replace"), self.log)

    def _launch(self) -> None:
        trouble.check_space(self.home)
        self._make_socket_dir()
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            self._wait_for_leftover(deadline)
            self._reap()
            process = self._process = self._spawn()
            while process.poll() is None:
                if self.alive():
                    return
                if time.monotonic() > deadline:
                    self._halt()
                    raise trouble.too_slow(self.log)
                time.sleep(0.05)
            output = self.log.read_text(errors="replace")
            # After a kill -9 its children need a moment to notice and let go.
            if not trouble.is_passing(output) or time.monotonic() > deadline:
                raise trouble.from_output(output, self.log)
            time.sleep(0.5)

    def _spawn(self) -> subprocess.Popen[bytes]:
        options = {
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            "listen_addresses": "127.0.0.1" if self.port else "",
            "port": str(self.port or _PORT_IN_NAME),
            "max_connections": "200",
            "lc_messages": "C",
            **self.options,
        }
        settings = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        self.log.unlink(missing_ok=True)
        with self.log.open("wb") as log:
            # A session of its own: Ctrl-C at the terminal is for us, and we stop it in order.
            return subprocess.Popen(
                [self._bin / "postgres", "-D", self.pg_data, *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._as_account(),
            )

    def _wait_for_leftover(self, deadline: float) -> None:
        """Wait for a server that is on its way up or down; drop a pid file that lies."""
        while (pid := self._pid()) is not None:
            if not self._is_our_server(pid):
                (self.pg_data / "postmaster.pid").unlink(missing_ok=True)
                for left in self.socket_dir.glob(".s.PGSQL.*"):
                    left.unlink(missing_ok=True)
                return
            if self.alive():
                return
            if time.monotonic() > deadline:
                raise trouble.too_slow(self.log)
            time.sleep(0.1)

    def _pid(self) -> int | None:
        try:
            return int((self.pg_data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def _is_our_server(self, pid: int) -> bool:
        """Whether ``pid`` is this cluster's server, not a stranger who got its number."""
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(self.pg_data) in words

    def _reap(self) -> None:
        """Take note of a server of ours that has ended, or it would stay as a zombie."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None

    def _halt(self) -> None:
        pid = self._pid()
        if pid is None or not self._is_our_server(pid):
            return
        for sign, seconds in ((signal.SIGINT, STOP_SECONDS_MAX), (signal.SIGQUIT, 5.0)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                self._reap()
                if not self._is_our_server(pid):
                    if self._process is not None:
                        self._process.wait(STOP_SECONDS_MAX)  # it is gone; take note of it
                    return
                time.sleep(0.02)

    def _make_roles(self) -> None:
        with self.connect() as connection:
            for role, rights in ((Role.OWNER, "CREATEDB"), (Role.APP, "NOCREATEDB")):
                known = connection.execute(
                    "SELECT 1 FROM pg_roles WHERE rolname = %s", [role]
                ).fetchone()
                connection.execute(
                    sql.SQL(
                        "{verb} ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS {rights} "
                        "PASSWORD {password}"
                    ).format(
                        verb=sql.SQL("ALTER" if known else "CREATE"),
                        role=sql.Identifier(role),
                        rights=sql.SQL(rights),
                        password=sql.Literal(self.password(role)),
                    )
                )
            if not connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone():
                self.create_database(connection, DATABASE)

    def make_database_anew(self) -> None:
        """Drop the installation's database with all it holds, and make an empty one."""
        with self.connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(DATABASE))
            )
            self.create_database(connection, DATABASE)

    @staticmethod
    def create_database(
        connection: psycopg.Connection[tuple[object, ...]], name: str, template: str = "template0"
    ) -> None:
        """Make a database that belongs to the owner role and is closed to strangers.

        Files are copied as they are: by way of the log (the default) takes three times as long.
        """
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(Role.OWNER), sql.Identifier(template)
            )
        )

    @cached_property
    def _bin(self) -> Path:
        return binaries.usable_by(self.account, self.home)

    def _as_account(self) -> dict[str, Any]:
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        if not self.account.borrowed:
            return {"env": environment, "cwd": self.home}
        return {
            "env": environment,
            "cwd": self.home,
            "user": self.account.uid,
            "group": self.account.gid,
            "extra_groups": [],
        }

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [self._bin / program, *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **self._as_account(),
        )

    def _make_socket_dir(self) -> None:
        if self.socket_dir == self.home:
            return
        if not self.socket_dir.exists():
            self.socket_dir.mkdir(mode=0o700)
            self.account.give(self.socket_dir)
        # The name in the shared folder can be guessed: somebody else's is refused.
        if self.socket_dir.is_symlink() or not self.account.owns(self.socket_dir):
            raise CannotStart(
                "socket_folder_not_ours",
                Sentence(
                    "{folder} 不是本程序建立的，请删除后再启动。",
                    "{folder} was not made by Liuchi: remove it and start again.",
                    {"folder": str(self.socket_dir)},
                ),
            )
