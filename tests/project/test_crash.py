"""kill -9 of everything in turn, while claims are posted and goods are handed out.

Three rounds in the suite; ``make drill`` runs fifty (``LIUCHI_CRASH_ROUNDS``). Clients do
what a phone does: they repeat a request under the same key until it is answered. In the
end everything acknowledged is there, once, and the journal and the ledger prove it.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from liuchi.kernel.keyring import KeyRing
from liuchi.project.postgres import Cluster, Role

ROUNDS = int(os.environ.get("LIUCHI_CRASH_ROUNDS", "3"))
CLIENTS = 4
EACH_PERSON_MAX = 5  # redemptions of what each has, and claims below the month's cap
ANSWER_SECONDS_MAX = 180.0  # a machine that three test runs share; else a tenth of it
TARGETS = ("web", "postgres", "worker", "all")
WORLD = Path(__file__).with_name("crash_world.py")
TESTS = WORLD.parents[1]


@dataclass
class Installation:
    """A Liuchi of its own, served by real processes."""

    data_dir: Path
    environment: dict[str, str]
    world: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.environment['PORT']}"

    def pids(self, *words: str) -> list[int]:
        """Return the processes of this installation whose command holds all the words."""
        mark = os.fsencode(self.data_dir)
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes()
                known = mark in command or mark in (folder / "environ").read_bytes()
            except OSError:
                continue
            if known and all(word.encode() in command for word in words):
                found.append(int(folder.name))
        return found

    def kill(self, target: str) -> None:
        """Kill -9 whatever the target names, children first gone or not."""
        words = {"web": ("granian",), "worker": ("cli_entry", "worker"), "postgres": ("-D",)}
        for name, mark in words.items():
            if target in {name, "all"}:
                for pid in self.pids(*mark):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)


@dataclass
class Client(threading.Thread):
    """Repeats one request at a time under its key until it is answered, then goes on."""

    installation: Installation
    number: int
    stop: threading.Event
    acknowledged: dict[str, str] = field(default_factory=dict)  # key → id of the record
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(name=f"client-{self.number}")

    __hash__ = object.__hash__

    def run(self) -> None:
        enough = EACH_PERSON_MAX * len(self.people)
        for step in range(enough):
            if self.stop.is_set():
                return
            self.do(step)

    @property
    def people(self) -> list[str]:
        """Residents no other client acts for: what one does never uses up another's points."""
        everybody: list[str] = self.installation.world["people"]
        return everybody[self.number :: CLIENTS]

    def do(self, step: int) -> None:
        world = self.installation.world
        person, again = self.people[step % len(self.people)], step // len(self.people)
        if self.number % 2:
            who, path = world["shopkeeper"], "redemptions"
            body = {
                "person_id": person, "shop_id": world["shop"], "goods_id": world["goods"],
                "quantity": 1,
            }  # fmt: skip
        else:
            who, path = world["recorder"], "claims"
            day = date.today() - timedelta(days=again)  # noqa: DTZ011
            body = {
                "person_id": person, "rule_code": world["rule"], "quantity": 1,
                "happened_on": day.isoformat(), "note": f"crash {self.number}-{step}",
            }  # fmt: skip
        key = f"crash-{self.number}-{step}"
        self.post(who, path, key, body)

    def post(self, session: str, path: str, key: str, body: dict[str, object]) -> None:
        deadline = time.monotonic() + ANSWER_SECONDS_MAX
        token = "c" * 32
        headers = {
            "Host": "liuchi.example",
            "X-Forwarded-Proto": "https",
            "Referer": "https://liuchi.example/",
            "Cookie": f"sessionid={session}; csrftoken={token}",
            "X-CSRFToken": token,
            "Idempotency-Key": key,
        }
        while True:
            try:
                answer = httpx.post(
                    f"{self.installation.address}/api/v1/{path}",
                    headers=headers, json=body, timeout=20,
                )  # fmt: skip
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code < 500:
                break
            assert time.monotonic() < deadline, "nothing answers any more"
            time.sleep(0.05)
        if answer.status_code == 201:
            self.acknowledged[key] = answer.json()["id"]
        else:
            self.refused.append(f"{answer.status_code} {answer.text[:200]}")


