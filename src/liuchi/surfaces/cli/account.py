"""``liuchi account``: the first administrator, and the one nobody stands above.

Everybody else's account is opened and reset in the desk, by somebody above. Whoever runs
these commands has the server in hand, and is journalled as the operator.
"""

from __future__ import annotations

import secrets
from typing import Annotated
from uuid import UUID

import typer

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts import rules
from liuchi.engines.accounts.enums import Role
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import jobs as journal
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import Invalid, LiuchiError, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

OPERATOR = UUID("00000000-0000-7000-8000-0000000c1100")
_PASSWORD_BYTES = 12

app = typer.Typer(
    name="account",
    help="开设第一个管理员，重置管理员。 The first administrator, and resetting one.",
    no_args_is_help=True,
)


@app.command("administrator")
def administrator_command(
    username: Annotated[str, typer.Argument(help="登录名 sign-in name")],
    name: Annotated[str, typer.Option(help="姓名 name shown")],
    area: Annotated[str, typer.Option(help="管到哪里，如 安庆经济开发区 area or code")],
) -> None:
    """开设管理员并打印初始密码。 Open an administrator's account; print its first password."""
    directory_actions.load_reference_areas()
    journal.make_partitions()
    actor, password = _operator(), secrets.token_urlsafe(_PASSWORD_BYTES)
    try:
        place = directory.area_named(area)
        user_id = accounts_actions.create_user(
            username=username, display_name=name, password=password, actor=actor, key=str(new_id())
        )
        directory_actions.appoint(
            user_id, Role.ADMINISTRATOR, place.id, actor=actor, key=str(new_id())
        )
    except NotFound as error:
        raise _refusal("area", Sentence("没有这个地方。", "There is no such area.")) from error
    except LiuchiError as error:
        raise _refusal(error.code, error.sentence) from error
    typer.echo(
        Sentence(
            "✓ {area} 管理员 {username}，初始密码 {password}，第一次登录时修改。",
            "Administrator {username} of {area}: first password {password}, to be changed at "
            "the first sign-in.",
            {"area": place.name, "username": username, "password": password},
        )
    )


@app.command("reset")
def reset_command(
    username: Annotated[str, typer.Argument(help="登录名 sign-in name")],
    reason: Annotated[str, typer.Option(help="原因 why")],
) -> None:
    """重置：退出所有设备，清除动态验证码，打印新密码和登录码。 Take all access back; begin anew."""
    user = accounts.user_named(username)
    if user is None:
        raise _refusal("user", Sentence("没有这个账号。", "There is no such account."))
    journal.make_partitions()
    actor, password = _operator(), secrets.token_urlsafe(_PASSWORD_BYTES)
    directory_actions.reset_access(user_id=user.id, reason=reason, actor=actor, key=str(new_id()))
    directory_actions.reset_password(
        user_id=user.id, password=password, actor=actor, key=str(new_id())
    )
    slip = directory_actions.issue_device_code(user_id=user.id, actor=actor, key=str(new_id()))
    typer.echo(
        Sentence(
            "✓ {username} 已重置。新密码 {password}，一次性登录码 {code}。",
            "{username} was reset. New password {password}, one-time code {code}.",
            {"username": user.username, "password": password, "code": rules.spaced(slip.code)},
        )
    )


def _operator() -> Actor:
    """Return whoever has the server in hand: nobody gives away more than they hold."""
    verbs = {verb for role in accounts.roles() for verb in accounts.grants_of(role.code)}
    return system_actor(OPERATOR, *sorted(verbs))


def _refusal(code: str, sentence: Sentence) -> Invalid:
    return Invalid(code, sentence)
