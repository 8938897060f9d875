"""``liuchi doctor``: the state of everything, and for each fault what mends it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import psycopg
from django.conf import settings as django_settings

from liuchi.kernel import clock, paper
from liuchi.kernel.sentences import Sentence
from liuchi.project import backup, database, keys, static
from liuchi.project.postgres import Cluster, binaries
from liuchi.project.problems import CannotStart
from liuchi.project.settings import Mode, Settings
from liuchi.project.state import journal_state, notices_state

SPACE_BYTES_LOW = 1024**3
SECONDS_BEHIND_MAX = 60
BACKUP_AGE_MAX = timedelta(hours=26)
FACTS_BEHIND_MAX = 1000
PARTITIONS_AHEAD_MIN = 2
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class State(StrEnum):
    """How a finding reads."""

    GOOD = "✓"
    NOTE = "·"  # worth knowing; nothing is broken
    FAULT = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what it is, how it is, and what mends it."""

    code: str
    state: State
    what: str
    mend: Sentence | None = None

    def __str__(self) -> str:
        """Return one or two lines for the terminal."""
        words = [f"{self.state} {self.what}"]
        if self.mend:
            words += [f"    → {self.mend.in_language(language)}" for language in ("zh", "en")]
        return "\n".join(words)


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at everything; a database that is stopped is started for the look."""
    looks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _python,
        _programs,
        _space,
        _key_ring,
        _front_end,
        _printing,
        _browser,
        _backup,
        _database,
    )
    return tuple(finding for look in looks for finding in look(settings))


def _python(_settings: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    inside = sys.prefix != sys.base_prefix
    yield Finding(
        "python",
        State.GOOD if inside else State.NOTE,
        f"Python {version}" + ("" if inside else " (outside a virtual environment)"),
    )


def _programs(settings: Settings) -> Iterator[Finding]:
    if not settings.embedded:
        yield Finding("postgres_programs", State.GOOD, "PostgreSQL: LIUCHI_DATABASE_URL")
        return
    try:
        folder = binaries.installed()
    except CannotStart as problem:
        yield Finding("postgres_programs", State.FAULT, "PostgreSQL", problem.sentence)
    else:
        yield Finding(
            "postgres_programs", State.GOOD, f"PostgreSQL {binaries.version()} ({folder})"
        )


def _space(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    mend = None
    if free < SPACE_BYTES_LOW:
        mend = Sentence(
            "磁盘空间不足：请清理 {folder} 所在磁盘。",
            "Little disk space is left: free some where {folder} lies.",
            {"folder": str(folder)},
        )
    yield Finding(
        "disk_space",
        State.FAULT if mend else State.GOOD,
        f"磁盘剩余 free disk {free / 1024**3:.1f} GB ({folder})",
        mend,
    )


def _key_ring(settings: Settings) -> Iterator[Finding]:
    path = settings.data_dir / keys.FILE_NAME
    if settings.key_ring:
        yield Finding("key_ring", State.GOOD, "密钥环 key ring: LIUCHI_KEY_RING")
    elif not path.exists():
        yield Finding("key_ring", State.NOTE, "密钥环 key ring: made on the first start")
    elif path.stat().st_mode & 0o077:
        yield Finding(
            "key_ring",
            State.FAULT,
            f"密钥环 key ring: {path} can be read by others",
            Sentence("请运行 chmod 600 {path}", "Run chmod 600 {path}", {"path": str(path)}),
        )
    else:
        yield Finding("key_ring", State.GOOD, f"密钥环 key ring: {path}")


def _front_end(_settings: Settings) -> Iterator[Finding]:
    folder: Path = django_settings.LIUCHI_NODE_MODULES
    lacking = sorted(file for file in static.VENDOR.values() if not (folder / file).exists())
    if lacking:
        yield Finding(
            "front_end",
            State.FAULT,
            f"前端文件 front-end files: {len(lacking)} missing, such as {lacking[0]}",
            Sentence("请重新运行 make run。", "Run make run again."),
        )
    else:
        yield Finding("front_end", State.GOOD, f"前端文件 front-end files ({folder})")


def _printing(_settings: Settings) -> Iterator[Finding]:
    lacking = paper.lacking()
    if not lacking:
        yield Finding("printing", State.GOOD, "打印 printing: Pango, Noto Sans SC, Noto Serif SC")
        return
    fonts = any(name.endswith(".ttf") for name in lacking)
    yield Finding(
        "printing",
        State.FAULT if fonts else State.NOTE,
        f"打印 printing: {len(lacking)} missing, such as {lacking[0]} (all else works)",
        Sentence("请重新运行 make run。", "Run make run again.")
        if fonts
        else Sentence(paper.INSTALL, paper.INSTALL),
    )


def _browser(_settings: Settings) -> Iterator[Finding]:
    found = os.environ.get("LIUCHI_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), "")
    if found:
        yield Finding("browser", State.GOOD, f"测试用浏览器 browser for tests ({found})")
    else:
        yield Finding(
            "browser",
            State.NOTE,
            "测试用浏览器 browser for tests: none (only make test needs one)",
            Sentence("apt-get install chromium", "apt-get install chromium"),
        )


def _backup(settings: Settings) -> Iterator[Finding]:
    if settings.backup_dir is None:
        yield Finding(
            "backup",
            State.FAULT if settings.mode is Mode.PRODUCTION else State.NOTE,
            "备份 backup: none is taken",
            Sentence(
                "请把 LIUCHI_BACKUP_DIR 设为另一块磁盘上的目录，后台任务每晚备份。",
                "Set LIUCHI_BACKUP_DIR to a folder on another disk: the worker backs up nightly.",
            ),
        )
        return
    newest = backup.latest(settings.backup_dir)
    if newest is None:
        yield Finding(
            "backup",
            State.FAULT,
            f"备份 backup: none yet in {settings.backup_dir}",
            Sentence("请运行 liuchi backup。", "Run liuchi backup."),
        )
        return
    age = clock.now() - backup.manifest_of(newest).taken_at
    late = age > BACKUP_AGE_MAX
    yield Finding(
        "backup",
        State.FAULT if late else State.GOOD,
        f"备份 backup: {newest.name}, {age.total_seconds() / 3600:.0f} h",
        Sentence(
            "备份已超过一天：请检查后台任务、磁盘空间和目录权限，再运行 liuchi backup。",
            "The last backup is over a day old: see whether the worker runs, there is space and "
            "the folder can be written; then run liuchi backup.",
        )
        if late
        else None,
    )


def _database(settings: Settings) -> Iterator[Finding]:
    if not settings.embedded:
        yield from _inside()
        return
    cluster = Cluster(settings.data_dir, port=settings.postgres_port)
    if not (cluster.pg_data / "PG_VERSION").exists():
        yield Finding("cluster", State.NOTE, "数据库 database: made on the first start")
        return
    was_running = cluster.alive()
    try:
        cluster.start()
    except CannotStart as problem:
        yield Finding("cluster", State.FAULT, f"数据库 database ({cluster.home})", problem.sentence)
        return
    try:
        words = "running" if was_running else "stopped; it starts"
        yield Finding("cluster", State.GOOD, f"数据库 database: {words} ({cluster.home})")
        yield from _inside()
    finally:
        database.close()
        cluster.stop()


def _inside() -> Iterator[Finding]:
    try:
        pending = database.pending_migrations()
    except (psycopg.Error, database.DatabaseError) as error:
        yield Finding(
            "connection",
            State.FAULT,
            f"连接 connection: {str(error).splitlines()[0]}",
            Sentence(
                "请检查 LIUCHI_DATABASE_URL 和 LIUCHI_OWNER_DATABASE_URL。",
                "Check LIUCHI_DATABASE_URL and LIUCHI_OWNER_DATABASE_URL.",
            ),
        )
        return
    yield Finding("connection", State.GOOD, f"连接 connection: {database.server_version()}")
    yield Finding(
        "migrations",
        State.FAULT if pending else State.GOOD,
        f"待更新的结构 pending migrations: {len(pending)}",
        Sentence("请运行 liuchi migrate。", "Run liuchi migrate.") if pending else None,
    )
    if not pending:
        yield from _journal()


def _journal() -> Iterator[Finding]:
    state = journal_state()
    if state is None:
        return
    short = state.partitions_ahead < PARTITIONS_AHEAD_MIN
    yield Finding(
        "partitions",
        State.FAULT if short else State.GOOD,
        f"日志分区 journal partitions ahead: {state.partitions_ahead} months",
        Sentence(
            "请启动后台任务（make run 或 liuchi worker），它会建好分区。",
            "Start the worker (make run or liuchi worker): it makes them.",
        )
        if short
        else None,
    )
    late = state.seconds_behind > SECONDS_BEHIND_MAX
    yield Finding(
        "sequencer",
        State.FAULT if late else State.GOOD,
        f"排序 sequencer: {state.facts_without_ordinal} facts waiting, "
        f"{state.seconds_behind:.0f} s behind",
        Sentence(
            "后台任务没有运行：请运行 make run 或 liuchi worker。",
            "No worker is running: make run or liuchi worker.",
        )
        if late
        else None,
    )
    yield from _notices()


def _notices() -> Iterator[Finding]:
    state = notices_state()
    if state is None:
        return
    late = state.facts_behind > FACTS_BEHIND_MAX or state.messages_late > 0
    yield Finding(
        "notices",
        State.FAULT if late else State.GOOD,
        f"通知 notices: {state.facts_behind} facts behind, {state.messages_late} messages late",
        Sentence(
            "后台任务没有运行，或短信、微信接口不通：请运行 liuchi worker，并看日志。",
            "No worker is running, or a provider does not answer: run liuchi worker, read its log.",
        )
        if late
        else None,
    )
    troubled = state.messages_unknown + state.messages_failed
    if troubled:
        yield Finding(
            "messages",
            State.NOTE,
            f"一周内的短信和微信 messages of a week: {state.messages_failed} not sent, "
            f"{state.messages_unknown} perhaps sent",
            Sentence(
                "没有发出的，站内消息里都有；请检查 LIUCHI_NOTICES 和服务商的账单。",
                "Everything is in the inbox as well; check LIUCHI_NOTICES and the provider's list.",
            ),
        )
