"""Databases, time and habits for every test.

``db``
    A database of this test's own, migrated, with the two roles. Ask for it by name
    (or ``pytestmark = pytest.mark.usefixtures("db")``). Django's ``default`` speaks as
    the application role and ``owner`` as the owner, as in production: nothing is
    rolled back, commits are commits, threads and other connections see the same rows.
    It is a clone of a template that is migrated once and kept until an engine changes.
    No test reaches a database without it. ``transactional_db`` (and so pytest-django's
    ``live_server``) is the same thing.
``demo_database``
    Like ``db``, but a clone of a database with the whole demo in it (loading takes ten
    seconds, once for as long as nothing under ``src`` or ``playbooks`` changes).
``cluster``
    The server those databases live in; ``cluster.connect(role, database)`` opens a raw
    connection, for tests that speak SQL as somebody. ``db`` is the database's name.
``clock``
    A ``SimulatedClock`` standing at 2026-03-02 09:00 in Shanghai, for the whole process.
    Move it with ``clock.advance(timedelta(...))`` or ``clock.move_to(...)``.

Warnings are errors, an unknown template variable raises, failing Hypothesis examples are
kept in ``.hypothesis/examples``. Everything runs as root or as an ordinary user, alone
or with ``-n 2``. Each process has a server of its own, in memory where the machine has some to
spare (``/dev/shm``), else under ``var/tests-<user>``; ``LIUCHI_TEST_DATA_DIR`` says otherwise.
It is per user, so that root's tests do not get in the way of anybody else's. Processes that share
the work start from one seed: the first to need a database migrates it and loads the demo, and all
begin with a copy of that server. What is kept in files they share, as the settings they inherit
name one folder.
"""

from __future__ import annotations

import copy
import fcntl
import hashlib
import itertools
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from liuchi.project import keys

ROOT = Path(__file__).resolve().parents[1]
MEMORY = Path("/dev/shm")  # noqa: S108  a folder of ours in it
MEMORY_FREE_BYTES_MIN = 4 << 30


def _tests_folder() -> Path:
    """Return where the servers live: a clone of a database takes a fifth of the time in memory."""
    of_this_tree = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_FREE_BYTES_MIN:
        return MEMORY / f"liuchi-tests-{os.getuid()}-{of_this_tree}"
    return ROOT / "var" / f"tests-{os.getuid()}"


# A server for each test process: a fact waits for every older transaction of its server, so
# one process's long transaction would hold up the order of facts in another's database.
_FOLDER = Path(os.environ.get("LIUCHI_TEST_DATA_DIR") or _tests_folder())
SHARES_THE_WORK = "PYTEST_XDIST_WORKER" in os.environ
TEST_DATA_DIR = _FOLDER / os.environ.get("PYTEST_XDIST_WORKER", "alone")
SEED_DIR = _FOLDER / "seed"


def _take_keys_of_the_seed() -> None:
    """Copy the seed's keys, whose passwords its server knows."""
    SEED_DIR.mkdir(parents=True, exist_ok=True)
    keys.read_or_make(SEED_DIR)
    own, shared = TEST_DATA_DIR / "keys.json", SEED_DIR / "keys.json"
    if not own.exists() or own.read_bytes() != shared.read_bytes():
        shutil.rmtree(TEST_DATA_DIR, ignore_errors=True)
        TEST_DATA_DIR.mkdir()
        shutil.copy(shared, own)


if SHARES_THE_WORK:
    _take_keys_of_the_seed()
# Named here and not in pyproject.toml: from there pytest-django reads the settings before
# this file runs, and the suite would speak to them in the mode of a demo.
os.environ["DJANGO_SETTINGS_MODULE"] = "liuchi.project.django_settings"
os.environ["LIUCHI_MODE"] = "test"
os.environ["LIUCHI_DATA_DIR"] = str(TEST_DATA_DIR)
# Whitenoise warns about a missing folder; nothing is collected into it, finders serve the suite.
(TEST_DATA_DIR / "static").mkdir(parents=True, exist_ok=True)
for _name in ("LIUCHI_DATABASE_URL", "LIUCHI_OWNER_DATABASE_URL", "LIUCHI_SECRET_KEY"):
    os.environ.pop(_name, None)

import django  # noqa: E402  the mode must be set first
from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402
from hypothesis import HealthCheck  # noqa: E402
from hypothesis import settings as hypothesis_settings  # noqa: E402
from hypothesis.database import DirectoryBasedExampleDatabase  # noqa: E402
from psycopg import Connection, sql  # noqa: E402

from liuchi.kernel import clock as kernel_clock  # noqa: E402
from liuchi.kernel import ids as kernel_ids  # noqa: E402
from liuchi.kernel.clock import SHANGHAI, SimulatedClock  # noqa: E402
from liuchi.project import database  # noqa: E402
from liuchi.project.django_settings import database as from_url  # noqa: E402
from liuchi.project.postgres import Cluster, Role  # noqa: E402

if settings.LIUCHI_MODE != "test":
    pytest.exit("the settings were read before tests/conftest.py could say that this is a test")

