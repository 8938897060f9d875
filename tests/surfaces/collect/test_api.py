"""Tables over the API: what one is asked, answering by key, who is missing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from engines.collect.tables import mine, save, sent
from liuchi.engines.collect.queries import Answer
from liuchi.kernel.actors import Actor

pytestmark = pytest.mark.slow


def answer(client: Client, row: Answer, key: str, **changes: Any) -> Any:
    return client.post(
        f"/api/v1/collect/asked/{row.id}",
        {"rows": [{"c3": "4", "c4": "自建"}], "expected_version": row.version, **changes},
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_what_is_asked_is_listed_read_and_answered_once(
    secretary: Client, town: Actor, unit: Actor
) -> None:
    row = mine(unit, sent(town))
    listed = secretary.get("/api/v1/collect/asked").json()["rows"]
    assert [(each["id"], each["state"]) for each in listed][:1] == [(str(row.id), "waiting")]
    got = secretary.get(f"/api/v1/collect/asked/{row.id}").json()
    assert [(each["code"], each["asked"]) for each in got["columns"]] == [
        ("c1", False), ("c2", False), ("c3", True), ("c4", True),
    ]  # fmt: skip
    assert got["rows"][0]["c1"]["origin"] == "directory"

    first, second = answer(secretary, row, "the-same-key"), answer(secretary, row, "the-same-key")
    assert (first.status_code, first.json()) == (200, second.json())
    assert first.json()["state"] == "handed_in"
    assert first.json()["rows"][0]["c3"]["value"] == "4"
    other = answer(secretary, row, "the-same-key", rows=[{"c3": "5"}])
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    late = answer(secretary, row, "another-key", rows=[{"c3": "5"}])
    assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")


def test_wrong_cells_are_named_one_by_one(secretary: Client, town: Actor, unit: Actor) -> None:
    row = mine(unit, sent(town))
    wrong = answer(secretary, row, "wrong-cells", rows=[{"c3": "四", "c4": "别的"}])
    assert wrong.status_code == 422
    assert [each["field"] for each in wrong.json()["errors"]] == ["cell_1_c3", "cell_1_c4"]
    unknown = answer(secretary, row, "unknown-one", rows=[{"c9": "x"}])
    assert (unknown.status_code, unknown.json()["code"]) == (422, "column_unknown")
    kept = answer(secretary, row, "only-kept", rows=[{"c4": "自建"}], hand_in=False)
    assert (kept.status_code, kept.json()["state"]) == (200, "waiting")


def test_the_owner_sees_who_is_missing(clerk: Client, town: Actor, unit: Actor) -> None:
    table = sent(town)
    save(unit, mine(unit, table), {"c3": "4"})
    listed = clerk.get("/api/v1/collect/tables").json()["rows"]
    assert (listed[0]["id"], listed[0]["missing"]) == (str(table.id), 2)
    got = clerk.get(f"/api/v1/collect/tables/{table.id}").json()
    assert [(each["area_name"], each["state"]) for each in got["replies"]] == [
        ("罗冲社区", "handed_in"),
        ("乌岭社区", "waiting"),
        ("盛塘社区", "waiting"),
    ]


def test_nobody_reads_what_is_not_theirs(secretary: Client, town: Actor, unit: Actor) -> None:
    table = sent(town)
    assert secretary.get("/api/v1/collect/tables").status_code == 403
    assert secretary.get(f"/api/v1/collect/tables/{table.id}").status_code == 403
    theirs = f"/api/v1/collect/asked/{table.id}"
    assert secretary.get(theirs).status_code == 404
