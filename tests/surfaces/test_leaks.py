"""The search for traces finds what it is for, and nothing else."""

from __future__ import annotations

from surfaces.leaks import Traces, distinct

THEIRS = "01902f6e-0000-7000-8000-000000000001"
TRACES = Traces(frozenset({THEIRS}), frozenset({"何秀兰"}), frozenset({"138****0001"}))


def test_ids_names_and_phones_are_found_wherever_they_stand() -> None:
    assert TRACES.found_in(f'<a href="/desk/people/{THEIRS.upper()}/">') == {THEIRS}
    assert TRACES.found_in("<td>居民何秀兰：志愿服务</td>") == {"何秀兰"}
    assert TRACES.found_in('{"phone_masked": "138****0001"}') == {"138****0001"}
    assert TRACES.found_in("何 秀兰，138****0002") == set()


def test_what_the_request_brought_is_no_trace() -> None:
    assert TRACES.found_in(f"没有找到 {THEIRS}", [THEIRS.upper()]) == set()
    assert TRACES.found_in(f"{THEIRS} 何秀兰", [THEIRS]) == {"何秀兰"}


def test_a_name_two_villages_share_is_no_trace() -> None:
    assert distinct(["王芳", "何秀兰", "李强", ""], ["王芳", "李强生"]) == {"何秀兰"}