# A folder's own conftest may import engines, and is read before pytest-django sets up.
django.setup()

hypothesis_settings.register_profile(
    "liuchi",
    deadline=None,  # two cores shared by everything make times meaningless
    print_blob=True,
    database=DirectoryBasedExampleDatabase(ROOT / ".hypothesis" / "examples"),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.load_profile("liuchi")

Clone = Callable[[str], AbstractContextManager[str]]
Prepare = Callable[[str, Callable[[], Any]], AbstractContextManager[tuple[str, Any]]]

_numbers = itertools.count()
_TEMPLATE_PREFIX = "template_"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let processes that share the work begin with its long files, so that all end together."""
    if not SHARES_THE_WORK:
        return
    marks: dict[Path, int] = {}
    for item in items:
        found = sum(1 for name in ("slow", "browser") if item.get_closest_marker(name))
        marks[item.path] = max(marks.get(item.path, 0), found)
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (-marks[item.path], -tests[item.path], item.path))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was not tested for want of something: never in silence."""
    for report in terminalreporter.stats.get("skipped", []):
        if "spark" in report.keywords:
            terminalreporter.write_line(f"! SPARK WAS NOT TESTED: {report.longrepr[2]}", red=True)


FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "256MB",
}
"""A server that forgets safety for speed."""


@pytest.fixture(scope="session")
def cluster(django_db_blocker: object) -> Iterator[Cluster]:
    """This process's server; where several share the work it begins as a copy of the seed."""
    if SHARES_THE_WORK:
        with (SEED_DIR / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the first makes the seed, the others wait for it
            _make_seed(django_db_blocker)
            _copy_seed()
    with Cluster(TEST_DATA_DIR, options=FORGETFUL).running() as running:
        yield running


def _make_seed(django_db_blocker: object) -> None:
    """Make a server with the migrated template and the demo, unless what made it is unchanged."""
    mark = SEED_DIR / "made-of"
    wanted = _fingerprint() + _fingerprint("flows", "../../playbooks") + _ring()
    if mark.exists() and mark.read_text() == wanted:
        return
    with Cluster(SEED_DIR, options=FORGETFUL).running() as seed:
        _make_demo(seed, _make_template(seed, django_db_blocker), django_db_blocker)
    mark.write_text(wanted)


def _copy_seed() -> None:
    """Begin with the files of the seed, whatever an earlier run has left."""
    own = Cluster(TEST_DATA_DIR)
    if (own.pg_data / "postmaster.pid").exists():
        with own.running():
            pass  # takes over a server whose tests were killed, and stops it
    shutil.rmtree(own.home, ignore_errors=True)
    _copy_server(own)


def _copy_server(to: Cluster) -> None:
    to.home.parent.mkdir(parents=True, exist_ok=True)
    # With owners and rights: run by root, the server belongs to an account of its own.
    subprocess.run(["cp", "-a", Cluster(SEED_DIR).home, to.home], check=True)


@pytest.fixture(scope="session")
def migrated(cluster: Cluster) -> Callable[[Path], None]:
    """Return what puts a migrated, empty installation into a folder, of the seed's files.

    Migrating takes twenty seconds of a processor. Where one process runs alone there is no seed:
    nothing is put there, and whoever asked migrates.
    """

    def put(folder: Path) -> None:
        if not SHARES_THE_WORK:
            return
        shutil.copy(SEED_DIR / "keys.json", folder)
        _copy_server(own := Cluster(folder, options=FORGETFUL))
        name = sql.Identifier(_TEMPLATE_PREFIX + _fingerprint())
        with own.running(), own.connect() as connection:
            connection.execute("DROP DATABASE liuchi")
            connection.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(name))
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO liuchi").format(name))

    return put


@pytest.fixture(scope="session")
def template(cluster: Cluster, django_db_blocker: object) -> str:
    """Name of the migrated template, made anew when an engine has changed."""
    return _make_template(cluster, django_db_blocker)


def _make_template(cluster: Cluster, django_db_blocker: object) -> str:
    name = _TEMPLATE_PREFIX + _fingerprint()
    with cluster.connect() as connection:
        if not _is_template(connection, name):
            _drop_databases(cluster)
            cluster.create_database(connection, name)
            with django_db_blocker.unblock():  # type: ignore[attr-defined]
                _point_django_at(cluster, name)
                try:
                    database.bring_up_to_date()
                finally:
                    _point_django_at(cluster, "none")
            _keep_as_template(connection, name)
    return name


def _is_template(connection: Connection[Any], name: str) -> bool:
    known = connection.execute(
        "SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [name]
    )
    return known.fetchone() is not None


def _keep_as_template(connection: Connection[Any], name: str) -> None:
    connection.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def clone(cluster: Cluster, django_db_blocker: object) -> Clone:
    """Return what clones a database and points Django at the clone, for a block."""

    @contextmanager
    def cloned(template: str) -> Iterator[str]:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        with cluster.connect() as connection:
            cluster.create_database(connection, name, template)
            with django_db_blocker.unblock():  # type: ignore[attr-defined]
                _point_django_at(cluster, name)
                try:
                    yield name
                finally:
                    _point_django_at(cluster, "none")
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    return cloned


