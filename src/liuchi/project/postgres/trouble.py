"""What PostgreSQL says when it will not start, in sentences that help."""

from __future__ import annotations

import shutil
from pathlib import Path

from liuchi.kernel.sentences import Sentence
from liuchi.project.problems import CannotStart

SPACE_BYTES_MIN = 96 * 1024 * 1024
_TAIL_CHARACTERS = 600


def check_space(folder: Path) -> None:
    """Raise when the disk is so full that the server could not write its log."""
    if shutil.disk_usage(folder).free < SPACE_BYTES_MIN:
        raise disk_full(folder)


def disk_full(folder: Path) -> CannotStart:
    """Return the refusal for a full disk."""
    return CannotStart(
        "disk_full",
        Sentence(
            "磁盘已满，数据库无法启动：请在 {folder} 所在磁盘腾出至少 {megabytes} MB 空间。",
            "The disk is full and the database cannot start: free at least {megabytes} MB where "
            "{folder} lies.",
            {"folder": str(folder), "megabytes": SPACE_BYTES_MIN // 1024 // 1024},
        ),
    )


def other_version(found: str, ours: str, folder: Path) -> CannotStart:
    """Return the refusal for a data directory of another major version."""
    return CannotStart(
        "other_major_version",
        Sentence(
            "{folder} 是 PostgreSQL {found} 的数据，本程序带的是 {ours}：请用旧版本导出备份，"
            "移走该目录，再用本版本恢复。",
            "{folder} was written by PostgreSQL {found}, this Liuchi brings {ours}: back up with "
            "the old version, move the folder away, and restore with this one.",
            {"folder": str(folder), "found": found, "ours": ours},
        ),
    )


def keys_do_not_fit(data_dir: Path, cluster: Path) -> CannotStart:
    """Return the refusal for a cluster that was made with other keys."""
    return CannotStart(
        "keys_do_not_fit",
        Sentence(
            "{keys} 与数据库 {cluster} 不是同一套：请从备份恢复原来的 keys.json。",
            "{keys} does not belong to the database in {cluster}: restore the keys.json it was "
            "made with from the backup.",
            {"keys": str(data_dir / "keys.json"), "cluster": str(cluster)},
        ),
    )


def too_slow(log: Path) -> CannotStart:
    """Return the refusal for a server that does not answer in time."""
    return CannotStart(
        "postgres_silent",
        Sentence(
            "数据库没有按时应答，日志在 {log}。",
            "The database did not answer in time; its log is {log}.",
            {"log": str(log)},
        ),
    )


def is_passing(output: str) -> bool:
    """Whether the next attempt may well succeed: an earlier server is still letting go."""
    return any(
        words in output
        for words in (
            "pre-existing shared memory block",
            'lock file "postmaster.pid" already exists',
        )
    )


def from_output(output: str, log: Path) -> CannotStart:
    """Return the refusal that fits what the program printed."""
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return disk_full(log.parent)
    if "Address already in use" in output:
        return CannotStart(
            "postgres_port_taken",
            Sentence(
                "LIUCHI_POSTGRES_PORT 指定的端口已被占用：换一个端口，或不设置它。",
                "The port in LIUCHI_POSTGRES_PORT is taken: choose another, or leave it unset.",
            ),
        )
    return CannotStart(
        "postgres_failed",
        Sentence(
            "数据库没有启动：{tail}（日志在 {log}）",
            "The database did not start: {tail} (log: {log})",
            {"tail": output.strip()[-_TAIL_CHARACTERS:], "log": str(log)},
        ),
    )
