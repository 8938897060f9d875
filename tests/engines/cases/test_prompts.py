"""Prompt sheets: numbered, saying why a case is due when it is, on one sheet of A4."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.db import connections

from liuchi.engines.cases import actions, jobs, queries
from liuchi.engines.cases.enums import PromptKind, PromptStage
from liuchi.engines.cases.models import Prompt
from liuchi.engines.cases.rules.prompts import Sheet, html_of
from liuchi.engines.cases.spec import Limit
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import paper
from liuchi.kernel.errors import NotFound, Refused

TOLD = (
    "你单位承办的“暴露垃圾”案卷（编号20260930-0AF2C4），处置时限 4个工作时：9月30日 16:00 起，"
    "10月1日至7日放假，10月8日 10:00 到期。截至10月8日15:20，已超时3小时20分。"
)
WITHIN = Limit.parse("1 work day")


def issue(world, case_id, actor=None, key=""):
    return actions.issue_prompt(
        case_id=case_id,
        reply_within=WITHIN,
        words="请安排专人处理。",
        actor=actor or world.clerk,
        key=key or world.key(),
    )


def prompts(world) -> list[Prompt]:
    with acting_as(world.clerk):
        return list(Prompt.objects.order_by("id"))


def test_sheets_are_numbered_and_say_why(world) -> None:
    first, second = world.dispatched(), world.dispatched()
    issue(world, first)
    world.clock.advance(timedelta(days=1))
    issue(world, second)
    near, passed = prompts(world)
    assert [(each.year, each.number) for each in (near, passed)] == [(2026, 1), (2026, 2)]
    assert (near.kind, passed.kind) == (PromptKind.NEAR, PromptKind.PASSED)
    assert near.paragraphs[0].split("，", 1)[1] == (
        "处置时限 4个工作时：3月2日 09:00 起，当天 15:00 到期。截至3月2日09:00，还剩4小时。"
    )
    assert near.paragraphs[1:] == [
        "请于3月3日09:00前办结并反馈。确有困难的，请说明原因，按程序申请延期。",
        "请安排专人处理。",
    ]


def test_the_same_key_issues_one(world) -> None:
    case_id = world.dispatched()
    assert issue(world, case_id, key="once") == issue(world, case_id, key="once")
    assert len(prompts(world)) == 1


def test_only_a_desk_prompts_and_only_the_unit_answers(world) -> None:
    case_id = world.dispatched()
    with pytest.raises(Refused, match="not_permitted"):
        issue(world, case_id, world.cleaner)
    with pytest.raises(NotFound):
        issue(world, case_id, world.elsewhere)
    prompt_id = issue(world, case_id)
    answer = {"prompt_id": prompt_id, "answer": "已安排"}
    with pytest.raises(NotFound):
        actions.answer_prompt(actor=world.roadman, key=world.key(), **answer)
    actions.answer_prompt(actor=world.cleaner, key=world.key(), **answer)
    with pytest.raises(Refused, match="prompt_answered"):
        actions.answer_prompt(actor=world.second_cleaner, key=world.key(), **answer)


def test_nobody_is_prompted_before_a_unit_has_it(world) -> None:
    with pytest.raises(Refused, match="prompt_no_unit"):
        issue(world, world.filed())


def test_a_sheet_is_one_page_of_a4() -> None:
    sheet = Sheet(
        kind=PromptKind.PASSED,
        issuer="老峰镇综合治理中心",
        year=2026,
        number=3,
        day=date(2026, 10, 8),
        to="环卫所",
        type_title="暴露垃圾",
        case_number="20260930-0AF2C4",
        paragraphs=(
            TOLD,
            "请于10月9日15:20前办结并反馈。确有困难的，请说明原因，按程序申请延期。",
            "请安排专人处理。",
        ),
        copies=("镇纪检监察办公室",),
    )
    pypdfium = pytest.importorskip("pypdfium2")
    pages = pypdfium.PdfDocument(io.BytesIO(paper.to_pdf(html_of(sheet), title="提示单")))
    assert len(pages) == 1
    assert [round(side) for side in pages[0].get_size()] == [595, 842]
    text = "".join(pages[0].get_textpage().get_text_range().split())
    assert "提示〔2026〕3号" in text
    assert "抄送：镇纪检监察办公室。" in text


def test_a_sheet_printed_again_says_what_it_said(world) -> None:
    prompt_id = issue(world, world.dispatched())
    with acting_as(world.clerk):
        before = queries.prompt_sheet(world.clerk, prompt_id)
    world.clock.advance(timedelta(days=3))
    with acting_as(world.clerk):
        assert queries.prompt_sheet(world.clerk, prompt_id) == before
    assert (before.issuer, before.to, before.number) == (world.town.name, "环卫所", 1)
    with acting_as(world.roadman), pytest.raises(NotFound):
        queries.prompt_sheet(world.roadman, prompt_id)


def test_a_sheet_is_received_answered_and_closed_by_another(world) -> None:
    case_id = world.dispatched()
    prompt_id = issue(world, case_id)
    step = {"prompt_id": prompt_id}
    assert stages(world, prompt_id) == [PromptStage.ISSUED]
    with pytest.raises(Refused, match="prompt_unanswered"):
        actions.close_prompt(actor=world.clerk, key=world.key(), **step)
    actions.receive_prompt(actor=world.cleaner, key=world.key(), **step)
    with pytest.raises(Refused, match="prompt_received"):
        actions.receive_prompt(actor=world.second_cleaner, key=world.key(), **step)
    world.clock.advance(timedelta(days=9))
    assert [jobs.mark_late_units() for _ in range(2)] == [1, 0]
    actions.answer_prompt(actor=world.cleaner, key=world.key(), answer="明天清", **step)
    with acting_as(world.clerk):
        assert queries.unit_work(world.clerk).prompts_answered == 1
    actions.close_prompt(actor=world.clerk, key=world.key(), **step)
    assert stages(world, prompt_id) == [PromptStage.CLOSED]
    with acting_as(world.clerk):
        row = queries.prompt(world.clerk, prompt_id).row
    assert (row.days, row.late) == (9, True)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT kind, data->>'in_time', data->>'prompted' FROM journal_fact "
            "WHERE kind LIKE 'cases.prompt%%' ORDER BY id"
        )
        told = cursor.fetchall()
    unit = str(world.cleaners)
    assert told == [
        ("cases.prompted", None, None),
        ("cases.prompt_received", "", unit),
        ("cases.prompt_late", "no", unit),
        ("cases.prompt_answered", "no", unit),
        ("cases.prompt_closed", "", unit),
    ]


def test_each_sees_the_sheets_that_are_theirs(world) -> None:
    first, second = (issue(world, world.dispatched()) for _ in range(2))
    other = world.filed()
    world.dispatch(other, world.road)
    third = issue(world, other)
    seen = {}
    for name in ("clerk", "cleaner", "roadman", "elsewhere"):
        actor = getattr(world, name)
        with acting_as(actor):
            pages = [queries.prompts(actor, limit=2)]
            while pages[-1].next_after:
                pages.append(queries.prompts(actor, after=pages[-1].next_after, limit=2))
        seen[name] = [[row.id for row in page.rows] for page in pages]
    assert seen == {
        "clerk": [[first, second], [third]],
        "cleaner": [[first, second]],
        "roadman": [[third]],
        "elsewhere": [[]],
    }


def stages(world, prompt_id) -> list[PromptStage]:
    with acting_as(world.cleaner):
        found = queries.prompts_of(
            world.cleaner, queries.prompt(world.cleaner, prompt_id).row.case_id
        )
    return [each.stage for each in found]