@pytest.fixture(scope="session")
def prepare(cluster: Cluster, clone: Clone) -> Iterator[Prepare]:
    """Return what makes a world once; each test gets a clone of its database and a copy of it.

    ``make`` is called the first time, in a clone of ``template``; what it returns is kept with
    that database until the session ends. Another time of day, another world.
    """
    made: dict[str, tuple[str, Any, Any]] = {}

    @contextmanager
    def prepared(template: str, make: Callable[[], Any]) -> Iterator[tuple[str, Any]]:
        mark = f"{template} {make.__module__}.{make.__qualname__} {kernel_clock.now()}"
        if mark not in made:
            with clone(template) as name:
                world = make()
                # The writer of points keeps a connection, and one in use can't be cloned.
                import_string("liuchi.engines.points.actions.posting.stop")()
                connections.close_all()
                kept = f"{name}_kept"
                with cluster.connect() as connection:
                    cluster.create_database(connection, kept, name)
            made[mark] = (kept, world, kernel_ids._last)
        kept, world, last_id = made[mark]
        kernel_ids._last = last_id  # as if just made: new ids come after those of the world
        with clone(kept) as name:
            yield name, copy.deepcopy(world)

    yield prepared
    with cluster.connect() as connection:
        for kept, _, _ in made.values():
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(kept)))


@pytest.fixture
def db(clone: Clone, template: str) -> Iterator[str]:
    """Clone the template for one test and point Django at the clone; yields its name."""
    with clone(template) as name:
        yield name


@pytest.fixture(scope="session")
def demo_template(cluster: Cluster, template: str, django_db_blocker: object) -> str:
    """Name of the template that holds the demo."""
    return _make_demo(cluster, template, django_db_blocker)


def _make_demo(cluster: Cluster, template: str, django_db_blocker: object) -> str:
    name = f"{template}_demo_{_fingerprint('flows', '../../playbooks')[:8]}_{_ring()}"
    with cluster.connect() as connection:
        if not _is_template(connection, name):
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
            cluster.create_database(connection, name, template)
            with django_db_blocker.unblock():  # type: ignore[attr-defined]
                _point_django_at(cluster, name)
                try:
                    import_string("liuchi.flows.demo.load")()
                finally:
                    # The writer of points keeps a connection, and one in use can't be cloned.
                    import_string("liuchi.engines.points.actions.posting.stop")()
                    _point_django_at(cluster, "none")
            with cluster.connect(database=name) as inside:
                # As autovacuum would within a minute: without it one search took six seconds.
                inside.execute("ANALYZE")
            _keep_as_template(connection, name)
    return name


@pytest.fixture
def demo_database(clone: Clone, demo_template: str) -> Iterator[str]:
    """Clone the demo for one test and point Django at the clone; yields its name."""
    with clone(demo_template) as name:
        yield name


@pytest.fixture
def transactional_db(db: str) -> str:
    """Nothing is rolled back anyway: the same as ``db``, for pytest-django's live server."""
    return db


@pytest.fixture
def clock() -> Iterator[SimulatedClock]:
    """Time stands at 09:00 on Monday, 2 March 2026, until the test moves it."""
    simulated = SimulatedClock(datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI))
    with kernel_clock.using(simulated):
        yield simulated


def _point_django_at(cluster: Cluster, name: str) -> None:
    """Close this thread's connections and send every thread's next one to ``name``."""
    for alias, role in (("default", Role.APP), ("owner", Role.OWNER)):
        connections[alias].close()
        given = from_url(cluster.url(role, name), pooled=False)
        # The dictionaries are shared with the connections of threads still to come.
        for held in (settings.DATABASES[alias], connections.settings[alias]):
            held.update(given)
        connections[alias].settings_dict.update(given)


def _fingerprint(*folders: str) -> str:
    """Return a mark of everything that shapes the migrated database, or of other folders."""
    source = ROOT / "src" / "liuchi"
    paths = [
        path
        for folder in folders or ("engines", "playbooks", "project")
        for path in (source / folder).rglob("*")
        if path.suffix in {".py", ".sql", ".yaml", ".csv", ".json"}
    ]
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(os.path.relpath(path, source).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _ring() -> str:
    """Return a mark of the key ring: it wraps what the demo keeps secret."""
    return hashlib.sha256(settings.LIUCHI_KEY_RING.to_text().encode()).hexdigest()[:8]


def _drop_databases(cluster: Cluster) -> None:
    """Drop what earlier runs have left: old templates and clones of tests that were killed."""
    with cluster.connect() as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%%' "
            "OR (datname LIKE 'test\\_%%' AND NOT EXISTS (SELECT FROM pg_stat_activity a "
            "WHERE a.datname = pg_database.datname))",
            [],
        ).fetchall()
        for (name,) in rows:
            identifier = sql.Identifier(str(name))
            if str(name).startswith(_TEMPLATE_PREFIX):
                connection.execute(
                    sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(identifier)
                )
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(identifier))
