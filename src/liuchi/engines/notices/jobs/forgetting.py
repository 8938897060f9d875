"""Old notices go: they are no record, and the facts they follow from stay."""

from __future__ import annotations

from datetime import timedelta

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.notices.models import Message, Notice
from liuchi.engines.notices.scope import sender
from liuchi.kernel import clock
from liuchi.kernel.ids import lowest_id_at

KEEP_READ = timedelta(days=90)
KEEP_UNREAD = timedelta(days=365)
KEEP_MESSAGES = timedelta(days=90)
_BATCH = 5_000


def forget() -> int:
    """Delete what was read or done a quarter ago, and anything after a year; return how many."""
    now = clock.now()
    with acting_as(sender()):
        done = Notice.objects.filter(read_at__lt=now - KEEP_READ).values("pk")[:_BATCH]
        gone = Notice.objects.filter(pk__in=done).delete()[0]
        closed = Notice.objects.filter(closed_at__lt=now - KEEP_READ).values("pk")[:_BATCH]
        gone += Notice.objects.filter(pk__in=closed).delete()[0]
        old = Notice.objects.filter(pk__lt=lowest_id_at(now - KEEP_UNREAD)).values("pk")[:_BATCH]
        gone += Notice.objects.filter(pk__in=old).delete()[0]
        ended = Message.objects.filter(ended_at__lt=now - KEEP_MESSAGES).values("pk")[:_BATCH]
        gone += Message.objects.filter(pk__in=ended).delete()[0]
    return gone
