"""The one way into the ledger: items from any thread, one writer, one statement per batch.

A request thread hands in what it has authorised and waits. The writer takes all that
waits, posts it with one call of the owner's ``points_post`` and answers each item. So a
hot shop's row is locked once per batch and not once per customer, and its lock is never
held while Python thinks. The writer is a thread of each process, started by the first
item; nothing is lost with it, since an item without an answer was either not posted or
is found again under its key.

Callers hold no lock that posting needs: they only read before they hand in.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connections,
)
from django.db import connection as current_connection
from pydantic_core import to_json

from liuchi.engines.journal.actions import checked
from liuchi.engines.journal.rules import body_hash
from liuchi.engines.points.actions.posting.shapes import (
    AccountOf,
    Answer,
    FactOf,
    Item,
    Leg,
    Written,
)
from liuchi.engines.points.enums import AccountKind, Outcome
from liuchi.kernel import clock
from liuchi.kernel.errors import Busy, Conflict, Refused
from liuchi.kernel.ids import new_ids
from liuchi.kernel.sentences import Sentence

BATCH_ITEMS_MAX = 1_000
WAITING_ITEMS_MAX = 20_000
WAIT_SECONDS = 10.0
_ATTEMPTS = 4
_CALL = "SELECT place, outcome, transfer_id, short, available FROM points_post(%s, %s)"


def post(item: Item, *, wait_seconds: float = WAIT_SECONDS) -> Answer:
    """Post one item and wait for the answer.

    Raises ``Conflict("key_reused")`` where the key came with another body before,
    ``Refused("set_aside")`` where a counter holds what it would take, and
    ``Busy`` where no answer came in time: the same command may be sent again.
    """
    answer = post_all([item], wait_seconds=wait_seconds)[0]
    if answer.outcome is Outcome.SET_ASIDE:
        raise set_aside()
    if answer.outcome is Outcome.CONFLICT:
        raise key_reused()
    return answer


def key_reused() -> Conflict:
    """Return the error for a key that came with another body before."""
    return Conflict(
        "key_reused",
        Sentence(
            "这张表已经提交过，内容不同。请返回列表查看结果，需要时重新填写。",
            "This form was already sent with other contents. Look at the result in the "
            "list and fill in a new form if needed.",
        ),
    )


def post_all(items: Sequence[Item], *, wait_seconds: float = WAIT_SECONDS) -> tuple[Answer, ...]:
    """Post items, wait for all answers and return them in order."""
    if not items:
        return ()
    together = _Together(len(items))
    waiting = _written_down(items, together)
    _give_back_connection()
    writer().submit(waiting)
    if not together.all_answered.wait(wait_seconds):
        together.given_up = True
        raise busy()
    return tuple(each.result() for each in waiting)


def post_within(items: Sequence[Item]) -> tuple[Answer, ...]:
    """Post items in the caller's own transaction, by one statement; return answers in order.

    For a list that somebody decides on once: it is posted with the decision or not at all.
    Accounts stay locked until the caller commits, so what many people do at a counter goes
    through :func:`post_all`.
    """
    if not items:
        return ()
    try:
        with current_connection.cursor() as cursor:
            waiting = _written_down(items, _Together(len(items)))
            cursor.execute(_CALL, [*_batch_json(waiting)])
            return _answers(waiting, cursor.fetchall())
    except OperationalError as error:
        raise busy() from error


def stop() -> None:
    """Post what waits, end the writer and close its connection. The next item starts anew."""
    writer().stop()


class _Together:
    """Items one caller waits for: one signal for all of them, when the last is answered."""

    __slots__ = ("all_answered", "given_up", "left")

    def __init__(self, count: int) -> None:
        self.left = count  # only the writer changes it
        self.given_up = False  # what the writer has not taken yet, it leaves
        self.all_answered = threading.Event()


class _Waiting:
    """An item on its way: ``text`` is its JSON but for the legs, which the batch numbers."""

    __slots__ = ("answer", "error", "legs", "names", "text", "together", "written")

    def __init__(
        self,
        names: frozenset[object],  # the key, and what it moves to a next state
        text: bytes,
        legs: tuple[Leg, ...],
        written: Written,
        together: _Together,
    ) -> None:
        self.names, self.text, self.legs = names, text, legs
        self.written, self.together = written, together
        self.answer: Answer | None = None
        self.error: Exception | None = None

    def settle(self, outcome: Answer | Exception) -> None:
        """Keep what came of it, and wake the caller if it was the last."""
        if isinstance(outcome, Exception):
            self.error = outcome
        else:
            self.answer = outcome
        self.together.left -= 1
        if not self.together.left:
            self.together.all_answered.set()

    def result(self) -> Answer:
        """Return the answer, or raise what went wrong."""
        if self.error is not None:
            raise self.error
        if self.answer is None:
            raise busy()
        return self.answer


# What a statement says of an item by its own name. What is None is left out of it.
_SAID = (
    "key", "kind", "actor_id", "scope_code", "person_id", "reason", "claim_id", "reverses_id",
    "redemption_id", "redemption", "gift", "returned", "opening_id",
)  # fmt: skip
_FACT_SAYS = tuple(name for name in FactOf.__slots__ if name != "data")


def _written_down(items: Sequence[Item], together: _Together) -> list[_Waiting]:
    """Write items down as the statement will have them, in the thread of whoever posts them."""
    at, ids = clock.now(), new_ids(2 * len(items))
    return [
        _waiting(item, at, ids[2 * n], ids[2 * n + 1], together) for n, item in enumerate(items)
    ]


def _waiting(
    item: Item, at: datetime, fact_id: UUID, transfer_id: UUID, together: _Together
) -> _Waiting:
    fact = item.fact
    checked(fact.kind, fact.data)
    stored = {name: held for name in _FACT_SAYS if (held := getattr(fact, name)) is not None}
    stored |= {"id": fact_id, "at": at, "recorded_at": at, "actor_id": item.actor_id}
    stored["data"] = fact.data
    row = {name: held for name in _SAID if (held := getattr(item, name)) is not None}
    row["body_hash"] = body_hash({"kind": item.kind, **item.body})
    row |= {"transfer_id": transfer_id, "fact_id": fact_id, "at": at, "recorded_at": at}
    row["facts"] = [stored]
    names = {item.key, item.claim_id, item.redemption_id, item.opening_id}
    names.discard(None)
    text = to_json(row)[:-1]
    return _Waiting(frozenset(names), text, item.legs, Written(fact_id, at), together)


class _Writer:
    """A queue and the thread that empties it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: deque[_Waiting] = deque()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def submit(self, items: Sequence[_Waiting]) -> None:
        with self._changed:
            if len(self._queue) + len(items) > WAITING_ITEMS_MAX:
                raise busy()
            self._queue.extend(items)
            if self._thread is None or not self._thread.is_alive():
                self._stopping = False
                self._thread = threading.Thread(
                    target=self._run, name="liuchi-points-writer", daemon=True
                )
                self._thread.start()
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            thread, self._stopping = self._thread, True
            self._changed.notify()
        if thread is not None:
            thread.join(WAIT_SECONDS)

    def _run(self) -> None:
        try:
            while batch := self._take():
                _post_batch(batch)
        finally:
            connections[DEFAULT_DB_ALIAS].close()

    def _take(self) -> list[_Waiting]:
        """Return what waits, or nothing when it is time to end.

        A batch holds each key once: a twin waits for the next batch and is answered there.
        """
        with self._changed:
            while True:
                while not self._queue and not self._stopping:
                    self._changed.wait()
                batch = self._next_batch()
                if batch or self._stopping:
                    self._thread = self._thread if batch else None
                    return batch

    def _next_batch(self) -> list[_Waiting]:
        """Take what waits. Two about one thing follow each other: the second sees the first."""
        batch: list[_Waiting] = []
        twins: list[_Waiting] = []
        taken: set[object] = set()
        while self._queue and len(batch) < BATCH_ITEMS_MAX:
            each = self._queue.popleft()
            if not taken.isdisjoint(each.names):
                twins.append(each)
            elif not each.together.given_up:
                batch.append(each)
            taken |= each.names
        self._queue.extendleft(reversed(twins))
        return batch


