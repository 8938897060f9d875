"""Importing posts: appointed as by hand, an account for whoever is new, and undoing it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.directory.rosters import bring, counts, everything, ready, said
from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import actions, queries
from liuchi.engines.files.actions import imports
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import Conflict, NotFound, Refused

HEADERS = ["用户名", "姓名", "岗位", "所属社区", "单位"]


@pytest.fixture(autouse=True)
def staging(settings, tmp_path: Path) -> None:
    settings.LIUCHI_DATA_DIR = tmp_path


def held(username: str) -> list[tuple[str, str]]:
    user = accounts.user_named(username)
    assert user is not None
    return sorted((way.role, way.area_name) for way in queries.posts_of(user.id))


def test_posts_come_in_once_and_go_back(root):
    rows = [
        HEADERS,
        ["jia", "示例甲", "recorder", "罗冲社区", None],
        ["jia", "示例甲", "reviewer", "盛塘社区", None],
        ["Yi", "示例乙", "Secretary", "340871001003", None],
    ]
    import_id, report = bring(root, rows, target="posts")
    assert (counts(report), said(report)) == ((3, 0, 0, 0), [])
    assert held("jia") == [("recorder", "罗冲社区"), ("reviewer", "盛塘社区")]
    assert [role for role, _ in held("yi")] == ["secretary"]
    assert counts(bring(root, rows, target="posts")[1]) == (0, 0, 3, 0)
    done = imports.undo(import_id, actor=root, key="a")
    assert (done.removed, done.rows) == (3, ())
    assert held("jia") == []
    jia = accounts.user_named("jia")
    assert jia is not None
    assert jia.is_active is False
    again, report = bring(root, rows, target="posts")  # whoever comes back, comes back
    assert counts(report) == (3, 0, 0, 0)
    assert again != import_id
    assert accounts.user(jia.id).is_active is True


def test_a_wrong_row_says_what_to_do(root, account):
    account("li")
    rows = [
        HEADERS,
        ["bing", None, "recorder", "罗冲社区", None],
        ["li", "别人", "recorder", "罗冲社区", None],
        ["ding", "示例丁", "皇帝", "罗冲社区", None],
        ["ding", "示例丁", "recorder", "没有这里", None],
        ["ding", "示例丁", "recorder", "罗冲社区", "没有的单位"],
        ["wu", "示例戊", "recorder", "罗冲社区", None],
        ["wu", "示例戊", "recorder", "罗冲社区", None],
    ]
    before = everything("accounts_user", "directory_post")
    _, report = ready(root, rows, target="posts")
    assert everything("accounts_user", "directory_post") == before  # a dry run leaves nothing
    assert counts(report) == (1, 0, 0, 6)
    assert said(report) == [
        (2, "B", "这是新账号，请填姓名。"),
        (3, "A", "这个用户名是别人的，请核对。"),
        (4, "C", "没有这个岗位，请按模板的说明填。"),
        (5, "D", "您的范围内没有这个地方。"),
        (6, "E", "名录里没有这个单位。"),
        (8, "A", "这个任职在表里出现过，这一行没有导入。"),
    ]


def test_nobody_gives_more_than_they_hold(official):
    secretary = official("secretary", "罗冲社区")
    _, report = ready(
        secretary,
        [HEADERS, ["geng", "示例庚", "administrator", "罗冲社区", None]],
        target="posts",
    )
    assert counts(report) == (0, 0, 0, 1)
    with pytest.raises(Refused):
        bring(official("recorder", "罗冲社区"), [HEADERS], target="posts")


def test_a_first_password_is_printed_once_and_opens_the_account(root, official):
    bring(root, [HEADERS, ["ji", "示例己", "recorder", "罗冲社区", None]], target="posts")
    ji = accounts.user_named("ji")
    assert ji is not None
    with acting_as(root):
        assert [row.id for row in queries.without_password(root)] == [ji.id]
    stranger = official("secretary", "盛塘社区")
    with pytest.raises(NotFound):
        actions.print_first_passwords(user_ids=[ji.id], actor=stranger, key="k")
    (slip,) = actions.print_first_passwords(user_ids=[ji.id], actor=root, key="k")
    assert (slip.name, slip.username) == ("示例己", "ji")
    with pytest.raises(Conflict):
        actions.print_first_passwords(user_ids=[ji.id], actor=root, key="k")
    backend = accounts_actions.PasswordBackend()
    assert backend.authenticate(None, username="ji", password=slip.password).id == ji.id
    with acting_as(root):
        assert queries.without_password(root) == ()
    with pytest.raises(NotFound):
        actions.print_first_passwords(user_ids=[ji.id], actor=root, key="another")
