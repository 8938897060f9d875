"""Keeping figures rolled up behind the journal; whatever stands there can be counted again.

One transaction takes the next facts in their order, works out what they change in each count
that is kept, adds that up along the tree of areas and moves on: a crash takes all of it back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.actions import adding_up
from liuchi.engines.indicators.queries import changes
from liuchi.engines.indicators.queries.asked import SECTION, versions_of
from liuchi.engines.indicators.queries.changes import NewFact
from liuchi.engines.indicators.queries.drawing import drawn
from liuchi.engines.indicators.queries.rolled import CONSUMER, rolls
from liuchi.engines.indicators.queries.running import values
from liuchi.engines.indicators.rules.checks import PUBLIC_FIGURES
from liuchi.engines.indicators.rules.opening import companions
from liuchi.engines.indicators.rules.rolling import can_be_kept, digest
from liuchi.engines.indicators.rules.terms import Term, terms
from liuchi.engines.indicators.scope import KEEPER
from liuchi.engines.indicators.spec import IndicatorsSpec, PublicFiguresSpec
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.journal.scope import acting_as, changed, token
from liuchi.kernel import clock
from liuchi.playbooks import registry

FACTS_MAX = 5_000
"""Facts rolled up in one transaction."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A count that is kept: of which indicator, and of which playbooks' facts."""

    code: str
    term: Term
    playbooks: tuple[str, ...]


def roll_up(most: int = FACTS_MAX) -> int:
    """Roll the next facts up, or one count that is not kept yet; return how much was done.

    Nothing more to do: 0. A second process waits for the first.
    """
    with acting_as(KEEPER):
        behind = journal_actions.hold(CONSUMER)
        upto = min(journal.head().ordinal, behind + most)
        wanted = _wanted()
        with connection.cursor() as cursor:
            adding_up.begin(cursor)
            done = _follow_areas(cursor) + _follow_playbooks(cursor, wanted)
            if upto > behind:
                facts = changes.new_facts(behind, upto, most)
                _take(cursor, wanted, facts, behind, upto)
                journal_actions.move(CONSUMER, upto)
            built = _build_next(cursor, wanted, upto)
        return done + (upto - behind) + built


class RollUpsDiffer(RuntimeError):
    """What was kept is not what the facts say: a bug, or a hand in the database."""


