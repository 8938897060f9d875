"""One definition gives one figure on a Spark of one master and two workers.

The cluster is this test's own, on loopback alone, and is stopped with it. Spark is an extra: where
it or Java is not there, the run says so in its summary.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engines.indicators import worlds
from engines.indicators.worlds import AS_OF, NOW, SYSTEM
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.queries.exports import Wanted, count, installations
from liuchi.engines.indicators.queries.exports.duck import DuckDB
from liuchi.engines.indicators.queries.exports.spark import Spark
from liuchi.engines.indicators.spec import IndicatorSpec, IndicatorsSpec
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.clock import SimulatedClock
from liuchi.playbooks.registry import using

if TYPE_CHECKING:
    from conftest import Prepare

pytestmark = [pytest.mark.spark, pytest.mark.slow]
FETCHED = worlds.ROOT / ".venv" / "tools" / "spark"
LOOPBACK = "127.0.0.1"
STARTS_WITHIN_SECONDS = 40.0
MEMORY = "512m"


def spark_home() -> Path:
    """Return where PySpark is; skips, and the summary says so, where it or Java is not."""
    if shutil.which("java") is None:
        pytest.skip("there is no Java (apt-get install openjdk-17-jre-headless)")
    if not importlib.util.find_spec("pyspark") and FETCHED.is_dir():
        sys.path.append(str(FETCHED))
    found = importlib.util.find_spec("pyspark")
    if found is None or found.origin is None:
        pytest.skip("PySpark is not installed (scripts/setup.py test fetches it)")
    return Path(found.origin).parent


def free_port() -> int:
    with socket.socket() as held:
        held.bind((LOOPBACK, 0))
        return int(held.getsockname()[1])


def listens(port: int) -> bool:
    with contextlib.closing(socket.socket()) as asking:
        return asking.connect_ex((LOOPBACK, port)) == 0


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A master and two workers, each one processor and half a gigabyte."""
    home = spark_home()
    work = tmp_path_factory.mktemp("spark")
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_WORKER_DIR": str(work),
        "SPARK_LOCAL_DIRS": str(work),
        "SPARK_DAEMON_MEMORY": "256m",
    }
    port, pages = free_port(), free_port()
    address = f"spark://{LOOPBACK}:{port}"
    deploy = "org.apache.spark.deploy"
    commands = [
        [f"{deploy}.master.Master", "--host", LOOPBACK, "--port", str(port)],
        *[[f"{deploy}.worker.Worker", "--host", LOOPBACK, "-c", "1", "-m", MEMORY, address]] * 2,
    ]
    started: list[subprocess.Popen[bytes]] = []
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        with (work / "log").open("wb") as log:
            for number, command in enumerate(commands):
                words = [*command, "--webui-port", str(pages if number == 0 else free_port())]
                started.append(
                    subprocess.Popen(
                        [str(home / "bin" / "spark-class"), *words],
                        env=environment,
                        stdout=log,
                        stderr=log,
                    )
                )
                if number == 0:
                    wait_for(port, work / "log")
            yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
        os.environ.clear()
        os.environ.update(before)


def wait_for(port: int, log: Path) -> None:
    ends = time.monotonic() + STARTS_WITHIN_SECONDS
    while not listens(port):
        assert time.monotonic() < ends, log.read_text(errors="replace")[-2000:]
        time.sleep(0.1)


SETTINGS = {
    "spark.driver.host": LOOPBACK,
    "spark.driver.bindAddress": LOOPBACK,
    "spark.driver.memory": MEMORY,
    "spark.executor.memory": MEMORY,
    "spark.executor.cores": "1",
    "spark.cores.max": "2",
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",
    "spark.scheduler.maxRegisteredResourcesWaitingTime": "30s",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Three hundred facts: compiling code for them takes Java longer than counting them.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


def test_every_definition_says_the_same_on_postgresql_duckdb_and_spark(
    master: str, prepare: Prepare, template: str, tmp_path: Path
) -> None:
    with (
        using(worlds.kinds()),
        kernel_clock.using(SimulatedClock(NOW)),
        prepare(template, worlds.made) as (_, areas),
    ):
        worlds.written(worlds.some_facts(300), areas)
        worlds.sealed()
        worlds.exported(tmp_path / "here")
        office = directory.area_named(worlds.OFFICE).code
        found = installations([str(tmp_path / "here")])
        shipped = [each.code for each in everything() if not each.code.startswith("w.")]
        made_up = [str(each["code"]) for each in worlds.SYNTHETIC]
        ever = Wanted(as_of=AS_OF[1], area=office, codes=(*made_up, *shipped[::3]))
        monthly = tuple(each.code for each in everything() if "month" in each.by)
        asked = [
            replace(ever, as_of=AS_OF[0]),
            replace(ever, by="month", codes=tuple(c for c in ever.codes if c in monthly)[::2]),
            replace(ever, by="goods", codes=tuple(made_up[:4])),
        ]
        live = [worlds.live(SYSTEM, each) for each in asked]
        for each, wanted in zip(live, asked, strict=True):
            with DuckDB() as engine:
                assert worlds.told(count(engine, found, wanted)) == each
        with Spark(master, SETTINGS) as engine:
            for each, wanted in zip(live, asked, strict=True):
                assert worlds.told(count(engine, found, wanted)) == each
            assert workers(engine) == 2
        assert len({code for code, _ in live[0]}) >= 25


def everything() -> list[IndicatorSpec]:
    """Every definition of the world."""
    each = worlds.definitions().values()
    return [spec for held in each for spec in IndicatorsSpec.model_validate(held).root]


def workers(engine: Spark) -> int:
    """How many executors a session has, beside its driver."""
    context = engine._session.sparkContext._jsc.sc()
    return int(context.getExecutorMemoryStatus().size()) - 1
