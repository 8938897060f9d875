"""A demo is loaded whole or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from liuchi.engines.accounts import queries as accounts
from liuchi.project import demo
from liuchi.project.postgres import Cluster, Role
from liuchi.project.problems import CannotStart
from liuchi.project.settings import Mode, Settings


@pytest.fixture
def own() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="liuchi-demo-"))
    folder.chmod(0o755)
    with Cluster(folder, options={"fsync": "off"}).running() as running:
        yield running
    shutil.rmtree(folder)


def half_loaded(cluster: Cluster) -> bool:
    with cluster.connect(Role.OWNER, "liuchi") as connection:
        row = connection.execute("SELECT to_regclass('half') IS NOT NULL").fetchone()
    return row == (True,)


def test_a_demo_that_broke_off_begins_again(own: Cluster) -> None:
    settings = Settings(data_dir=own.data_dir)
    (own.data_dir / "demo.loading").touch()
    with own.connect(Role.OWNER, "liuchi") as connection:
        connection.execute("CREATE TABLE half ()")
    demo.prepare(settings, own)
    assert not half_loaded(own)
    with own.connect(Role.OWNER, "liuchi") as connection:
        connection.execute("CREATE TABLE half ()")
    demo.prepare(settings, own)
    assert half_loaded(own), "without the mark nothing is dropped"


def test_on_a_server_of_ones_own_nothing_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "demo.loading").touch()
    with pytest.raises(CannotStart) as refused:
        demo.prepare(Settings(data_dir=tmp_path), None)
    assert refused.value.code == "demo_half_loaded"


@pytest.mark.parametrize("mode", [Mode.PRODUCTION, Mode.TEST])
def test_only_a_demo_gets_the_demo(db: str, tmp_path: Path, mode: Mode) -> None:
    demo.load_if_empty(Settings(mode=mode, data_dir=tmp_path))
    assert not accounts.in_use()
    assert list(tmp_path.iterdir()) == []
