"""``liuchi serve``: database, web server and worker as one thing that starts and stops.

This process supervises: it brings the database up to date, loads the demo into an
empty demo database, starts the two others and waits. Whatever way it ends, no process
stays behind; after a kill -9 of this one the kernel tells the children to stop, and
the next start takes over the database server.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from liuchi.engines.accounts import queries as accounts
from liuchi.kernel.sentences import Sentence
from liuchi.project import database, demo, periodic, static
from liuchi.project.postgres import Cluster
from liuchi.project.problems import CannotStart
from liuchi.project.settings import Settings
from liuchi.project.worker import stop_on_signal

READY_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 15.0
# A child that dies young is started again ever more slowly, then given up: something is
# wrong that a restart does not mend. One that has lived a while begins anew.
YOUNG_SECONDS = 5.0
YOUNG_DEATHS_MAX = 8  # with the pauses some forty seconds, longer than a database recovers
PAUSE_SECONDS_MAX = 8.0
_WATCH_SECONDS = 0.5
THREADS = 80
"""Of the web server; more than ``admission.AT_ONCE``, so that one is free to turn others away."""
CONNECTIONS = 1_024
"""Kept open at once: an idle browser's counts as well, and whoever is beyond it waits unheard."""
_PR_SET_PDEATHSIG = 1


def run(settings: Settings) -> int:
    """Serve until SIGINT or SIGTERM; return the exit status."""
    refuse_taken_port(settings)
    stop = threading.Event()
    with alone(settings), contextlib.ExitStack() as stack:
        cluster = None
        if settings.embedded:
            cluster = Cluster(settings.data_dir, port=settings.postgres_port)
            stack.enter_context(cluster.running())
        demo.prepare(settings, cluster)
        database.bring_up_to_date()
        periodic.make_ready()  # a fact of this very month needs its partition
        demo.load_if_empty(settings)
        sign_ins = accounts.demo_sign_ins()
        static.collect()
        database.close()
        stop_on_signal(stop)
        children = [Child("web", web_command(settings)), Child("worker", worker_command())]
        for child in children:
            stack.callback(child.stop)
            child.start()
        try:
            wait_until_ready(settings, children, stop)
            if not stop.is_set():
                announce(settings, sign_ins)
            watch(children, cluster, stop)
        finally:
            for child in children:
                child.tell_to_stop()  # together first, then one by one
    return 0


@dataclass
class Child:
    """One process of ours, restarted when it dies."""

    name: str
    command: list[str]
    young_deaths: int = 0  # one after the other
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _started: float = field(default=0.0, init=False)
    _start_after: float | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C at the terminal is for the supervisor."""
        self._started, self._start_after = time.monotonic(), None
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  one call to the kernel, no lock taken
        )

    def is_running(self) -> bool:
        """Whether it lives."""
        return self.process is not None and self.process.poll() is None

    def revive(self) -> None:
        """Start it again once it has died, after a pause that grows; never waits itself."""
        now = time.monotonic()
        if self._start_after is None:
            young = now - self._started < YOUNG_SECONDS
            self.young_deaths = self.young_deaths + 1 if young else 0
            pause = min(_WATCH_SECONDS * 2**self.young_deaths, PAUSE_SECONDS_MAX)
            self._start_after = now + (pause if young else 0)
        if now >= self._start_after:
            self.start()

    def tell_to_stop(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self) -> None:
        """Make sure it and what it has started are gone."""
        if self.process is None:
            return
        self.tell_to_stop()
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


def web_command(settings: Settings) -> list[str]:
    """Return the command of the web server."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", settings.host, "--port", str(settings.port)),
        *("--workers", "1", "--blocking-threads", str(THREADS)),
        *("--backpressure", str(CONNECTIONS)),
        *("--log-level", "error", "--workers-kill-timeout", "10"),
        "liuchi.project.wsgi:application",
    ]


def worker_command() -> list[str]:
    """Return the command of the background process."""
    return [sys.executable, "-m", "liuchi.project.cli_entry", "worker"]


def refuse_taken_port(settings: Settings) -> None:
    """Raise if something else listens where the web server should."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotStart(
                "port_taken",
                Sentence(
                    "端口 {port} 用不了（{why}）：请换一个，例如 make run PORT={other}。",
                    "Port {port} cannot be used ({why}): choose another, such as "
                    "make run PORT={other}.",
                    {
                        "port": settings.port,
                        "other": settings.port + 1,
                        "why": os.strerror(error.errno or 0),
                    },
                ),
            ) from error


@contextlib.contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the data directory: two servers on one would both think it theirs."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / "serve.lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart(
                "already_serving",
                Sentence(
                    "{folder} 已有一个正在运行的六尺：请先停止它，或另设 LIUCHI_DATA_DIR。",
                    "A Liuchi already serves {folder}: stop it first, or set another "
                    "LIUCHI_DATA_DIR.",
                    {"folder": str(settings.data_dir)},
                ),
            ) from error
        yield


def answers(settings: Settings, path: str) -> int | None:
    """Return the status our web server answers an address with; ``None`` where it is silent."""
    request = urllib.request.Request(
        f"http://{settings.host}:{settings.port}{path}",
        headers={"Host": settings.allowed_hosts[0] if settings.allowed_hosts else "localhost"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


def wait_until_ready(settings: Settings, children: list[Child], stop: threading.Event) -> None:
    """Wait for the web server's first answer."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    while not stop.wait(0.1):
        status = answers(settings, "/health/live")
        if status == HTTPStatus.OK:
            return
        late = time.monotonic() > deadline or not children[0].is_running()
        if status is not None or late:  # it answers, and says that it cannot; or it is silent
            raise CannotStart(
                "web_silent",
                Sentence(
                    "网站没有启动，原因见上面的输出。",
                    "The web server did not start; its words are above.",
                ),
            )


def watch(children: list[Child], cluster: Cluster | None, stop: threading.Event) -> None:
    """Restart what dies, until told to stop."""
    while not stop.wait(_WATCH_SECONDS):
        if cluster is not None:
            cluster.revive()
        for child in children:
            if child.is_running():
                continue
            child.revive()
            if child.young_deaths > YOUNG_DEATHS_MAX:
                raise CannotStart(
                    "child_keeps_dying",
                    Sentence(
                        "{name} 一再退出，已停止；原因见上面的输出。",
                        "{name} ended again and again, so everything was stopped; its words "
                        "are above.",
                        {"name": child.name},
                    ),
                )


def announce(settings: Settings, sign_ins: Sequence[accounts.DemoSignInRow]) -> None:
    """Print where it is and, for a demo, who may sign in."""
    base = f"http://{settings.host}:{settings.port}"
    print(f"\n六尺 Liuchi\n  居民 portal  {base}/\n  工作台 desk  {base}/desk/")
    print(f"  接口 API     {base}/api/v1/openapi.json")
    if sign_ins:
        print("\n演示账号 demo sign-ins（只在演示库中有效 valid in a demo database only）")
        for row in sign_ins:
            print(f"  {row.username:<24} {row.password:<16} {row.area_name} {row.title}")
    print("\nCtrl-C 停止 stops.", flush=True)


def _die_with_parent() -> None:
    """Ask Linux to send SIGTERM when the supervisor dies, whatever it dies of."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
