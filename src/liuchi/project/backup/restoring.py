"""Restoring a backup into an empty installation, and the proof that it is what was backed up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings as django_settings
from django.db import DEFAULT_DB_ALIAS, connections

from liuchi.engines.directory import actions as directory
from liuchi.engines.files.scope import path_in
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.rules import verify
from liuchi.engines.notices import jobs as notices_jobs
from liuchi.engines.points import jobs as points
from liuchi.kernel.actors import system_actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence
from liuchi.project import database
from liuchi.project.backup import folder as layout
from liuchi.project.backup.taking import run
from liuchi.project.database import OWNER
from liuchi.project.problems import CannotStart

RESTORING_ACTOR_ID = UUID("0196b2c0-0000-7000-8000-726573746f72")


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore proved: facts counted, seals recomputed, contents hashed anew."""

    manifest: layout.Manifest
    facts: int
    seals: int
    files: int
    files_lost: tuple[str, ...]
    erased: int


def restore(backup: Path, *, data_dir: Path) -> Restored:
    """Restore into the empty database this process is connected to.

    Raises ``CannotStart`` with a sentence, before anything is changed, for a damaged
    backup, foreign keys or a database in use; afterwards, where the proof fails.
    """
    manifest = layout.manifest_of(backup)
    _refuse_damaged(backup, manifest)
    _refuse_other_keys(manifest)
    _refuse_used_database()
    _refuse_other_role(manifest)
    run(
        "pg_restore",
        *("--no-owner", "--exit-on-error", "--single-transaction"),
        *(f"--dbname={connections[OWNER].settings_dict['NAME']}", str(backup / layout.DUMP)),
    )
    lost = tuple(_bring_files_back(backup, data_dir))
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT journal_after_restore()")
    database.bring_up_to_date()
    facts, seals = prove(manifest)
    erased = _erase_again(backup.parent, data_dir)
    notices_jobs.after_restore()
    journal_jobs.make_partitions()
    return Restored(manifest, facts, seals, manifest.files - len(lost), lost, erased)


def prove(manifest: layout.Manifest) -> tuple[int, int]:
    """Recompute every seal and balance; returns facts and seals, or raises ``CannotStart``.

    The last root has to be the one the manifest names: whoever alters a dump can make its
    hashes fit, but not the root that was printed on a bulletin meanwhile.
    """
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_fact")
        (facts,) = cursor.fetchone()
    if facts != manifest.facts:
        raise _does_not_hold(
            Sentence(
                "有 {found} 条事实，清单为 {named} 条",
                "{found} facts where the manifest names {named}",
                {"found": facts, "named": manifest.facts},
            )
        )
    if manifest.seal:
        proof = verify(journal.export())
        if not proof.holds:
            raise _does_not_hold(proof.faults[0].sentence)
        if proof.root != manifest.root:
            raise _does_not_hold(
                Sentence(
                    "封签根是 {found}，清单为 {named}",
                    "the root is {found} where the manifest names {named}",
                    {"found": proof.root, "named": manifest.root},
                )
            )
    if unbalanced := points.unbalanced_accounts():
        raise _does_not_hold(
            Sentence(
                "{count} 个账户的余额与流水不符，如 {account}",
                "{count} accounts do not add up, such as {account}",
                {"count": len(unbalanced), "account": str(unbalanced[0])},
            )
        )
    return facts, manifest.seal


def _refuse_damaged(backup: Path, manifest: layout.Manifest) -> None:
    parts = ((layout.DUMP, manifest.dump_sha256), (layout.FILES, manifest.files_sha256))
    for name, expected in parts:
        path = backup / name
        if not path.exists() or layout.sha256_of(path) != expected:
            raise CannotStart(
                "backup_damaged",
                Sentence(
                    "备份已损坏：{path} 与清单不符。请用另一天的备份。",
                    "The backup is damaged: {path} is not what its manifest says. Use "
                    "another night's.",
                    {"path": str(path)},
                ),
            )


def _refuse_other_keys(manifest: layout.Manifest) -> None:
    if set(manifest.key_ids) <= set(django_settings.LIUCHI_KEY_RING.keys):
        return
    raise CannotStart(
        "backup_of_other_keys",
        Sentence(
            "这里的密钥打不开这份备份：请把原来的 keys.json 放到 {folder}。",
            "The keys here do not open this backup: put its installation's keys.json into "
            "{folder}.",
            {"folder": str(django_settings.LIUCHI_DATA_DIR)},
        ),
    )


def _refuse_used_database() -> None:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
        )
        (used,) = cursor.fetchone()
    if used:
        raise CannotStart(
            "restore_into_used",
            Sentence(
                "数据库里已有数据，不会覆盖：请另设空的 LIUCHI_DATA_DIR 或空库。",
                "The database is in use and nothing is overwritten: restore into an empty "
                "LIUCHI_DATA_DIR or an empty database.",
            ),
        )


def _refuse_other_role(manifest: layout.Manifest) -> None:
    role = connections[DEFAULT_DB_ALIAS].settings_dict["USER"]
    if role != manifest.app_role:
        raise CannotStart(
            "backup_of_other_role",
            Sentence(
                "备份中的应用账号是 {theirs}，这里是 {ours}：请用同名账号。",
                "The backup's application role is {theirs}, here it is {ours}: name it alike.",
                {"theirs": manifest.app_role, "ours": role},
            ),
        )


def _bring_files_back(backup: Path, data_dir: Path) -> list[str]:
    """Copy every content, hashed on the way; returns those that are lost."""
    store = backup.parent / layout.STORE
    return [
        name
        for name in layout.file_names(backup)
        if not layout.copy_content(path_in(store, name), path_in(data_dir / "files", name), name)
    ]


def _erase_again(*folders: Path) -> int:
    """Destroy again whatever was destroyed after the backup; returns how many people's."""
    people = {
        person for each in folders for person in layout.read_erasures(each / layout.ERASURES).people
    }
    actor = system_actor(RESTORING_ACTOR_ID, "directory.person.write")
    done = 0
    for person in sorted(people):
        try:
            directory.erase_person(person_id=person, actor=actor, key=f"restore-{person}")
        except NotFound:
            continue  # erased before the backup, or came into the system after it
        done += 1
    return done


def _does_not_hold(why: Sentence) -> CannotStart:
    return CannotStart(
        "restore_does_not_hold",
        Sentence(
            "恢复后的核对没有通过，请勿使用，换一份备份：{why_zh}。",
            "The restored data does not prove itself; do not use it, take another backup: "
            "{why_en}.",
            {"why_zh": why.in_language("zh"), "why_en": why.in_language("en")},
        ),
    )