def _post_batch(batch: Sequence[_Waiting]) -> None:
    """Answer every item of a batch. One that breaks the batch is found by posting singly."""
    try:
        answers = _call(batch)
    except Exception as error:  # noqa: BLE001  whatever it is, every caller must hear of it
        if len(batch) > 1:
            for each in batch:
                _post_batch([each])
            return
        _post_again(batch[0], error)
        return
    for each, answer in zip(batch, answers, strict=True):
        each.settle(answer)


def _post_again(item: _Waiting, error: Exception) -> None:
    """Try one item again after a lost connection, a lock not had in time or a twin key."""
    for _ in range(_ATTEMPTS):
        if not isinstance(error, OperationalError | InterfaceError):
            break
        try:
            answer = _call([item])[0]
        except DatabaseError as next_error:
            error = next_error
        else:
            item.settle(answer)
            return
    if is_set_aside(error):
        item.settle(Answer(Outcome.SET_ASIDE, None, None, 0))
        return
    transient = isinstance(error, OperationalError | InterfaceError)
    item.settle(busy() if transient else error)


def _call(batch: Sequence[_Waiting]) -> tuple[Answer, ...]:
    accounts, items = _batch_json(batch)
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_CALL, [accounts, items])
            rows = cursor.fetchall()
    except (OperationalError, InterfaceError):
        connection.close()
        raise
    return _answers(batch, rows)


