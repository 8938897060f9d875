"""What tables ask of units just now, as the page of burden counts it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby

from django.db.models import Q

from liuchi.engines.collect.enums import TableState
from liuchi.engines.collect.models import Reply
from liuchi.engines.collect.queries.rows import columns_of
from liuchi.engines.collect.rules import Column
from liuchi.engines.collect.scope import FILL
from liuchi.kernel import clock
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.asks import Ask, AskedField, Asking


def asking_now(scope_codes: Collection[str]) -> tuple[Asking, ...]:
    """Return the tables that units below some places have still to answer, as far as they ask."""
    within = Q()
    for low in scope_codes:
        within |= Q(scope_code__gte=low, scope_code__lt=f"{low}~")
    found = (
        Reply.objects.filter(within, table__state=str(TableState.OPEN))
        .filter(table__ends_on__gte=clock.today())
        .order_by("table_id", "scope_code")
        .values_list("table_id", "table__title", "table__columns", "scope_code")
    )
    return tuple(
        _asking(str(table_id), rows[0][1], columns_of(rows[0][2]), tuple(row[3] for row in rows))
        for table_id, group in groupby(found if scope_codes else (), key=lambda row: row[0])
        for rows in [list(group)]
    )


def _asking(
    code: str, title: str, columns: Iterable[Column], scope_codes: tuple[str, ...]
) -> Asking:
    fields = tuple(AskedField(each.code, each.title) for each in columns if each.asked)
    words = Sentence("填表：{title}", "fill in: {title}", {"title": title})
    return Asking(code, title, (Ask("collect.reply", words, FILL, fields),), scope_codes)
