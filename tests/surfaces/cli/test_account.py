"""``liuchi account``: the first administrator signs in, and comes back after a lost phone."""

from __future__ import annotations

import re

from django.contrib.auth import authenticate
from typer.testing import CliRunner

from liuchi.engines.accounts import actions, queries
from liuchi.engines.directory import queries as directory
from liuchi.surfaces.cli.account import app

runner = CliRunner()


def run(*arguments: str) -> tuple[int, str]:
    result = runner.invoke(app, arguments)
    return result.exit_code, " ".join(f"{result.output} {result.exception or ''}".split())


def test_the_first_administrator_is_opened_and_reset_by_whoever_has_the_server(db, clock):
    code, said = run("administrator", "guanli", "--name", "管理员", "--area", "安庆经济开发区")
    assert code == 0
    (first,) = re.findall(r"初始密码 (\S+)，", said)
    user = authenticate(None, username="guanli", password=first)
    assert queries.user(user.pk).must_change_password
    (post,) = directory.posts_of(user.pk)
    assert (post.role, post.area_name) == ("administrator", "安庆经济开发区")
    actions.begin_second_factor(user_id=user.pk)

    code, said = run("reset", "guanli", "--reason", "手机丢了")
    ((second, slip),) = re.findall(r"新密码 (\S+)，一次性登录码 (\d{4} \d{4} \d{4})", said)
    assert authenticate(None, username="guanli", password=first) is None
    assert authenticate(None, username="guanli", password=second).pk == user.pk
    assert queries.begun_second_factor(user.pk) is None
    assert actions.prove_device(user_id=user.pk, code=slip) is True


def test_what_is_not_there_is_told(db, clock):
    assert "没有这个地方" in run("administrator", "a1", "--name", "甲", "--area", "无名")[1]
    assert "没有这个账号" in run("reset", "nobody", "--reason", "手机丢了")[1]
