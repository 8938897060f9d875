from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from liuchi.engines.journal import actions, jobs, queries
from liuchi.engines.journal.rules import canonical_json, merkle_root, verify
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import system_actor
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.registry import DimensionType, FactKind, Registry

HERE, THERE = UUID(int=1), UUID(int=2)


class Seen(BaseModel):
    who: UUID


@pytest.fixture
def sealed(db, clock, monkeypatch):
    """Seven facts of two areas under three seals."""
    monkeypatch.setattr(jobs, "SEAL_FACTS_MAX", 3)
    held = Registry()
    held.add_fact_kind(
        FactKind("tests.seen", Sentence("看见", "Seen"), Seen, {"who": DimensionType.PERSON})
    )
    actor = system_actor(new_id())
    with registry.using(held):
        jobs.make_partitions()
        for place in (HERE, THERE, HERE, THERE, THERE, HERE, HERE):
            with acting_as(actor):
                actions.record(
                    "tests.seen",
                    actor=actor,
                    subject_kind="thing",
                    subject_id=new_id(),
                    area_id=place,
                    data=Seen(who=new_id()),
                )
        assert jobs.sequence() == 7
        assert jobs.seal() == 3
        yield


def test_an_export_proves_itself(sealed):
    proof = verify(queries.export())
    assert (proof.holds, proof.facts, proof.seals, proof.root) == (True, 7, 3, queries.head().root)


def test_one_area_proves_itself_without_the_others(sealed):
    lines = list(queries.export(HERE))
    proof = verify(lines)
    assert (proof.holds, proof.facts, proof.seals) == (True, 4, 3)
    assert str(THERE).encode() not in b"".join(line for line in lines if b'"fact"' in line)


def test_nothing_new_makes_no_seal(sealed):
    assert jobs.seal() == 0


def test_one_changed_byte_names_the_fact(sealed):
    lines = list(queries.export())
    where = next(i for i, line in enumerate(lines) if b'"ordinal":5' in line)
    fact_id = json.loads(lines[where])["fact"]["id"]
    lines[where] = lines[where].replace(b'"tests.seen"', b'"tests.seem"')
    proof = verify(lines)
    assert not proof.holds
    assert [fault.fact_id for fault in proof.faults] == [fact_id]


def test_a_change_with_a_new_leaf_is_caught_by_the_seal(sealed):
    lines = list(queries.export())
    where = next(i for i, line in enumerate(lines) if b'"ordinal":5' in line)
    record = json.loads(lines[where])
    record["leaf"] = "0" * 64
    lines[where] = json.dumps(record).encode()
    assert not verify(lines).holds


@pytest.mark.parametrize("spoil", ["missing", "twice", "swapped", "junk", "no_seal"])
def test_missing_repeated_and_moved_lines_are_named(sealed, spoil):
    lines = list(queries.export())
    facts = [i for i, line in enumerate(lines) if b'"fact"' in line]
    first, second = facts[0], facts[1]
    if spoil == "missing":
        del lines[second]
    elif spoil == "twice":
        lines.insert(second, lines[first])
    elif spoil == "swapped":
        lines[first], lines[second] = lines[second], lines[first]
    elif spoil == "junk":
        lines.insert(second, b"not json")
    else:
        lines = lines[:1]
    proof = verify(lines)
    assert not proof.holds
    assert all(str(fault.sentence) for fault in proof.faults)


def test_a_seal_taken_out_breaks_the_chain(sealed):
    lines = list(queries.export())
    seals = [i for i, line in enumerate(lines) if b'"seal"' in line]
    del lines[seals[1] : seals[2]]
    assert not verify(lines).holds


text = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    lambda held: st.lists(held, max_size=4) | st.dictionaries(text, held, max_size=4),
)


@given(st.dictionaries(st.text(alphabet="abcdef"), plain, max_size=6))
def test_canonical_bytes_do_not_depend_on_the_order_of_keys(value):
    shuffled = dict(reversed(list(value.items())))
    assert canonical_json(value) == canonical_json(shuffled)
    assert canonical_json(json.loads(canonical_json(value))) == canonical_json(value)


def test_canonical_bytes_are_these():
    value = {"b": datetime(2022, 5, 26, tzinfo=UTC), "a": UUID(int=7), "积": [1, None, True]}
    assert (
        canonical_json(value)
        == (
            '{"a":"00000000-0000-0000-0000-000000000007","b":"2022-05-26T00:00:00.000000Z",'
            '"积":[1,null,true]}'
        ).encode()
    )


@given(st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=2, max_size=40))
def test_a_merkle_root_depends_on_every_leaf_and_its_place(leaves):
    root = merkle_root(leaves)
    for index in range(len(leaves)):
        changed = [*leaves]
        changed[index] = ("0" if leaves[index][0] != "0" else "1") + leaves[index][1:]
        assert merkle_root(changed) != root
