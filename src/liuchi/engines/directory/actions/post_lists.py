"""Importing posts: who works where as what, with an account for whoever has none yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts.enums import Role
from liuchi.engines.accounts.queries import UserRow
from liuchi.engines.accounts.rules import normal_username
from liuchi.engines.directory import queries
from liuchi.engines.directory.actions.places import Areas
from liuchi.engines.directory.actions.posts import appoint, end_post
from liuchi.engines.directory.models import Organization, Post
from liuchi.engines.files.actions.lists import ListWork
from liuchi.engines.files.rules import (
    ImportBatch,
    ImportReport,
    ListReader,
    ListRow,
    RowProblem,
    UndoReport,
)
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import LiuchiError
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

_NAME = Sentence("这是新账号，请填姓名。", "A new account: give the name.")
_USERNAME = Sentence("请填用户名。", "Give a user name.")
_OTHER_NAME = Sentence(
    "这个用户名是别人的，请核对。", "This user name is another person's. Check it."
)
_ROLE = Sentence("没有这个岗位，请按模板的说明填。", "No such role. See the template's notes.")
_AREA = Sentence("您的范围内没有这个地方。", "No such place in your area.")
_ORGANIZATION = Sentence("名录里没有这个单位。", "No such organisation in the register.")
_TWICE = Sentence("这个任职在表里出现过，这一行没有导入。", "Already in this table; left out.")
_ENDED = Sentence("这个任职已经另行结束。", "This post has been ended meanwhile.")


@dataclass(frozen=True, slots=True)
class _Given:
    """What a row says, in one form. ``user`` is None for an account to be opened."""

    username: str
    name: str
    user: UserRow | None
    role: str
    area_id: UUID
    organization_id: UUID | None


@dataclass(slots=True)
class _Done:
    """What an import has done so far: places in the file by post, and accounts opened."""

    posts: dict[str, list[Any]] = field(default_factory=dict)
    accounts: list[str] = field(default_factory=list)
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class PostWork(ListWork):
    """What the directory does with a list of posts."""

    lock = "liuchi.directory.posts"

    def bring(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Appoint whoever does not hold the post already."""
        reader, words = ListReader(), _Words(actor)
        seen: set[tuple[str, str, UUID]] = set()
        done = _Done()
        for row in reader.rows(batch):
            given = _given(row, reader, words)
            if given is None:
                continue
            post = (given.username, given.role, given.area_id)
            if post in seen:
                reader.refuse(row, "username", _TWICE)
                continue
            seen.add(post)
            try:
                _appoint(given, row, batch, actor, done)
            except LiuchiError as error:
                reader.refuse(row, "role", error.sentence)
        return ImportReport(
            new=len(done.posts),
            unchanged=done.unchanged,
            refused=len(reader.refused),
            rows=tuple(reader.problems),
            kept={"posts": done.posts, "accounts": done.accounts},
        )

    def undo(self, batch_id: UUID, kept: Mapping[str, Any], actor: Actor) -> UndoReport:
        """End the posts as if they had never begun, and close the accounts opened for them."""
        stayed: list[RowProblem] = []
        removed = 0
        for id_, (sheet, number) in kept.get("posts", {}).items():
            post = Post.objects.filter(pk=id_, valid_to__isnull=True).first()
            if post is None:
                stayed.append(RowProblem(sheet, number, "username", _ENDED))
                continue
            end_post(post_id=post.id, actor=actor, key=f"{batch_id}:{id_}", on=post.valid_from)
            removed += 1
        for id_ in kept.get("accounts", ()):
            user_id = UUID(id_)
            if not queries.posts_of(user_id):
                accounts_actions.close_account(
                    user_id=user_id, within_reach=True, actor=actor, key=f"{batch_id}:{id_}"
                )
        return UndoReport(removed, 0, tuple(stayed))


class _Words:
    """Roles, places and organisations by what people call them."""

    def __init__(self, actor: Actor) -> None:
        self.areas = Areas(actor)
        self._roles = {
            word.casefold(): role.code
            for role in accounts.roles()
            if role.code != Role.RESIDENT
            for word in (role.code, role.title.zh, role.title.en)
        }
        self._organizations: dict[tuple[str, UUID], UUID | None] = {}

    def role(self, text: str) -> str | None:
        return self._roles.get(text.casefold())

    def organization(self, name: str, area_id: UUID) -> UUID | None:
        if (name, area_id) not in self._organizations:
            around = queries.area(area_id).scope_code
            found = Organization.objects.filter(
                name=name, valid_to__isnull=True, area__scope_code__startswith=around
            ).values_list("id", flat=True)[:2]
            self._organizations[name, area_id] = found[0] if len(found) == 1 else None
        return self._organizations[name, area_id]


def _given(row: ListRow, reader: ListReader, words: _Words) -> _Given | None:
    username, name = normal_username(row.text("username")), row.text("name")
    user = accounts.user_named(username) if username else None
    role, area_id = words.role(row.text("role")), words.areas.find(row.text("area"))
    at = row.text("organization")
    organization_id = words.organization(at, area_id) if at and area_id else None
    for is_wrong, column, sentence in (
        (not username, "username", _USERNAME),
        (username and user is None and not name, "name", _NAME),
        (user is not None and name and name != user.display_name, "username", _OTHER_NAME),
        (role is None, "role", _ROLE),
        (area_id is None, "area", _AREA),
        (at and area_id and organization_id is None, "organization", _ORGANIZATION),
    ):
        if is_wrong:
            reader.refuse(row, column, sentence)
    if role is None or area_id is None or (row.sheet, row.number) in reader.refused:
        return None
    return _Given(username, name, user, role, area_id, organization_id)


def _appoint(given: _Given, row: ListRow, batch: ImportBatch, actor: Actor, done: _Done) -> None:
    if given.user is None:
        # Several rows of one file may open one account: the first does.
        opened = accounts.user_named(given.username)
        user_id = opened.id if opened else _opened(given, actor, done)
    else:
        user_id = given.user.id
        held = Post.objects.filter(
            user_id=user_id, role_id=given.role, area_id=given.area_id, valid_to__isnull=True
        )
        if held.exists():
            done.unchanged += 1
            return
    post_id = appoint(
        user_id,
        given.role,
        given.area_id,
        given.organization_id,
        actor=actor,
        key=f"{batch.id}:{row.sheet}:{row.number}",
    )
    done.posts[str(post_id)] = [row.sheet, row.number]


def _opened(given: _Given, actor: Actor, done: _Done) -> UUID:
    user_id = accounts_actions.open_account(
        account_id=new_id(),
        username=given.username,
        display_name=given.name,
        area_id=given.area_id,
        actor=actor,
    )
    done.accounts.append(str(user_id))
    return user_id
