"""No sequence of verbs by any people breaks a posting's life, or lets out what was not looked at.

``LIUCHI_DISCLOSURES_EXAMPLES`` makes the search longer than it is in every run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.disclosures.posted import Posted
from liuchi.engines.disclosures import actions, queries
from liuchi.engines.disclosures.enums import PostingState as S
from liuchi.engines.disclosures.enums import PostingVerb as V
from liuchi.engines.disclosures.rules import MOVES
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import LiuchiError

EXAMPLES = int(os.environ.get("LIUCHI_DISCLOSURES_EXAMPLES", "10"))
STEPS = 12
PEOPLE = ("secretary", "clerk", "worker", "elsewhere")
DAY = date(2026, 2, 20)
SECRET, WORDS = "13800138000", "修渠"


@dataclass
class Life:
    """What ought to be of one matter's versions, by the table of the rules alone."""

    versions: list[UUID]
    states: dict[UUID, S]
    prepared: dict[UUID, set[UUID]]
    text: dict[UUID, str]
    released_by: dict[UUID, UUID] = field(default_factory=dict)

    @property
    def last(self) -> UUID:
        return self.versions[-1]

    def may(self, verb: V, actor: Actor) -> bool:
        """Whether the rules allow it: the post, the place, the state, the second person."""
        right = "release" if verb in {V.RELEASE, V.SEND_BACK, V.TAKE_DOWN} else "write"
        move = MOVES.get((self.states[self.last], verb))
        if move is None or f"disclosures.posting.{right}" not in actor.grants:
            return False
        return not (move.another and actor.id in self.prepared[self.last])


def _edit(posted: Posted, life: Life, actor: Actor, said: str) -> object:
    return actions.write_rows(
        actor=actor,
        key=posted.world.key(),
        posting_id=life.last,
        rows=[{"what": f"{WORDS}{said}", "amount": "5"}],
        replace=True,
    )


def _by(action: Callable[..., object], **more: str) -> Callable[..., object]:
    def step(posted: Posted, life: Life, actor: Actor, _: str) -> object:
        return action(actor=actor, key=posted.world.key(), posting_id=life.last, **more)

    return step


STEP: Mapping[V, Callable[..., object]] = {
    V.EDIT: _edit,
    V.SUBMIT: _by(actions.submit_posting),
    V.SEND_BACK: _by(actions.send_back_posting, reason="请核对"),
    V.RELEASE: _by(actions.release_posting),
    V.CORRECT: _by(actions.correct_posting, why="有误更正"),
    V.TAKE_DOWN: _by(actions.take_down_posting, reason="录错了村"),
    V.DISCARD: _by(actions.discard_posting),
}


def _happened(life: Life, verb: V, actor: Actor, said: str, made: object) -> None:
    here = life.last
    if verb is V.CORRECT:
        assert isinstance(made, UUID)
        life.versions.append(made)
        life.states[made], life.prepared[made] = S.DRAFT, {actor.id}
        life.text[made] = life.text[here]
        return
    life.states[here] = MOVES[life.states[here], verb].to
    if verb in {V.EDIT, V.SUBMIT}:
        life.prepared[here].add(actor.id)
    if verb is V.EDIT:
        life.text[here] = f"{WORDS}{said}"
    if verb is V.RELEASE:
        life.released_by[here] = actor.id
        for older in life.versions[:-1]:
            if life.states[older] is S.RELEASED:
                life.states[older] = S.CORRECTED
    if verb is V.TAKE_DOWN:
        for older in life.versions:
            if life.states[older].is_public:
                life.states[older] = S.TAKEN_DOWN


def _as_it_ought_to_be(posted: Posted, life: Life) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT id, state, released_by_id, preparer_ids FROM disclosures_posting "
            "WHERE id = ANY (%s)",
            [life.versions],
        )
        for id_, state, by, preparers in cursor.fetchall():
            assert state == life.states[id_]
            assert by == life.released_by.get(id_)
            assert by not in preparers
        cursor.execute(
            "SELECT posting_id, current, words FROM disclosures_public_row "
            "WHERE posting_id = ANY (%s)",
            [life.versions],
        )
        rows = {id_: (current, words) for id_, current, words in cursor.fetchall()}
    out = {id_ for id_, state in life.states.items() if state.is_public and life.text[id_]}
    assert set(rows) == out
    for id_, (current, words) in rows.items():
        assert current is (life.states[id_] is S.RELEASED)
        assert words.startswith(life.text[id_])
        assert SECRET not in words
    found = {hit.row.posting_id for hit in queries.search(posted.village, WORDS, limit=200).rows}
    now = {id_ for id_ in out if life.states[id_] is S.RELEASED}
    assert found & set(life.versions) == now


STEPS_TAKEN = st.lists(
    st.tuples(st.sampled_from(list(V)), st.sampled_from(PEOPLE), st.sampled_from(["一", SECRET])),
    min_size=4,
    max_size=STEPS,
)


def test_no_order_of_verbs_breaks_a_posting(posted: Posted) -> None:
    lives = 0

    @settings(max_examples=EXAMPLES)
    @given(STEPS_TAKEN)
    def play(steps: list[tuple[V, str, str]]) -> None:
        nonlocal lives
        lives += 1
        world = posted.world
        first = posted.begin("works", DAY, subject=f"第{lives}件")
        life = Life([first], {first: S.DRAFT}, {first: {world.secretary.id}}, {first: ""})
        # A first version is mostly let out, so that what follows has something to be about.
        begun = [(V.EDIT, "secretary", "一"), (V.SUBMIT, "secretary", ""), (V.RELEASE, "clerk", "")]
        for verb, name, said in [*begun[: lives % 4], *steps]:
            actor = getattr(world, name)
            expected = life.may(verb, actor) and actor is not world.elsewhere
            leaks = verb is V.RELEASE and SECRET in life.text[life.last]
            try:
                made = STEP[verb](posted, life, actor, said)
            except LiuchiError:
                assert not expected or leaks, (verb, name, life.states[life.last])
            else:
                assert expected, (verb, name, life.states[life.last])
                assert not leaks
                _happened(life, verb, actor, said, made)
            if life.states[life.last] is S.DISCARDED and len(life.versions) > 1:
                life.versions.pop()
        _as_it_ought_to_be(posted, life)

    play()
