from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.journal.examples import HERE, THERE, known_kinds, seen
from liuchi.engines.journal import jobs, queries
from liuchi.engines.journal.rules import FaultCode, canonical_json, leaf, merkle_root, verify
from liuchi.project.postgres import Role


@pytest.fixture
def sealed(db, clock, monkeypatch):
    """Seven facts of two areas under three seals."""
    monkeypatch.setattr(jobs, "SEAL_FACTS_MAX", 3)
    with known_kinds():
        for place in (HERE, THERE, HERE, THERE, THERE, HERE, HERE):
            seen(area_id=place)
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


def _fact_lines(lines):
    return [number for number, line in enumerate(lines) if line.startswith(b'{"fact"')]


@pytest.mark.parametrize("area", [None, HERE])
@given(data=st.data())
@settings(max_examples=200)
def test_one_changed_byte_anywhere_in_a_fact_names_it(sealed, area, data):
    lines = list(queries.export(area))
    number = data.draw(st.sampled_from(_fact_lines(lines)))
    fact = json.loads(lines[number])["fact"]
    spoilt = bytearray(lines[number])
    at = data.draw(st.integers(0, len(spoilt) - 1))
    spoilt[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != spoilt[at]))
    lines[number] = bytes(spoilt)
    proof = verify(lines)
    assert not proof.holds
    named = [fault for fault in proof.faults if fault.line == number + 1]
    assert [
        fault.fact_id == fact["id"] or (fault.ordinal == fact["ordinal"]) for fault in named
    ] == [True]
    assert str(number + 1) in str(named[0].sentence)


def test_a_mangled_header_does_not_read_as_everything(sealed):
    lines = list(queries.export())
    lines[0] = lines[0].replace(b'"area"', b'" rea"')
    assert not verify(lines).holds


@given(data=st.data())
@settings(max_examples=200)
def test_one_changed_byte_in_any_other_line_is_a_fault(sealed, data):
    lines = list(queries.export())
    others = sorted(set(range(len(lines))) - set(_fact_lines(lines)))
    number = data.draw(st.sampled_from(others))
    spoilt = bytearray(lines[number])
    at = data.draw(st.integers(0, len(spoilt) - 1))
    spoilt[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != spoilt[at]))
    lines[number] = bytes(spoilt)
    assert not verify(lines).holds


def test_a_fact_changed_together_with_its_leaf_is_caught_by_the_seal(sealed):
    lines = list(queries.export())
    number = next(i for i in _fact_lines(lines) if b'"ordinal":5' in lines[i])
    line = json.loads(lines[number])
    line["fact"]["amount"] = "1000"
    line["leaf"] = leaf(canonical_json(line["fact"]))
    lines[number] = canonical_json(line)
    faults = verify(lines).faults
    assert [(fault.code, str(THERE) in str(fault.sentence)) for fault in faults] == [
        (FaultCode.AREA, True)
    ]


def _missing(lines, first, _second, _last):
    del lines[first]


def _twice(lines, first, second, _last):
    lines.insert(second, lines[first])


def _swapped(lines, first, second, _last):
    lines[first], lines[second] = lines[second], lines[first]


def _elsewhere(lines, first, _second, last):
    lines.insert(last, lines[first])


@pytest.mark.parametrize("area", [None, HERE])
def test_missing_repeated_and_moved_facts_are_named(sealed, area):
    for spoil, code in (
        (_missing, FaultCode.MISSING),
        (_twice, FaultCode.REPEATED),
        (_swapped, FaultCode.MOVED),
        (_elsewhere, FaultCode.STRAY),
    ):
        lines = list(queries.export(area))
        first, second, *_, last = _fact_lines(lines)
        fact = json.loads(lines[first])["fact"]
        spoil(lines, first, second, last)
        (fault,) = [f for f in verify(lines).faults if f.code is not FaultCode.CUT]
        assert fault.code is code
        if spoil is not _missing:
            assert (fault.fact_id, fault.ordinal) == (fact["id"], fact["ordinal"])
        elif area is None:
            assert fault.ordinal == fact["ordinal"]


def test_a_file_cut_short_is_known(sealed):
    lines = list(queries.export())
    assert [verify(lines[:kept]).holds for kept in range(13)] == [False] * 12 + [True]


def test_an_empty_file_proves_nothing():
    assert [fault.code for fault in verify([]).faults] == [FaultCode.CUT]


JUNK = (
    b"",
    b"not json",
    b"[]",
    b"7",
    b"\xff",
    b"{}",
    b"[" * 100_000,
    b'{"fact":7,"leaf":7}',
    b'{"fact":NaN,"leaf":1}',
    b'{"fact":"\\ud800","leaf":1}',
    b'{"fact":{},"leaf":null}',
    b'{"seal":{}}',
    b'{"end":0}',
)


def test_junk_is_told_and_never_crashes(sealed):
    whole = list(queries.export())
    for at, junk in itertools.product(range(len(whole) + 1), JUNK):
        proof = verify([*whole[:at], junk, *whole[at:]])
        assert not proof.holds
        assert all(str(fault.sentence) for fault in proof.faults)


def test_a_row_changed_in_the_database_no_longer_matches_its_seal(sealed, cluster, db):
    with cluster.connect(Role.OWNER, db) as owner:
        # What only whoever owns the server can do, and the seals are for.
        owner.execute("ALTER TABLE journal_fact DISABLE TRIGGER USER")
        owner.execute("UPDATE journal_fact SET amount = 1000 WHERE ordinal = 5")
    faults = verify(queries.export()).faults
    assert [(fault.code, str(THERE) in str(fault.sentence)) for fault in faults] == [
        (FaultCode.AREA, True)
    ]


def test_the_time_of_a_seal_is_under_its_root(sealed):
    lines = list(queries.export())
    number = next(i for i, line in enumerate(lines) if b'"seal"' in line)
    lines[number] = lines[number].replace(b'"sealed_at":"2026', b'"sealed_at":"2025')
    assert [fault.code for fault in verify(lines).faults] == [FaultCode.SEAL]


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
