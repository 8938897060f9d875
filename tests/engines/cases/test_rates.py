"""The rates the house keeps: valid, written down, and counted over a few cases told by hand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from engines.cases.world import SECTION
from liuchi.engines.cases import actions, jobs
from liuchi.engines.cases.actions import rate_case
from liuchi.engines.cases.enums import HEADLINES, DrawPurpose, ExclusionKind, ExclusionState
from liuchi.engines.cases.measures import HOUSE_SETS
from liuchi.engines.cases.queries import drawing as draws
from liuchi.engines.cases.queries import excluding as exclusions
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.rules.house import house_markdown
from liuchi.engines.indicators.spec import HEADLINES_MAX, IndicatorsSpec
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import system_actor
from liuchi.kernel.errors import Refused
from liuchi.kernel.ids import new_id
from liuchi.playbooks import PlaybookError, load, registry

ROOT = Path(__file__).resolve().parents[3]
RATES = next(each for each in HOUSE_SETS if each.name == "cases.rates")
TIMES = next(each for each in HOUSE_SETS if each.name == "cases.times")
READER = system_actor(new_id(), "indicators.figure.read", "indicators.figure.trace")


@pytest.fixture
def counted(world):
    journal.apply_playbook(
        code="grid",
        source="",
        compiled={
            "cases": SECTION | {"call_backs": 100},
            "indicators": [*RATES.items, *TIMES.items],
        },
        places=[world.town.id],
        in_force_from=date(2026, 1, 2),
        spec_version=1,
        approved_by="办事处",
        actor=world.root,
    )
    return world


def text_of(world, code: str) -> str:
    with acting_as(READER):
        return indicators.figure(READER, f"cases.{code}", world.town.id).text


def test_they_are_valid_and_written_down() -> None:
    spec = IndicatorsSpec.model_validate([*RATES.items, *TIMES.items])
    assert all(spec.find(code) for code in HEADLINES)
    assert len(HEADLINES) == HEADLINES_MAX - 1  # what is open now is the fifth
    written = (ROOT / "docs/reference/rates.md").read_text(encoding="utf-8")
    assert written == house_markdown(registry.house_sets(), registry.fact_kinds())


def test_nothing_to_count_is_no_hundred_per_cent(counted) -> None:
    rates = [code for code in (str(each["code"]) for each in RATES.items) if "rate" in code]
    assert {text_of(counted, code.removeprefix("cases.")) for code in rates} == {"—"}


def test_what_is_late_counts_before_it_is_done(counted) -> None:
    counted.closed()
    late = counted.dispatched()
    counted.clock.advance(timedelta(days=2))
    jobs.escalate_overdue()
    assert (text_of(counted, "in_time_rate"), text_of(counted, "handled_rate")) == ("50.0", "50.0")
    counted.accept(late)
    counted.finish(late)
    assert (text_of(counted, "in_time_rate"), text_of(counted, "handled_rate")) == ("50.0", "100.0")
    assert (text_of(counted, "response_rate"), text_of(counted, "closed_rate")) == ("100.0", "50.0")


def test_how_long_it_took_and_what_is_open(counted) -> None:
    assert [text_of(counted, code) for code in ("open", "closing_median")] == ["0", "—"]
    first, waiting = counted.dispatched(), counted.dispatched()
    counted.clock.advance(timedelta(hours=1))
    counted.accept(first)
    counted.finish(first)
    counted.close(first)
    assert [text_of(counted, code) for code in ("open", "closing_median")] == ["1", "1"]
    counted.clock.advance(timedelta(days=2))
    counted.accept(waiting)
    counted.finish(waiting)
    counted.close(waiting)
    codes = ("open", "closing_median", "closing_most")
    assert [text_of(counted, code) for code in codes] == ["0", "1", "3"]
    with acting_as(READER):
        page = indicators.facts_behind(READER, "cases.closing_most", counted.town.id)
    assert {row.subject_id: row.measured for row in page.rows} == {first: 1, waiting: 3}
    actions.reopen_case(
        actor=counted.secretary, key=counted.key(), case_id=first, reason_code="again"
    )
    assert text_of(counted, "open") == "1"


def test_only_who_answered_counts_and_nobody_twice(counted) -> None:
    rated, called, silent = [counted.report() for _ in range(3)]
    for receipt in (rated, called, silent):
        case_id = counted.case_of(receipt)
        counted.dispatch(case_id)
        counted.accept(case_id)
        counted.finish(case_id)
        counted.close(case_id)
    mine = actions.own(code=rated.code)
    rate_case(key=counted.key(), mine=mine, solved=True, satisfied=True)
    counted.clock.advance(timedelta(days=1))
    journal_jobs.sequence()
    journal_jobs.seal()
    jobs.draw_samples()
    with acting_as(counted.clerk):
        rows = draws.drawn(counted.clerk, DrawPurpose.CALL_BACK).rows
    for row in rows:
        reached = row.case_id != silent.case_id
        said = {"solved": row.case_id == rated.case_id, "satisfied": False} if reached else {}
        actions.record_call_back(
            drawn_id=row.id, reached=reached, actor=counted.checker, key=counted.key(), **said
        )
    assert (text_of(counted, "solved_rate"), text_of(counted, "satisfied_rate")) == ("50.0", "50.0")
    with acting_as(READER):
        page = indicators.facts_behind(READER, "cases.satisfied_rate", counted.town.id, limit=2)
        rest = indicators.facts_behind(
            READER, "cases.satisfied_rate", counted.town.id, after=page.next_after, limit=2
        )
    kinds = [row.kind for row in (*page.rows, *rest.rows)]
    assert (kinds, page.fact_count) == (["cases.rated", "cases.rated", "cases.called_back"], 3)


def test_a_case_is_left_out_by_two_people_and_both_are_listed(counted) -> None:
    counted.closed()
    late = counted.dispatched()
    counted.clock.advance(timedelta(days=2))
    jobs.escalate_overdue()
    asked = {"case_id": late, "kind": ExclusionKind.TIME, "reason": "山洪断路，人车进不去"}
    with pytest.raises(Refused, match="not_permitted"):
        actions.ask_exclusion(actor=counted.cleaner, key=counted.key(), **asked)
    with pytest.raises(Refused, match="reason_missing"):
        actions.ask_exclusion(actor=counted.clerk, key=counted.key(), **(asked | {"reason": " "}))
    held = actions.ask_exclusion(actor=counted.clerk, key=counted.key(), **asked)
    assert text_of(counted, "in_time_rate") == "50.0"
    with pytest.raises(Refused, match="asked_by_you"):
        actions.decide_exclusion(
            exclusion_id=held, agree=True, actor=counted.clerk, key=counted.key()
        )
    agreed = {"exclusion_id": held, "agree": True, "answer": "有气象记录", "key": counted.key()}
    for _ in range(2):
        actions.decide_exclusion(actor=counted.secretary, **agreed)
    assert (text_of(counted, "in_time_rate"), text_of(counted, "closed_rate")) == ("100.0", "50.0")
    with acting_as(counted.clerk):
        (row,) = exclusions.exclusions(counted.clerk).rows
    assert (row.reason, row.asked_by_name, row.decided_by_name, row.state) == (
        "山洪断路，人车进不去",
        "clerk",
        "secretary",
        ExclusionState.APPROVED,
    )
    actions.end_exclusion(exclusion_id=held, actor=counted.secretary, key=counted.key())
    assert text_of(counted, "in_time_rate") == "50.0"


def test_a_playbook_names_the_set_and_the_version_keeps_it(tmp_path) -> None:
    folder = tmp_path / "method"
    copytree(ROOT / "playbooks/laofeng/civility-bank", folder)
    text = (folder / "playbook.yaml").read_text(encoding="utf-8")
    (folder / "playbook.yaml").write_text(
        text.replace("indicators:\n", "indicators:\n  - house: cases.rates\n"), encoding="utf-8"
    )
    section = load(folder).sections["indicators"]
    assert isinstance(section, IndicatorsSpec)
    assert [each.code for each in section.root][: len(RATES.items)] == [
        str(each["code"]) for each in RATES.items
    ]
    (folder / "playbook.yaml").write_text(
        text.replace("indicators:\n", "indicators:\n  - house: cases.none\n"), encoding="utf-8"
    )
    with pytest.raises(PlaybookError, match=r"cases\.rates"):
        load(folder)
