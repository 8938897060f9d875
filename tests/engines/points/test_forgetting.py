"""What may no longer be kept goes; what was counted stays."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest
from django.db import connection

from liuchi.engines.directory import actions as directory
from liuchi.engines.directory import jobs as directory_jobs
from liuchi.engines.files import actions as files
from liuchi.engines.files import jobs as files_jobs
from liuchi.engines.files.scope import path_of
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import jobs, queries
from liuchi.kernel.actors import system_actor
from liuchi.kernel.errors import Invalid, NotFound
from members import photo


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.LIUCHI_DATA_DIR = tmp_path


def picture(world, person_id):
    return files.store_image(
        photo(), "a.jpg", actor=world.recorder, key=world.key(),
        scope_code=world.village.scope_code, person_id=person_id,
    )  # fmt: skip


def said(world, claim) -> tuple[str, tuple, int]:
    with acting_as(world.recorder):
        row = queries.claim(world.recorder, claim.id)
    return row.note, row.evidence, row.points


def keep_for(world, retain: str) -> None:
    """Put a method into force at the village that says how long it keeps personal data."""
    from engines.points.world import SECTION  # noqa: PLC0415  Django is set up by now

    journal.apply_playbook(
        code=f"credit-{world.village.code}",
        source="",
        compiled={
            "points": SECTION,
            "purposes": {"credit-points": {"retain": retain}},
        },
        places=[world.village.id],
        in_force_from=date(2026, 2, 1),
        spec_version=1,
        approved_by="居民代表会议",
        actor=world.root,
    )


def test_a_claim_keeps_its_points_and_loses_its_words_when_its_time_is_over(world):
    keep_for(world, "12 months")
    stored = picture(world, world.people[0])
    claim = world.propose(world.people[0], note="扶起摔倒的老人", evidence=(stored.id,))
    world.review(claim)
    world.clock.advance(timedelta(days=10))
    assert jobs.post_due() == 1
    journal_jobs.make_partitions(date(2027, 2, 1))
    world.clock.move_to(world.clock.now().replace(year=2027, month=2, day=20))
    assert jobs.forget_claims() == 0
    assert said(world, claim) == ("扶起摔倒的老人", (stored.id,), 50)
    world.clock.advance(timedelta(days=11))
    assert (jobs.forget_claims(), jobs.forget_claims()) == (1, 0)
    assert said(world, claim) == ("", (), 50)
    assert world.balance(world.people[0]) == 50
    assert jobs.unbalanced_accounts() == ()


def test_without_a_time_nothing_is_forgotten(world):
    claim = world.propose(world.people[0], note="扶起摔倒的老人")
    world.review(claim, "reject", reason="证据不足")
    journal_jobs.make_partitions(date(2036, 1, 1))
    world.clock.move_to(world.clock.now().replace(year=2036, month=1, day=2))
    assert jobs.forget_claims() == 0
    assert said(world, claim)[0] == "扶起摔倒的老人"


def test_whoever_is_erased_is_gone_from_claims_and_notices(world):
    stored = picture(world, world.people[0])
    claim = world.propose(world.people[0], note="扶起摔倒的老人", evidence=(stored.id,))
    other = world.propose(world.people[2], note="送菜上门")
    for each in (claim, other):
        world.review(each)
    directory.erase_person(person_id=world.people[0], actor=world.root, key="erase")
    assert (jobs.forget_claims(), jobs.forget_claims()) == (1, 0)
    assert said(world, claim) == ("", (), 50)
    assert said(world, other)[0] == "送菜上门"
    names = {row.masked_name for row in queries.notices(world.village.id)}
    assert names == {"已删除", "试*"}


def test_contents_go_when_no_document_needs_them_and_they_are_not_young(world):
    first, second = picture(world, world.people[0]), picture(world, world.people[1])
    assert first.sha256 == second.sha256
    eraser = system_actor(world.root.id, "files.document.erase")
    assert files.erase_documents([first.id], actor=eraser) == 1
    now = world.clock.now().timestamp()
    old = now - 2 * 24 * 3600
    os.utime(path_of(first.sha256), (old, old))
    assert files_jobs.sweep_contents() == 0, "the other document still needs it"
    assert files.erase_documents([second.id, second.id], actor=eraser) == 1
    content = path_of(first.sha256)
    os.utime(content, (now, now))
    assert files_jobs.sweep_contents() == 0
    os.utime(content, (old, old))
    assert files_jobs.sweep_contents() == 1
    assert not content.exists()


def test_who_moved_away_leaves_the_lists_at_once_and_is_erased_in_time(world):
    keep_for(world, "3 years")
    gone, stays = world.people[:2]
    directory.note_departure(gone, "moved", date(2026, 3, 2), actor=world.root, key="gone")
    directory.note_departure(gone, "moved", date(2026, 3, 2), actor=world.root, key="gone")
    assert directory_jobs.forget_gone() == 0
    journal_jobs.make_partitions(date(2029, 3, 1))
    world.clock.move_to(world.clock.now().replace(year=2029, month=3, day=3))
    assert (directory_jobs.forget_gone(), directory_jobs.forget_gone()) == (1, 0)
    with connection.cursor() as cursor, acting_as(world.root):
        cursor.execute(
            "SELECT id FROM directory_person WHERE erased_at IS NOT NULL AND id = ANY(%s)",
            [[gone, stays]],
        )
        assert cursor.fetchall() == [(gone,)]


@pytest.mark.parametrize("day", [date(2026, 3, 3), date(2020, 1, 1)])
def test_a_departure_lies_between_entry_and_today(world, day):
    with pytest.raises(Invalid) as wrong:
        directory.note_departure(world.people[0], "deceased", day, actor=world.root, key="never")
    assert wrong.value.code == "departure_day"
    assert (
        directory.note_departure(
            world.people[0], "deceased", date(2026, 3, 2), actor=world.root, key="now"
        )
        is None
    )
    with pytest.raises(NotFound):
        directory.note_departure(
            world.people[0], "moved", date(2026, 3, 2), actor=world.root, key="again"
        )