def _answers(batch: Sequence[_Waiting], rows: Sequence[tuple[Any, ...]]) -> tuple[Answer, ...]:
    return tuple(
        Answer(
            Outcome(outcome),
            transfer_id,
            AccountKind(short) if short else None,
            available or 0,
            each.written if outcome == Outcome.POSTED else None,
        )
        for each, (_, outcome, transfer_id, short, available) in zip(batch, rows, strict=True)
    )


def _batch_json(batch: Sequence[_Waiting]) -> tuple[str, str]:
    """Return the accounts of a batch, each once, and its items, whose legs number them."""
    places: dict[tuple[AccountKind, str, UUID], int] = {}
    accounts: list[AccountOf] = []

    def place(account: AccountOf) -> int:
        name = (account.kind, account.unit, account.holder_id)
        known = places.get(name)
        if known is None:
            places[name] = known = len(accounts)
            accounts.append(account)
        return known

    items = []
    for each in batch:
        legs = ",".join(f"[{place(x.debit)},{place(x.credit)},{x.amount}]" for x in each.legs)
        items.append(b'%s,"legs":[%s]}' % (each.text, legs.encode()))
    said = [
        {"id": id_, **{name: getattr(account, name) for name in AccountOf.__slots__}}
        for id_, account in zip(new_ids(len(accounts)), accounts, strict=True)
    ]
    return to_json(said).decode(), f"[{b','.join(items).decode()}]"


def _give_back_connection() -> None:
    """Lend the request's connection to others while it waits, where there is a pool."""
    pooled = current_connection.settings_dict["OPTIONS"].get("pool")
    if pooled and not current_connection.in_atomic_block:
        current_connection.close()


def is_set_aside(error: Exception) -> bool:
    """Whether a posting was refused because a counter holds what it would take."""
    return isinstance(error, IntegrityError) and "points_account_reserved" in str(error)


def set_aside() -> Refused:
    """Return the refusal for what a counter holds for somebody at this moment."""
    return Refused(
        "set_aside",
        Sentence(
            "积分或商品正在另一个柜台办理，请稍后再试。",
            "Points or goods are in use at another counter. Try again shortly.",
        ),
    )


def busy() -> Busy:
    """Return the error for a ledger that did not answer in time."""
    return Busy(
        "ledger_busy",
        Sentence(
            "记账暂时忙，请稍后再点一次，不会重复记账。",
            "The ledger is busy. Send it again in a moment; it will not be posted twice.",
        ),
    )


_writer = _Writer()


def writer() -> _Writer:
    """Return this process's writer."""
    return _writer


def _begin_anew() -> None:
    """Forget, in a forked child, the parent's thread and queue: neither came along."""
    global _writer  # noqa: PLW0603
    _writer = _Writer()


os.register_at_fork(after_in_child=_begin_anew)
atexit.register(stop)
