"""Telling people: lines in the inbox, and word of them on the way out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.notices import queries, rules
from liuchi.engines.notices.enums import Channel, MessageState, Recipient, When
from liuchi.engines.notices.models import Contact, Message, MessageItem, Preference
from liuchi.engines.notices.models import Notice as Line
from liuchi.engines.notices.queries import PreferenceRow
from liuchi.engines.notices.rules import Notice
from liuchi.engines.notices.scope import WRITE
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id

_INSERT = """
INSERT INTO notices_notice (id, recipient_kind, recipient_id, kind, subject_kind, subject_id,
                            area_id, cause_id, text_zh, text_en, link, created_at)
SELECT *, %s::timestamptz FROM unnest(
    %s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::uuid[],
    %s::uuid[], %s::text[], %s::text[], %s::text[])
ON CONFLICT (cause_id, recipient_id, kind) DO """
# A line that comes back after the work was done is unread again; one that only says a newer
# number is not: nobody wants to be told of every single one.
_RENEW = """UPDATE SET text_zh = excluded.text_zh, text_en = excluded.text_en,
    read_at = CASE WHEN notices_notice.closed_at IS NULL THEN notices_notice.read_at END,
    closed_at = NULL """
_JOIN_DIGEST = """
INSERT INTO notices_message (id, recipient_kind, recipient_id, channel, is_digest, is_urgent,
    state, send_at, expires_at, attempts, created_at, provider_id, reason_code)
VALUES (%s, %s, %s, %s, true, false, 'pending', %s, %s, 0, %s, '', '')
ON CONFLICT (recipient_id, channel, send_at) WHERE is_digest AND state = 'pending'
DO UPDATE SET recipient_id = excluded.recipient_id
RETURNING id
"""


def notify(items: Sequence[Notice], *, actor: Actor) -> int:
    """Put lines into inboxes and word of them on its way; return how many lines are new.

    Safe to repeat: a line is there once for its cause, recipient and kind, and goes out
    once by a channel. For flows and jobs: the verb is no post's.
    """
    actor.may(WRITE).or_refuse()
    # In one order, so that two who tell the same people wait for each other in turn.
    wanted = sorted(
        {(n.cause_id, n.recipient[1], n.kind): n for n in items}.items(), key=lambda each: each[0]
    )
    told = [notice for _, notice in wanted]
    with acting_as(actor):
        fresh = _insert([n for n in told if not n.renews], "NOTHING ")
        fresh += _insert([n for n in told if n.renews], _RENEW)
        _send_word(fresh)
    return len(fresh)


def settle(
    *,
    kinds: Iterable[str],
    subject_ids: Collection[UUID],
    actor: Actor,
    readers: Collection[UUID] | None = None,
    but_for: Collection[UUID] = (),
) -> int:
    """Close the lines of some records: the work they speak of is done; return how many.

    ``readers``: for these recipients alone. ``but_for``: causes whose lines stay.
    """
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        found = Line.objects.filter(
            kind__in=list(kinds), subject_id__in=list(subject_ids), closed_at__isnull=True
        ).exclude(cause_id__in=list(but_for))
        if readers is not None:
            found = found.filter(recipient_id__in=list(readers))
        return found.update(closed_at=clock.now())


def clear_recipient(*, recipient_id: UUID, actor: Actor) -> None:
    """Close all lines to somebody who has died, and send none of what waits to go out."""
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        Line.objects.filter(recipient_id=recipient_id, closed_at__isnull=True).update(
            closed_at=clock.now()
        )
        Message.objects.filter(recipient_id=recipient_id, state=MessageState.PENDING).delete()


def forget_recipient(*, recipient_id: UUID, actor: Actor) -> None:
    """Delete all that is kept about somebody's notices: the person was erased."""
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        for kept in (Line, Message, Preference, Contact):
            kept.objects.filter(recipient_id=recipient_id).delete()


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A line that was not there before."""

    id: UUID
    notice: Notice


def _insert(notices: list[Notice], on_conflict: str) -> list[_Fresh]:
    if not notices:
        return []
    ids = [new_id() for _ in notices]
    recipients = [n.recipient for n in notices]
    columns: list[list[Any]] = [
        ids,
        [str(kind) for kind, _ in recipients],
        [id_ for _, id_ in recipients],
        [n.kind for n in notices],
        [n.subject_kind for n in notices],
        [n.subject_id for n in notices],
        [n.area_id for n in notices],
        [n.cause_id for n in notices],
        [rules.line(n.sentence.in_language("zh")) for n in notices],
        [" ".join(n.sentence.in_language("en").split()) for n in notices],
        [n.link for n in notices],
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"{_INSERT}{on_conflict}RETURNING id", [clock.now(), *columns])
        # A line that was renewed answers with the id it has had all along.
        made = {id_ for (id_,) in cursor.fetchall()}
    return [_Fresh(id_, n) for id_, n in zip(ids, notices, strict=True) if id_ in made]


def _send_word(fresh: list[_Fresh]) -> None:
    """Plan a message for every new line whose reader wants word of its kind."""
    wanted = [one for one in fresh if rules.kind(one.notice.kind).when is not When.INBOX]
    if not wanted:
        return
    held = Preference.objects.in_bulk({one.notice.recipient[1] for one in wanted})
    ready = queries.channels_ready()
    for one in wanted:
        said = queries.as_row(held.get(one.notice.recipient[1]))
        if said.channel in ready and one.notice.kind not in said.muted:
            _plan(one, said, clock.now())


def _plan(one: _Fresh, said: PreferenceRow, now: datetime) -> None:
    assert said.channel is not None  # noqa: S101  the caller looked
    when = rules.kind(one.notice.kind).when
    hours = rules.Hours(said.quiet_from_hour, said.quiet_to_hour, said.digest_hour)
    send_at = hours.send_at(now, when)
    kind, recipient_id = one.notice.recipient
    if when is When.DIGEST:
        message_id = join_digest(kind, recipient_id, said.channel, send_at)
    else:
        message_id = new_id()
        Message.objects.create(
            id=message_id,
            recipient_kind=kind,
            recipient_id=recipient_id,
            channel=said.channel,
            is_digest=False,
            is_urgent=False,
            state=MessageState.PENDING,
            send_at=send_at,
            expires_at=send_at + rules.KEEP_TRYING,
            created_at=now,
        )
    MessageItem.objects.create(
        notice_id=one.id, channel=said.channel, message_id=message_id, recipient_id=recipient_id
    )


def join_digest(kind: Recipient, recipient_id: UUID, channel: Channel, send_at: datetime) -> UUID:
    """Return the digest still waiting for that hour, made if there is none.

    The row stays locked until the line hangs on it: a worker takes it with the line or
    leaves it, and one that was first makes this a new digest.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _JOIN_DIGEST,
            [
                new_id(), str(kind), recipient_id, str(channel), send_at,
                send_at + rules.KEEP_TRYING, clock.now(),
            ],
        )  # fmt: skip
        (message_id,) = cursor.fetchone()
    return UUID(str(message_id))
