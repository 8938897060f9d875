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
from concurrent.futures import Future, wait
from dataclasses import dataclass
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
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

BATCH_ITEMS_MAX = 500
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
    waiting = [_waiting(item) for item in items]
    _give_back_connection()
    writer().submit(waiting)
    _, late = wait([each.answer for each in waiting], timeout=wait_seconds)
    if late:
        for each in waiting:
            each.answer.cancel()
        raise busy()
    return tuple(each.answer.result() for each in waiting)


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
            waiting = [_waiting(item) for item in items]
            cursor.execute(_CALL, [*_batch_json(waiting)])
            return _answers(waiting, cursor.fetchall())
    except OperationalError as error:
        raise busy() from error


def stop() -> None:
    """Post what waits, end the writer and close its connection. The next item starts anew."""
    writer().stop()


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """An item on its way: ``text`` is its JSON but for the legs, which the batch numbers."""

    names: frozenset[object]  # the key, and what it moves to a next state
    text: bytes
    legs: tuple[Leg, ...]
    written: Written
    answer: Future[Answer]


# What a statement says of an item by its own name. What is None is left out of it.
_SAID = (
    "key", "kind", "actor_id", "scope_code", "person_id", "reason", "claim_id", "reverses_id",
    "redemption_id", "redemption", "gift", "returned", "opening_id",
)  # fmt: skip
_FACT_SAYS = tuple(name for name in FactOf.__slots__ if name != "data")


def _waiting(item: Item) -> _Waiting:
    """Write an item down as the statement will have it, in the thread of whoever posts it."""
    at, fact, fact_id = clock.now(), item.fact, new_id()
    checked(fact.kind, fact.data)
    stored = {name: held for name in _FACT_SAYS if (held := getattr(fact, name)) is not None}
    stored |= {"id": fact_id, "at": at, "recorded_at": at, "actor_id": item.actor_id}
    stored["data"] = fact.data
    row = {name: held for name in _SAID if (held := getattr(item, name)) is not None}
    row |= {"body_hash": body_hash({"kind": item.kind, **item.body}), "transfer_id": new_id()}
    row |= {"fact_id": fact_id, "at": at, "recorded_at": at, "facts": [stored]}
    names = frozenset({item.key, item.claim_id, item.redemption_id, item.opening_id} - {None})
    return _Waiting(names, to_json(row)[:-1], item.legs, Written(fact_id, at), Future())


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
            elif each.answer.set_running_or_notify_cancel():
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
        each.answer.set_result(answer)


def _post_again(item: _Waiting, error: Exception) -> None:
    """Try one item again after a lost connection, a lock not had in time or a twin key."""
    for _ in range(_ATTEMPTS):
        if not isinstance(error, OperationalError | InterfaceError):
            break
        try:
            item.answer.set_result(_call([item])[0])
        except DatabaseError as next_error:
            error = next_error
        else:
            return
    if is_set_aside(error):
        item.answer.set_result(Answer(Outcome.SET_ASIDE, None, None, 0))
        return
    transient = isinstance(error, OperationalError | InterfaceError)
    item.answer.set_exception(busy() if transient else error)


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
    places: dict[tuple[AccountKind, str, UUID], int] = {}
    accounts: list[dict[str, object]] = []

    def place(account: AccountOf) -> int:
        name = (account.kind, account.unit, account.holder_id)
        if name not in places:
            places[name] = len(accounts)
            said = {each: getattr(account, each) for each in AccountOf.__slots__}
            accounts.append({"id": new_id(), **said})
        return places[name]

    items = []
    for each in batch:
        legs = ",".join(f"[{place(x.debit)},{place(x.credit)},{x.amount}]" for x in each.legs)
        items.append(b'%s,"legs":[%s]}' % (each.text, legs.encode()))
    return to_json(accounts).decode(), f"[{b','.join(items).decode()}]"


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
