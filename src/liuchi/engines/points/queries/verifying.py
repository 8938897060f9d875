"""Whether the ledger is what the journal says: every balance, against a replay from empty."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import AccountKind
from liuchi.engines.points.models import Account, Goods
from liuchi.engines.points.rules.replay import Holding, Told, replay
from liuchi.engines.points.spec.currency import code_of
from liuchi.kernel.actors import Actor

_PAGE = 5_000
_FACTS = (
    "SELECT id, kind, area_id, coalesce(amount, 0)::bigint, data::text FROM journal_fact "
    "WHERE id > %s AND kind LIKE 'points.%%' ORDER BY id LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """An account whose balance is not what the facts make of it."""

    kind: AccountKind
    what: str
    holder_id: UUID
    balance: int
    replayed: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What a replay came to: how many facts and accounts, and where they differ."""

    facts: int
    accounts: int
    differences: tuple[Difference, ...]
    uneven: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every balance is the journal's, and every unit adds up to zero."""
        return not self.differences and not self.uneven


def verify_ledger(actor: Actor) -> Verified:
    """Replay the journal from empty and compare every account; reads everything once.

    Run it while nobody posts: facts and balances are read one after the other.
    """
    require(actor)
    counted = _Counted()
    said = replay(counted.pages())
    goods = {f"goods:{g}": f"{shop}/{code}" for g, shop, code in _goods()}
    held: dict[Holding, int] = {}
    sums: dict[str, int] = {}
    rows = Account.objects.values_list("kind", "unit", "holder_id", "balance").order_by("id")
    accounts = list(rows)
    for kind, unit, holder_id, balance in accounts:
        what = goods.get(unit, code_of(unit))
        held[Holding(AccountKind(kind), what, holder_id)] = balance
        sums[unit] = sums.get(unit, 0) + balance
    wrong = [each for each in {*said, *held} if said.get(each, 0) != held.get(each, 0)]
    return Verified(
        facts=counted.facts,
        accounts=len(accounts),
        differences=tuple(
            Difference(*each, held.get(each, 0), said.get(each, 0)) for each in sorted(wrong)
        ),
        uneven=tuple(sorted(unit for unit, total in sums.items() if total)),
    )


class _Counted:
    """The facts of points, a page at a time, and how many there were."""

    facts = 0

    def pages(self) -> Iterator[Told]:
        after = UUID(int=0)
        while True:
            with connection.cursor() as cursor:
                cursor.execute(_FACTS, [after, _PAGE])
                rows = cursor.fetchall()
            if not rows:
                return
            self.facts += len(rows)
            after = rows[-1][0]
            for _, kind, area_id, amount, data in rows:
                yield Told(kind, area_id, amount, json.loads(data))


def _goods() -> list[tuple[UUID, UUID, str]]:
    return list(Goods.objects.values_list("id", "shop_id", "code"))