def check(many: int) -> int:
    """Count some of what is kept anew, drawn at random; return how many figures were compared.

    Raises RollUpsDiffer where one differs. All that is kept of that definition has then been
    thrown away already and is counted again.
    """
    with _one_snapshot(), acting_as(KEEPER):
        asked = drawn(many)
        wrong = {
            each.asked.spec.code
            for each, kept, anew in zip(asked, values(asked), values(asked, anew=True), strict=True)
            if kept != anew
        }
    if wrong:
        with acting_as(KEEPER), connection.cursor() as cursor:
            journal_actions.hold(CONSUMER)
            cursor.execute("DELETE FROM indicators_series WHERE code = ANY(%s)", [list(wrong)])
            changed("roll_ups")
        msg = f"counted anew: {', '.join(sorted(wrong))}"
        raise RollUpsDiffer(msg)
    return len(asked)


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """See the database as of one moment: a fact that comes between two counts is no difference."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _wanted() -> Mapping[str, _Kept]:
    """Return every count of a definition in force today that can be kept, by its digest."""
    return _defined(token("playbooks"), clock.today())


@lru_cache(maxsize=1)
def _defined(_playbooks: str, on: date) -> Mapping[str, _Kept]:
    kinds = registry.fact_kinds()
    defined = [
        (applied, spec)
        for applied in journal.playbooks_in_force(None, on)
        if (section := journal.section(applied, SECTION, IndicatorsSpec)) is not None
        for spec in section.root
    ]
    found = {}
    for applied, spec in defined:
        codes = tuple(sorted({other.code for other, its in defined if its == spec}))
        counts = terms(spec, kinds, applied.compiled)
        # What everybody reads, and what hangs in halls, is held back by how many it is about.
        shown = spec.headline or spec.code in _made_public(applied)
        about = chain.from_iterable(companions(counts, kinds)) if shown else ()
        for term in (*counts, *about):
            if can_be_kept(term):
                found[digest(term, codes)] = _Kept(spec.code, term, codes)
    return found


def _made_public(applied: AppliedPlaybook) -> set[str]:
    section = journal.section(applied, PUBLIC_FIGURES, PublicFiguresSpec)
    return set(section.codes) if section is not None else set()


def _follow_areas(cursor: CursorWrapper) -> int:
    """Add everything up anew where the tree of areas is no longer the one it was added up by."""
    kept, areas, today = rolls(), token("areas"), clock.today()
    if kept.areas == areas and kept.day == today:
        return 0
    pairs = directory.tree(today)
    told = hashlib.sha256(json.dumps([[str(a), str(b)] for a, b in pairs]).encode()).hexdigest()
    cursor.execute("SELECT digest FROM indicators_tree")
    before = cursor.fetchone()
    if before is None or before[0] != told:
        adding_up.take_back(cursor)
        cursor.execute("DELETE FROM indicators_node")
        cursor.execute(
            "INSERT INTO indicators_node SELECT * FROM unnest(%s::uuid[], %s::uuid[])",
            [[area for area, _ in pairs], [node for _, node in pairs]],
        )
        adding_up.add_up(cursor)
    cursor.execute(
        "INSERT INTO indicators_tree (token, day, digest) VALUES (%s, %s, %s) "
        "ON CONFLICT (singleton) DO UPDATE SET token = excluded.token, day = excluded.day, "
        "digest = excluded.digest",
        [areas, today, told],
    )
    changed("roll_ups")
    return 1


def _follow_playbooks(cursor: CursorWrapper, wanted: Mapping[str, _Kept]) -> int:
    """Begin to keep what a playbook now defines, and forget what none defines any more."""
    cursor.execute("SELECT array_agg(digest) FROM indicators_series")
    known = set(cursor.fetchone()[0] or ())
    gone, new = known - set(wanted), set(wanted) - known
    if gone:
        cursor.execute("DELETE FROM indicators_series WHERE digest = ANY(%s)", [list(gone)])
    if new:
        cursor.execute(
            "INSERT INTO indicators_series (digest, code) SELECT * FROM unnest(%s::text[], "
            "%s::text[])",
            [sorted(new), [wanted[each].code for each in sorted(new)]],
        )
    if gone or new:
        changed("roll_ups")
    return len(gone) + len(new)


def _take(
    cursor: CursorWrapper,
    wanted: Mapping[str, _Kept],
    facts: Sequence[NewFact],
    behind: int,
    upto: int,
) -> None:
    for digest_, series in rolls().series.items():
        kept = wanted[digest_]
        touched = changes.touched(kept.term, facts)
        if touched:
            versions = versions_of(kept.playbooks)
            told = changes.changed(kept.term, versions, touched, behind, upto)
            adding_up.note(cursor, series, kept.term, told)
    adding_up.add_up(cursor)


def _build_next(cursor: CursorWrapper, wanted: Mapping[str, _Kept], upto: int) -> int:
    """Count one of those that are not kept yet over everything there is."""
    cursor.execute("SELECT id, digest FROM indicators_series WHERE NOT built ORDER BY id LIMIT 1")
    found = cursor.fetchone()
    if found is None:
        return 0
    series, digest_ = found
    kept = wanted[digest_]
    told = changes.whole(kept.term, versions_of(kept.playbooks), upto)
    adding_up.note(cursor, series, kept.term, told)
    cursor.execute("ANALYZE indicators_change")
    adding_up.add_up(cursor)
    cursor.execute("UPDATE indicators_series SET built = true WHERE id = %s", [series])
    changed("roll_ups")
    return 1
