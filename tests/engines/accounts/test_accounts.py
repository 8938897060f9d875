"""Accounts: opening, signing in, the throttle, passwords, the matrix."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from psycopg.errors import InsufficientPrivilege

from liuchi.engines.accounts import actions, jobs, queries, rules
from liuchi.engines.accounts.actions import PasswordBackend
from liuchi.engines.accounts.enums import Role
from liuchi.engines.journal.jobs import make_partitions
from liuchi.kernel.actors import Actor, Reach, system_actor
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.project.postgres import Role as DatabaseRole

PASSWORD = "right-password"


def key() -> str:
    return str(new_id())


@pytest.fixture
def root(db, clock) -> Actor:
    make_partitions()
    return system_actor(new_id(), "accounts.user.write")


@pytest.fixture
def wang(root):
    return open_account(root)


def open_account(root, username="wang", **more):
    more.setdefault("key", key())
    return actions.create_user(
        username=username,
        display_name=more.pop("display_name", "王演示"),
        password=more.pop("password", PASSWORD),
        actor=root,
        **more,
    )


def sign_in(username="wang", password=PASSWORD):
    user = authenticate(None, username=username, password=password)
    return None if user is None else user.pk


def facts():
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, subject_id FROM journal_fact ORDER BY id")
        return cursor.fetchall()


def test_an_account_is_opened_once_per_key_and_journalled_by_id(root):
    user_id = open_account(root, key="k")
    assert open_account(root, key="k") == user_id
    row = queries.user(user_id)
    assert (row.username, row.display_name, row.must_change_password) == ("wang", "王演示", True)
    assert facts() == [("accounts.user_created", user_id)]
    with pytest.raises(Conflict) as refused:
        open_account(root, key="k", display_name="别人")
    assert refused.value.code == "key_reused"


def test_a_name_is_given_once_however_it_is_typed(root, wang):
    with pytest.raises(Conflict) as refused:
        open_account(root, " ＷＡＮＧ ")
    assert refused.value.code == "username_taken"
    assert queries.user_named("Ｗang").id == wang
    assert queries.names_of([wang, new_id()]) == {wang: "王演示"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"username": "a b"}, "username_unusable"),
        ({"username": "x"}, "username_unusable"),
        ({"display_name": " "}, "display_name_unusable"),
        ({"password": "short"}, "password_weak"),
    ],
)
def test_what_cannot_be_an_account_is_told_in_both_languages(root, change, code):
    with pytest.raises(Invalid) as refused:
        open_account(root, **change)
    assert refused.value.code == code
    sentence = refused.value.sentence
    assert sentence.in_language("zh-hans") != sentence.in_language("en")


def test_a_weak_password_says_all_that_is_wrong_with_it(root):
    with pytest.raises(Invalid) as refused:
        open_account(root, password="password")
    assert str(refused.value.sentence) == (
        "密码至少 10 个字符。这个密码太常见，容易被猜到。 / A password has at least 10 characters. "
        "This password is too common and easy to guess."
    )


def test_only_who_may_opens_accounts_or_resets_passwords(root, wang):
    nobody = Actor(new_id(), "recorder", None, "340871001001")
    with pytest.raises(Refused):
        open_account(nobody, "li")
    reset = {"user_id": wang, "password": "another-word", "key": key()}
    with pytest.raises(Refused):
        actions.set_password(**reset, within_reach=True, actor=nobody)
    with pytest.raises(Refused) as refused:
        actions.set_password(**reset, within_reach=False, actor=root)
    assert refused.value.code == "account_out_of_reach"


def test_the_right_password_signs_in_and_a_wrong_one_does_not(root, wang):
    assert [sign_in(), sign_in("ＷＡＮＧ"), sign_in(password="wrong"), sign_in("nobody")] == [
        wang,
        wang,
        None,
        None,
    ]
    assert PasswordBackend().get_user(wang).pk == wang
    assert PasswordBackend().get_user(new_id()) is None


@pytest.mark.parametrize("username", ["wang", "nobody"])
def test_after_five_failures_a_name_rests_whether_it_exists_or_not(root, wang, clock, username):
    for _ in range(rules.FREE_FAILURES):
        assert queries.may_sign_in(username).allowed
        assert sign_in(username, "wrong") is None
    decision = queries.may_sign_in(username)
    assert (decision.reason_code, decision.sentence.values) == ("sign_in_locked", {"minutes": 1})
    assert sign_in(username) is None  # not even with the right one
    clock.advance(timedelta(minutes=1))
    assert queries.may_sign_in(username).allowed
    assert sign_in(username, "wrong") is None
    assert queries.may_sign_in(username).sentence.values == {"minutes": 2}
    clock.advance(timedelta(minutes=2))
    assert sign_in(username) == (wang if username == "wang" else None)


def test_a_success_forgets_failures(root, wang):
    for _ in range(3):
        for _ in range(rules.FREE_FAILURES - 1):
            sign_in(password="wrong")
        assert sign_in() == wang


def test_the_rest_doubles_up_to_a_quarter_of_an_hour():
    minutes = [rules.lock_after(failures) for failures in (4, 5, 6, 8, 9, 1000)]
    assert minutes == [None, *(timedelta(minutes=m) for m in (1, 2, 8, 15, 15))]


def test_a_hundred_guesses_at_once_are_counted_each(root, wang):
    allowed, gate = [], threading.Barrier(12)

    def guess() -> None:
        try:
            gate.wait()
            allowed.append(actions.begin_sign_in(username="wang").allowed)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(allowed) == [False] * 7 + [True] * 5


def test_what_was_mistyped_is_not_stored_and_counts_are_forgotten(root, clock):
    sign_in("my-secret-password", "x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT attempt::text FROM accounts_sign_in_attempt AS attempt")
        ((text,),) = cursor.fetchall()
    assert b"my-secret-password".hex() not in text
    assert "my-secret" not in text
    assert jobs.forget_old_attempts() == 0
    clock.advance(timedelta(days=1, seconds=1))
    assert jobs.forget_old_attempts() == 1


def test_one_s_own_password_needs_the_old_one(root, wang):
    change = {"user_id": wang, "new_password": "another-word"}
    with pytest.raises(Invalid) as refused:
        actions.change_own_password(**change, old_password="wrong", key=key())
    assert refused.value.code == "old_password_wrong"
    actions.change_own_password(**change, old_password=PASSWORD, key=key())
    assert [sign_in(), sign_in(password="another-word")] == [None, wang]
    assert queries.user(wang).must_change_password is False
    assert facts()[1:] == [("accounts.password_changed", wang)]


def test_guessing_the_old_password_is_throttled_too(root, wang):
    for _ in range(rules.FREE_FAILURES):
        with pytest.raises(Invalid):
            actions.change_own_password(
                user_id=wang, old_password="wrong", new_password="another-word", key=key()
            )
    with pytest.raises(Refused) as refused:
        actions.change_own_password(
            user_id=wang, old_password=PASSWORD, new_password="another-word", key=key()
        )
    assert refused.value.code == "sign_in_locked"


def test_a_reset_ends_the_lock_and_asks_for_a_new_password(root, wang):
    for _ in range(rules.FREE_FAILURES):
        sign_in(password="wrong")
    actions.set_password(
        user_id=wang, password="another-word", within_reach=True, actor=root, key=key()
    )
    assert sign_in(password="another-word") == wang
    assert queries.user(wang).must_change_password is True
    with pytest.raises(NotFound):
        actions.set_password(
            user_id=new_id(), password="another-word", within_reach=True, actor=root, key=key()
        )


def test_every_role_has_its_rights_as_data(db):
    assert [role.code for role in queries.roles()] == sorted(Role)
    assert set(queries.grants_of(Role.REVIEWER)) == {
        "files.document.read",
        "playbooks.playbook.read",
        "playbooks.vote.confirm",
        "points.budget.read",
        "points.claim.read",
        "points.claim.review",
        "points.grade.answer",
        "points.grade.read",
        "points.objection.answer",
    }
    own = {Role.RESIDENT, Role.MERCHANT, Role.HANDLER, Role.RIDER}  # a handler's: the unit's
    for role in own:
        assert (role, set(queries.grants_of(role).values())) == (role, {Reach.OWN})
    for role in set(Role) - own:
        assert (role, set(queries.grants_of(role).values())) == (role, {Reach.AREA})
    assert queries.grants_of("emperor") == {}


def test_nobody_who_counts_figures_or_handles_matters_reads_people(db):
    readers = {role for role in Role if "directory.person.read" in queries.grants_of(role)}
    counts = {Role.LEADER, Role.MERCHANT, Role.REVIEWER}
    handles = {Role.GRID_WORKER, Role.RIDER, Role.DISPATCHER, Role.HANDLER, Role.CHECKER}
    assert readers == set(Role) - counts - handles


def test_the_application_cannot_change_the_matrix(db, cluster):
    with cluster.connect(DatabaseRole.APP, db) as raw, pytest.raises(InsufficientPrivilege):
        raw.execute("UPDATE accounts_grant SET reach = 'area'")


def test_demo_sign_ins_are_printed_outside_production_only(db, settings):
    demo = {"username": "shuji", "password": "demo", "title": "书记", "area_name": "罗冲社区"}
    assert queries.installation().is_demo is False
    actions.print_demo_sign_in(**demo)
    actions.print_demo_sign_in(**demo)
    assert [(row.username, row.area_name) for row in queries.demo_sign_ins()] == [
        ("shuji", "罗冲社区")
    ]
    assert queries.installation().is_demo is True
    settings.LIUCHI_MODE = "production"
    assert queries.demo_sign_ins() == ()
    with pytest.raises(Refused):
        actions.print_demo_sign_in(**demo)
