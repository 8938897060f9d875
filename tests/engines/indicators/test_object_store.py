"""An export in an object store: over HTTP, to a server of the S3 protocol that others wrote.

The server (moto) is a process of its own on loopback. Between it and us stands a wire that can
be cut in the middle of an export.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyarrow.fs import S3FileSystem
from typer.testing import CliRunner

from engines.indicators import worlds
from engines.indicators.worlds import AS_OF, NOW, SYSTEM
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.queries.exports import Wanted, count, installations
from liuchi.engines.indicators.queries.exports.duck import DuckDB
from liuchi.engines.journal.rules.parquet import Folder, check_folder, prove_facts
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.errors import Busy, Refused
from liuchi.playbooks.registry import using
from liuchi.surfaces.cli.journal import app

if TYPE_CHECKING:
    from conftest import Prepare

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("facts")]
LOOPBACK = "127.0.0.1"
FETCHED = worlds.ROOT / ".venv" / "tools" / "s3-server"
STARTS_WITHIN_SECONDS = 30.0
CHUNK = 1 << 16


class Wire:
    """Passes bytes on to a server; once it is cut, to nobody any more."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listening = socket.create_server((LOOPBACK, 0))
        self.port = int(self._listening.getsockname()[1])
        self._sockets: list[socket.socket] = []
        self._left: int | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, many: int) -> None:
        """Let so many more bytes through to the server, and nothing after them."""
        self._left = many

    def close(self) -> None:
        """Cut it."""
        self._left = 0
        for each in (self._listening, *self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                ours, _ = self._listening.accept()
                theirs = socket.create_connection((LOOPBACK, self._port))
                self._sockets += [ours, theirs]
                for ends in ((ours, theirs, True), (theirs, ours, False)):
                    threading.Thread(target=self._pass, args=ends, daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(CHUNK):
                if up and self._left is not None:
                    content = content[: self._left]
                    self._left -= len(content)
                    if not self._left:
                        target.sendall(content)
                        self.close()
                        return
                target.sendall(content)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server of the S3 protocol; skips, and the summary says so, without one."""
    if not FETCHED.is_dir():
        pytest.skip("there is no server of the S3 protocol (scripts/setup.py test fetches it)")
    with socket.create_server((LOOPBACK, 0)) as held:
        port = int(held.getsockname()[1])
    log = tmp_path_factory.mktemp("s3") / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(port)],
            stdout=out,
            stderr=out,
            env={**os.environ, "PYTHONPATH": str(FETCHED), "PYTHONWARNINGS": "default"},
        )
    try:
        ends = time.monotonic() + STARTS_WITHIN_SECONDS
        while True:
            with contextlib.closing(socket.socket()) as asking:
                if asking.connect_ex((LOOPBACK, port)) == 0:
                    break
            assert time.monotonic() < ends, log.read_text(errors="replace")[-2000:]
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def wire(server: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """The way to the server, as a county's machine is told it: by its environment."""
    made = Wire(server)
    told = {
        "AWS_ENDPOINT_URL": f"http://{LOOPBACK}:{made.port}",
        "AWS_ACCESS_KEY_ID": "county",
        "AWS_SECRET_ACCESS_KEY": "county",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def bucket(wire: Wire, request: pytest.FixtureRequest) -> str:
    """A bucket of the test's own."""
    name = f"county-{zlib.crc32(request.node.name.encode())}"
    direct = S3FileSystem(
        endpoint_override=os.environ["AWS_ENDPOINT_URL"], allow_bucket_creation=True
    )
    direct.create_dir(name)
    return f"s3://{name}"


@pytest.fixture
def facts(prepare: Prepare, template: str) -> Iterator[None]:
    """A journal of two hundred facts, sealed."""
    with (
        using(worlds.kinds()),
        kernel_clock.using(SimulatedClock(NOW)),
        prepare(template, worlds.made) as (_, areas),
    ):
        worlds.written(worlds.some_facts(200), areas)
        worlds.sealed()
        yield


def test_what_is_written_there_is_listed_proved_and_counted(bucket: str, tmp_path: Path) -> None:
    manifest = worlds.exported(f"{bucket}/here")
    worlds.exported(tmp_path / "here")
    folder = Folder(f"{bucket}/here")
    assert folder.paths() == Folder(str(tmp_path / "here")).paths()
    assert prove_facts(folder, check_folder(folder)).faults == []

    done = CliRunner().invoke(app, ["verify", f"{bucket}/here", "--head", manifest.head])
    assert (done.exit_code, f"{manifest.facts} facts in" in done.output) == (0, True)
    office = directory.area_named(worlds.OFFICE).code
    codes = ("w.count", "w.amount", "w.people", "w.rate")
    wanted = Wanted(as_of=AS_OF[1], codes=codes, area=office, by="month")
    with DuckDB() as engine:
        found = worlds.told(count(engine, installations([bucket]), wanted))
    assert found == worlds.live(SYSTEM, wanted)


def test_an_altered_object_is_named(bucket: str) -> None:
    worlds.exported(f"{bucket}/here")
    folder = Folder(f"{bucket}/here")
    path = "facts/probe.bought/000001.parquet"
    content = folder.read(path)
    with folder.filesystem.open(folder.full(path), "wb") as out:
        out.write(content[:-1] + b"x")
    (fault,) = check_folder(folder).faults
    assert (fault.code, fault.path) == ("altered", path)


@pytest.mark.parametrize("after", [2_000, 40_000, 100_000])
def test_a_connection_that_breaks_leaves_nothing_that_counts_as_whole(
    bucket: str, wire: Wire, server: int, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    wire.cut_after(after)
    with pytest.raises(Busy, match="An export that was cut short is none"):
        worlds.exported(f"{bucket}/here")

    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{LOOPBACK}:{server}")  # the connection is back
    left = Folder(f"{bucket}/here")
    assert "manifest.json" not in left.paths()
    assert [each.code for each in check_folder(left).faults] == ["unfinished"]
    if left.paths():
        with pytest.raises(Refused, match="not empty"):
            worlds.exported(f"{bucket}/here")
    worlds.exported(f"{bucket}/again")
    assert check_folder(Folder(f"{bucket}/again")).faults == []
