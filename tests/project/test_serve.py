"""``liuchi serve`` as an operator meets it: whole processes, real signals."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from liuchi.kernel.keyring import KeyRing
from liuchi.project.postgres import Cluster

COMMAND = [sys.executable, "-m", "liuchi.project.cli_entry", "serve"]
SECOND_START_SECONDS_MAX = 120  # ten on an idle machine; tests share theirs
KEY_RING = KeyRing.generate().to_text()


def production(data_dir: Path) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        **os.environ,
        "LIUCHI_MODE": "production",  # without a demo, so that starting is quick
        "LIUCHI_SECRET_KEY": "k" * 50,
        "LIUCHI_KEY_RING": KEY_RING,
        "LIUCHI_ALLOWED_HOSTS": "liuchi.example",
        "LIUCHI_DATA_DIR": str(data_dir),
        "PORT": str(port),
    }


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Start, wait until it says where it is, and make sure that it is gone afterwards."""
    with subprocess.Popen(
        COMMAND, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        lines: list[str] = []
        try:
            for line in process.stdout:
                lines.append(line)
                if "Ctrl-C" in line:
                    break
            else:
                pytest.fail("".join(lines))
            yield process
        finally:
            process.terminate()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="liuchi-serve-"))
    folder.chmod(0o755)
    yield folder
    with Cluster(folder).running():
        pass  # takes over what a failed test has left, and stops it
    shutil.rmtree(folder)


def ask(environment: dict[str, str], path: str) -> tuple[int, object]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{environment['PORT']}{path}", headers={"Host": "liuchi.example"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return answer.status, json.loads(answer.read())


def processes_of(data_dir: Path) -> list[str]:
    """Everything that runs for this installation: by its command or its environment."""
    mark = os.fsencode(data_dir)
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            known = mark in command or mark in (folder / "environ").read_bytes()
        except OSError:
            continue
        if known and int(folder.name) != os.getpid():
            found.append(command.replace(b"\0", b" ").decode())
    return found


def wait_until_none(data_dir: Path) -> None:
    deadline = time.monotonic() + 60
    while left := processes_of(data_dir):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


@pytest.mark.slow
def test_it_serves_recovers_and_leaves_no_process(data_dir: Path) -> None:
    """One installation through its life: a start takes eight seconds of a processor."""
    environment = production(data_dir)
    with serving(environment) as process:  # from nothing
        it_answers_and_ends(process, environment, signal.SIGINT)
    wait_until_none(data_dir)
    with serving(environment) as process:
        process.kill()
    began = time.monotonic()
    with serving(environment) as process:
        assert time.monotonic() - began < SECOND_START_SECONDS_MAX
        a_taken_port_and_a_second_server_are_said(environment, data_dir)
        it_answers_and_ends(process, environment, signal.SIGTERM)
    wait_until_none(data_dir)


def it_answers_and_ends(
    process: subprocess.Popen[str], environment: dict[str, str], sign: signal.Signals
) -> None:
    assert ask(environment, "/health/live") == (200, {"state": "live"})
    assert ask(environment, "/health/ready") == (200, {"state": "ready"})
    time.sleep(3)  # long enough for a worker that cannot work to say so
    process.send_signal(sign)
    assert process.wait(120) == 0
    assert process.stdout is not None
    said = [json.loads(line) for line in process.stdout.read().splitlines()]
    asked = [line["route"] for line in said if line["event"] == "request"]
    assert asked == ["health/live", "health/ready"]
    assert [line for line in said if line["level"] == "error"] == []


def a_taken_port_and_a_second_server_are_said(environment: dict[str, str], data_dir: Path) -> None:
    taken, second = (
        subprocess.run(
            COMMAND, env=environment | other, check=False, capture_output=True, text=True
        )
        for other in ({}, {"PORT": "1" + environment["PORT"][-4:]})
    )
    assert taken.returncode == 1
    assert taken.stderr.splitlines()[-1].startswith(f"✗ 端口 {environment['PORT']} 用不了")
    assert second.returncode == 1
    assert f"A Liuchi already serves {data_dir}" in second.stderr
