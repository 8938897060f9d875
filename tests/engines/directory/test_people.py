"""People: import, search, correction, consent, unmasking, erasure, keys."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from liuchi.engines.directory import actions, jobs, queries
from liuchi.engines.directory.actions import PersonChange, PersonImport
from liuchi.engines.directory.enums import SensitiveField, Sex
from liuchi.engines.directory.queries import PersonRow
from liuchi.engines.directory.rules.names import sort_key
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id

ID_NUMBER = "11010519491231002X"


def key() -> str:
    return str(new_id())


def found(actor, text="", **more):
    with acting_as(actor):
        return [row.name for row in queries.people(actor, text=text, **more).rows]


def facts(*columns: str, kind: str):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM journal_fact WHERE kind = %s ORDER BY id", [kind]
        )
        return cursor.fetchall()


# Import ------------------------------------------------------------------------------


def test_an_imported_person_reads_as_the_roster_said(root, people):
    with acting_as(root):
        row = queries.person(root, people["单小明"])
        village = queries.area_named("罗冲社区")
        home = queries.household(root, row.household_id)
    assert row == PersonRow(
        id=people["单小明"],
        name="单小明",
        masked_name="单**",
        sex=Sex.UNKNOWN,
        birth_year=None,
        household_id=home.row.id,
        household_label="0001",
        village_id=village.id,
        village_name="罗冲社区",
        grid_name="罗冲第一网格",
        phone_masked="138****0001",
        consented=False,
        version=1,
        name_sort=sort_key("单小明"),
    )
    assert [member.name for member in home.members] == ["单小红", "单小明"]
    assert (home.row.size, home.row.label) == (2, "0001")


def test_the_birth_date_comes_from_the_identity_number(root, people):
    with acting_as(root):
        assert queries.person(root, people["单小红"]).birth_year == 1949


def test_one_fact_per_village_counts_people_and_households(root, people):
    found_facts = facts(
        "amount::int", "data->>'people'", "data->>'households'", kind="directory.people_imported"
    )
    assert sorted(found_facts) == [(2, "2", "1"), (3, "3", "2")]


def test_nothing_sensitive_lies_open_in_any_table(root, people):
    with connection.cursor() as cursor, acting_as(root):
        cursor.execute(
            "SELECT string_agg(person::text, '') || (SELECT string_agg(household::text, '') "
            "FROM directory_household AS household) || (SELECT string_agg(secret::text, '') FROM "
            "directory_person_secret AS secret) FROM directory_person AS person"
        )
        (everything,) = cursor.fetchone()
    assert [text in everything for text in ("13800000001", ID_NUMBER, "501室", "单小明")] == [
        False,
        False,
        False,
        True,
    ]


def test_a_repeated_key_returns_the_same_people_and_another_body_is_a_conflict(root):
    rows = [PersonImport("甲一", "罗冲", id_number=ID_NUMBER), PersonImport("甲二", "罗冲")]
    first = actions.import_people(rows, actor=root, key="k")
    assert actions.import_people(rows, actor=root, key="k") == first
    assert (first.added, len(found(root))) == (2, 2)
    with pytest.raises(Conflict):
        actions.import_people(rows[:1], actor=root, key="k")


def test_a_known_identity_number_is_the_same_person(root, people):
    again = [PersonImport("单小红", "罗冲", id_number=ID_NUMBER), PersonImport("新来", "罗冲")]
    result = actions.import_people(again, actor=root, key=key())
    assert (result.added, result.person_ids[0]) == (1, people["单小红"])


def test_a_later_import_joins_the_household_of_the_same_number(root, people):
    new = actions.add_person(PersonImport("单小刚", "罗冲", household="0001"), actor=root, key="k")
    assert (
        actions.add_person(PersonImport("单小刚", "罗冲", household="0001"), actor=root, key="k")
        == new
    )
    today = date(2026, 3, 2)
    assert queries.same_household(new, people["单小明"], today)
    assert not queries.same_household(new, people["欧阳锋"], today)
    assert queries.household_id_of(people["程安"], today) is None
    assert facts("subject_id", kind="directory.person_added") == [(new,)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "13号"}, "name"),
        ({"name": ""}, "name"),
        ({"phone": "12345"}, "phone"),
        ({"id_number": "110105194912310021"}, "id_number"),
        ({"birth_date": date(2026, 3, 3)}, "birth_date"),
        ({"birth_date": date(1950, 1, 1), "id_number": ID_NUMBER}, "birth_date"),
        ({"village": "无此村"}, "village"),
        ({"village": "菱北办事处"}, "village"),
        ({"grid": "盛塘第一网格"}, "grid"),
        ({"address": "长" * 121}, "address"),
    ],
)
def test_one_wrong_cell_is_named_and_nothing_is_imported(root, change, field):
    good = PersonImport("好人", "罗冲")
    with pytest.raises(Invalid) as refused:
        actions.import_people([good, replace(good, **change)], actor=root, key=key())
    assert [error.field for error in refused.value.errors] == [f"rows[1].{field}"]
    assert found(root) == []


def test_an_identity_number_twice_in_a_table_is_named_twice(root):
    row = PersonImport("好人", "罗冲", id_number=ID_NUMBER)
    with pytest.raises(Invalid) as refused:
        actions.import_people([row, row], actor=root, key=key())
    assert [error.field for error in refused.value.errors] == [
        "rows[0].id_number",
        "rows[1].id_number",
    ]


def test_nobody_imports_into_another_village(official):
    recorder = official("recorder", "罗冲社区")
    with pytest.raises(Invalid) as refused:
        actions.import_people([PersonImport("好人", "盛塘社区")], actor=recorder, key=key())
    assert [error.field for error in refused.value.errors] == ["rows[0].village"]
    with pytest.raises(Refused):
        actions.import_people(
            [PersonImport("好人", "罗冲")], actor=official("leader", "罗冲社区"), key=key()
        )


def test_a_list_of_people_comes_in_at_once(root):
    surnames, given = "赵钱孙李周吴郑王冯陈", "伟芳娜敏静丽强磊军洋"
    rows = [
        PersonImport(
            surnames[n % 10] + given[n // 10 % 10] + given[n // 100 % 10],
            ("罗冲社区", "乌岭社区", "盛塘社区")[n % 3],
            household=f"{n // 9:05d}",
            phone=f"138{n:08d}",
            address=f"示例花园{n}栋",
        )
        for n in range(250)
    ]
    result = actions.import_people(rows, actor=root, key=key())
    with connection.cursor() as cursor, acting_as(root):
        cursor.execute(
            "SELECT (SELECT count(*) FROM directory_person), "
            "(SELECT count(*) FROM directory_person_secret), "
            "(SELECT count(*) FROM directory_membership), "
            "(SELECT count(DISTINCT household_id) FROM directory_membership)"
        )
        counts = cursor.fetchone()
    # A household's number is its village's own: nine rows in turn are three homes of three.
    assert (result.added, counts) == (250, (250, 500, 250, 84))
    with acting_as(root):
        assert queries.people(root, text="13800000217").rows[0].id == result.person_ids[217]


# Lists and search ----------------------------------------------------------------------


def test_names_sort_by_sound_with_surnames_by_their_own_reading(root, people):
    # chén wěi guó, chéng ān, ōu yáng fēng, shàn xiǎo hóng, shàn xiǎo míng
    assert found(root) == ["陈伟国", "程安", "欧阳锋", "单小红", "单小明"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("小", ["单小红", "单小明"]),
        ("伟国", ["陈伟国"]),
        ("cwg", ["陈伟国"]),
        ("shanxiao", ["单小红", "单小明"]),
        ("Shan Xiaom", ["单小明"]),
        ("feng", ["欧阳锋"]),
        ("139 0000 0009", ["欧阳锋"]),
        ("13900000", []),
        ("dan", ["单小红", "单小明"]),  # who reads the surname otherwise finds them too
        ("0009", ["欧阳锋"]),
        ("009", []),
        ("··", []),
        ("%", []),
    ],
)
def test_people_are_found_by_part_of_name_sound_or_phone(root, people, text, names):
    assert found(root, text) == names


def test_pages_follow_one_another_without_gap_or_repeat(root, people):
    for text in ("", "n"):
        seen, after = [], None
        with acting_as(root):
            while True:
                page = queries.people(root, text=text, after=after, limit=2)
                seen += [row.name for row in page.rows]
                if (after := page.next_after) is None:
                    break
        assert (text, seen) == (text, found(root, text))
    with acting_as(root), pytest.raises(Invalid):
        queries.people(root, after="nonsense")


def test_households_are_found_by_number_and_by_member(root, people):
    with acting_as(root):
        rows = queries.households(root).rows
        by_number = queries.households(root, text="0002").rows
        by_member = queries.households(root, text="oyf").rows
        first = queries.households(root, limit=1)
        rest = queries.households(root, after=first.next_after)
    assert [(row.label, row.village_name) for row in rows] == [
        ("0001", by_member[0].village_name if rows[0] == by_member[0] else "罗冲社区"),
        ("0001", "盛塘社区" if rows[1] == by_member[0] else "罗冲社区"),
        ("0002", "罗冲社区"),
    ]
    assert [row.address_masked for row in by_number] == ["罗冲花园*栋*单元*室"]
    assert [(row.label, row.village_name) for row in by_member] == [("0001", "盛塘社区")]
    assert first.rows + rest.rows == rows


# Correction -------------------------------------------------------------------------


def test_a_correction_changes_what_it_names_and_the_fact_names_no_value(root, people):
    change = PersonChange(name="单晓明", phone="13811112222", sex=Sex.MALE)
    person_id = people["单小明"]
    for _ in range(2):  # the second click changes nothing
        version = actions.correct_person(
            person_id=person_id, change=change, expected_version=1, actor=root, key="k"
        )
        assert version == 2
    with acting_as(root):
        row = queries.person(root, person_id)
    assert (row.name, row.sex, row.phone_masked, row.version) == (
        "单晓明",
        Sex.MALE,
        "138****2222",
        2,
    )
    assert found(root, "13811112222") == ["单晓明"]
    assert found(root, "13800000001") == []
    assert facts("data->'fields'", kind="directory.person_corrected") == [
        ('["name", "sex", "phone"]',)
    ]


def test_who_comes_second_is_told(root, people):
    change = PersonChange(sex=Sex.FEMALE)
    args = {"person_id": people["程安"], "change": change, "actor": root}
    actions.correct_person(**args, expected_version=1, key="a")
    with pytest.raises(Conflict) as refused:
        actions.correct_person(**args, expected_version=1, key="b")
    assert refused.value.code == "person_changed"
    with pytest.raises(Invalid):
        actions.correct_person(
            **{**args, "change": PersonChange(phone="1")}, expected_version=2, key="c"
        )


# Consent ----------------------------------------------------------------------------


def test_consent_is_given_withdrawn_and_given_again(root, people, resident):
    me = resident("程安")
    asked = (people["程安"], "credit-points", "lingbei")
    first = actions.give_consent(*asked, actor=me, key=key())
    assert actions.give_consent(*asked, actor=root, key=key()) == first
    with acting_as(root):
        assert queries.consented(root, *asked)
        assert not queries.consented(root, people["程安"], "credit-points", "other")
        assert queries.person(root, people["程安"]).consented
    actions.withdraw_consent(*asked, actor=me, key=key())
    with acting_as(root):
        assert not queries.consented(root, *asked)
    with pytest.raises(NotFound):
        actions.withdraw_consent(*asked, actor=me, key=key())
    assert actions.give_consent(*asked, actor=root, key=key()) != first
    assert facts("data->>'purpose'", kind="directory.consent_given") == [("credit-points",)] * 2


def test_nobody_consents_for_a_neighbour(people, resident):
    with pytest.raises(Refused):
        actions.give_consent(people["程安"], "p", "b", actor=resident("欧阳锋"), key=key())


# What is sealed -----------------------------------------------------------------------


def test_unmasking_needs_a_purpose_and_the_right(root, people, official):
    person_id = people["单小明"]
    with pytest.raises(Refused) as refused:
        actions.unmask(person_id, "phone", " ", actor=root, key=key())
    assert refused.value.code == "purpose_missing"
    with pytest.raises(Refused) as refused:
        actions.unmask(
            person_id, "phone", "核对电话", actor=official("recorder", "罗冲社区"), key=key()
        )
    assert refused.value.code == "not_permitted"


def test_unmasking_is_logged_once_and_its_subject_reads_the_log(root, people, official, resident):
    secretary, me, neighbour = (
        official("secretary", "罗冲社区"),
        resident("单小明"),
        resident("单小红"),
    )
    person_id = people["单小明"]
    for _ in range(2):
        value = actions.unmask(person_id, "phone", "通知领取", actor=secretary, key="k")
        assert value == "13800000001"
    with acting_as(me):
        log = queries.access_log(me, person_id)
    assert [(row.actor_name, row.field, row.purpose) for row in log] == [
        ("secretary-罗冲社区 演示", SensitiveField.PHONE, "通知领取")
    ]
    with acting_as(neighbour), pytest.raises(Refused):
        queries.access_log(neighbour, person_id)
    assert facts("data->>'field'", kind="directory.person_unmasked") == [("phone",)]


def test_a_value_nobody_gave_is_not_found(root, people):
    with pytest.raises(NotFound):
        actions.unmask(people["程安"], "phone", "核对电话", actor=root, key=key())


def test_erasure_leaves_an_id_and_nothing_to_read(root, people, resident):
    person_id = people["单小红"]
    mine = resident("单小红")
    with connection.cursor() as cursor, acting_as(root):
        cursor.execute(
            "SELECT ciphertext FROM directory_person_secret WHERE person_id = %s", [person_id]
        )
        (sealed,) = cursor.fetchone()
    actions.erase_person(person_id=person_id, actor=root, key="k")
    with connection.cursor() as cursor, acting_as(root):
        cursor.execute(
            "SELECT name, birth_date, (SELECT count(*) FROM directory_person_key k "
            "WHERE k.person_id = p.id), (SELECT count(*) FROM directory_person_secret s "
            "WHERE s.person_id = p.id) FROM directory_person p WHERE id = %s",
            [person_id],
        )
        assert cursor.fetchone() == ("已删除", None, 0, 0)
        # A ciphertext saved elsewhere (a backup) opens for nobody: its key is gone.
        cursor.execute(
            "INSERT INTO directory_person_secret (person_id, field, ciphertext, scope_code) "
            "SELECT id, 'id_number', %s, scope_code FROM directory_person WHERE id = %s",
            [sealed, person_id],
        )
        assert queries.revealed([person_id], SensitiveField.ID_NUMBER) == {}
    with pytest.raises(NotFound):
        actions.unmask(person_id, "id_number", "核对号码", actor=root, key=key())
    assert "单小红" not in found(root)
    with pytest.raises(Refused):  # the account belongs to nobody now
        queries.actor_of(mine.id)


def test_rotating_the_ring_rewraps_keys_and_the_old_one_may_go(root, people, settings):
    old = settings.LIUCHI_KEY_RING
    settings.LIUCHI_KEY_RING = old.rotated()
    assert (jobs.rotate_keys(), jobs.rotate_keys()) == (5, 0)
    settings.LIUCHI_KEY_RING = settings.LIUCHI_KEY_RING.without(old.current)
    assert actions.unmask(people["单小明"], "phone", "核对", actor=root, key=key()) == "13800000001"
    with acting_as(root):
        assert found(root, "13800000001") == ["单小明"]


def test_two_unmaskings_at_once_in_a_new_month_both_come_through(root, people):
    failures = []

    def look(number: int) -> None:
        try:
            actions.unmask(people["单小明"], "phone", "同时查看", actor=root, key=f"k{number}")
        except Exception as error:  # noqa: BLE001  whatever it is, the test shows it
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=look, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with acting_as(root):
        assert len(queries.access_log(root, people["单小明"])) == 4