@pytest.fixture
def installation(migrated: Callable[[Path], None]) -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="liuchi-crash-"))
    folder.chmod(0o755)
    migrated(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Installation(
        folder,
        {
            **os.environ,
            "LIUCHI_MODE": "production",
            "LIUCHI_SECRET_KEY": "k" * 50,
            "LIUCHI_KEY_RING": KeyRing.generate().to_text(),
            "LIUCHI_ALLOWED_HOSTS": "liuchi.example",
            "LIUCHI_DATA_DIR": str(folder),
            "PORT": str(port),
        },
    )
    prepared = subprocess.run(
        [sys.executable, WORLD, str(30 + 8 * ROUNDS)],
        check=False,
        capture_output=True,
        text=True,
        env={**made.environment, "PYTHONPATH": f"{TESTS.parent / 'src'}:{TESTS}"},
    )
    assert prepared.returncode == 0, prepared.stderr
    made.world = json.loads(prepared.stdout.splitlines()[-1])
    yield made
    with Cluster(folder).running():
        pass  # takes over what is left, and stops it
    shutil.rmtree(folder)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_there_twice(installation: Installation) -> None:
    with (
        (installation.data_dir / "said").open("wb") as said_to,
        subprocess.Popen(
            [sys.executable, "-m", "liuchi.project.cli_entry", "serve"],
            env=installation.environment,
            stdout=subprocess.DEVNULL,
            stderr=said_to,
        ) as server,
    ):
        try:
            wait_until_ready(installation)
            stop = threading.Event()
            clients = [Client(installation, number, stop) for number in range(CLIENTS)]
            for client in clients:
                client.start()
            for number in range(ROUNDS):
                before = sum(len(client.acknowledged) for client in clients)
                installation.kill(TARGETS[number % len(TARGETS)])
                wait_for_work(clients, before)
            stop.set()
            for client in clients:
                client.join(ANSWER_SECONDS_MAX)
            assert not any(client.is_alive() for client in clients)
            assert server.poll() is None
        finally:
            server.terminate()
            server.wait(30)
    said = (installation.data_dir / "said").read_text()
    assert "Internal Server Error" not in said, said
    assert [refusal for client in clients for refusal in client.refused] == []
    with Cluster(installation.data_dir).running() as cluster:
        check(cluster, clients)
    verify(installation)
    done = sum(len(client.acknowledged) for client in clients)
    sys.stdout.write(f"\n{ROUNDS} rounds, {done} acknowledged, none lost, none twice\n")


def wait_until_ready(installation: Installation) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS_MAX
    while True:
        try:
            answer = httpx.get(
                f"{installation.address}/health/ready",
                headers={"Host": "liuchi.example"},
                timeout=20,
            )
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code == 200:
            return
        assert time.monotonic() < deadline
        time.sleep(0.1)


def wait_for_work(clients: list[Client], before: int) -> None:
    """Let the clients get at least some answers after a kill, and a little more."""
    deadline = time.monotonic() + ANSWER_SECONDS_MAX
    while sum(len(client.acknowledged) for client in clients) < before + 3 * CLIENTS:
        assert time.monotonic() < deadline, [client.refused for client in clients]
        time.sleep(0.05)
    time.sleep(random.uniform(0, 0.3))  # noqa: S311  a kill at no particular moment


def check(cluster: Cluster, clients: list[Client]) -> None:
    claims = {key: record for client in clients[::2] for key, record in client.acknowledged.items()}
    bought = {
        key: record for client in clients[1::2] for key, record in client.acknowledged.items()
    }
    with cluster.connect(Role.OWNER, "liuchi") as rows:
        found = column(rows, "SELECT id FROM points_claim WHERE note LIKE 'crash %%'")
        assert sorted(found) == sorted(claims.values())
        found = column(rows, "SELECT id FROM points_redemption")
        assert sorted(found) == sorted(bought.values())
        for kind, records in (("points.claim_proposed", claims), ("points.redeemed", bought)):
            facts = column(
                rows,
                "SELECT subject_id FROM journal_fact WHERE kind = %s AND subject_id = ANY(%s)",
                kind, [*records.values()],
            )  # fmt: skip
            assert sorted(facts) == sorted(records.values())
        assert (
            column(
                rows,
                "SELECT account.id FROM points_account AS account LEFT JOIN points_entry AS entry "
                "ON entry.account_id = account.id GROUP BY account.id HAVING account.balance <> "
                "coalesce(sum(CASE entry.side WHEN 'debit' THEN -amount ELSE amount END), 0)",
            )
            == []
        )


def column(rows: psycopg.Connection[Any], query: str, *values: object) -> list[str]:
    return [str(row[0]) for row in rows.execute(query, values).fetchall()]


def verify(installation: Installation) -> None:
    """Seal what happened, export it, and let the command prove it."""
    export = installation.data_dir / "journal.jsonl"
    for words in (("seal",), ("export", str(export)), ("verify", str(export))):
        done = subprocess.run(
            [sys.executable, "-m", "liuchi.project.cli_entry", "journal", *words],
            check=False, capture_output=True, text=True, env=installation.environment,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
