"""Letting a screen in a hall show the figures of a place, and taking that back."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import facts
from liuchi.engines.indicators.queries import screens as queries
from liuchi.engines.indicators.queries.screens import ScreenRow
from liuchi.engines.indicators.scope import SCREEN
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import FieldError, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import FactKind

SUBJECT = "indicators.screen"
TITLE_CHARACTERS_MAX = 40


def open_screen(*, actor: Actor, key: str, area_id: UUID, title: str) -> ScreenRow:
    """Make an address that shows a place's headlines to whoever has it; clicked twice, one."""
    actor.may(SCREEN).or_refuse()
    area = directory.area(area_id)
    if not actor.covers(area.scope_code):
        raise NotFound("area")
    title = title.strip()
    if not 0 < len(title) <= TITLE_CHARACTERS_MAX:
        sentence = Sentence("请写屏幕挂在哪里，最多 40 个字。", "Say where it hangs: 40 letters.")
        raise Invalid("bad_title", sentence, (FieldError("title", sentence),))
    with acting_as(actor):
        screen_id = new_id()
        body = {"area_id": area_id, "title": title}
        done = journal.once(f"indicators.screen:{actor.id}", key, body, screen_id)
        if done is not None:
            return queries.screen(actor, done)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO indicators_screen (id, area_id, scope_code, title, opened_at, "
                "opened_by) VALUES (%s, %s, %s, %s, %s, %s)",
                [screen_id, area.id, area.scope_code, title, clock.now(), actor.id],
            )
        _told(facts.SCREEN_OPENED, actor, screen_id, area.id)
        return queries.screen(actor, screen_id)


def close_screen(*, actor: Actor, key: str, screen_id: UUID) -> ScreenRow:
    """Take an address back: from now on it shows nothing. One taken back already stays so."""
    actor.may(SCREEN).or_refuse()
    with acting_as(actor):
        held = queries.screen(actor, screen_id)
        body = {"screen_id": screen_id}
        done = journal.once(f"indicators.screen_back:{actor.id}", key, body, screen_id)
        if done is not None:
            return held
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE indicators_screen SET closed_at = %s, closed_by = %s "
                "WHERE id = %s AND closed_at IS NULL",
                [clock.now(), actor.id, screen_id],
            )
            if cursor.rowcount:
                _told(facts.SCREEN_CLOSED, actor, screen_id, held.area_id)
        return queries.screen(actor, screen_id)


def _told(kind: FactKind, actor: Actor, screen_id: UUID, area_id: UUID) -> None:
    journal.record(
        kind.kind,
        actor=actor,
        subject_kind=SUBJECT,
        subject_id=screen_id,
        area_id=area_id,
        data=facts.ScreenData(),
    )
