"""A bulletin from the first draft to its proof, and everything that must not happen."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from typing import Any
from uuid import uuid4

import docx
import pytest
from django.db import DatabaseError, connections, transaction

from liuchi.engines.bulletins import actions, queries
from liuchi.engines.bulletins.actions import Draft
from liuchi.engines.bulletins.enums import Kind, State
from liuchi.engines.bulletins.queries import BulletinRow, FigureRow
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions as points
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, Invalid, LiuchiError, NotFound, Refused
from members import Cast
from pages_read import codes, fonts, lines, read

ADDRESS = "https://liuchi.example/verify/x/"
REDEEMERS = "{credit.redeemers|area=罗冲社区|as_of=2022-05-26}"
CLAIMS = "{credit.claims}"
BODY = f"截至2022年5月26日，有{REDEEMERS}名居民兑换了礼品。\n一、申报情况\n共申报{CLAIMS}件。"

pytestmark = pytest.mark.slow


def text(cast: Cast, **changes: Any) -> Draft:
    given: dict[str, Any] = {
        "area_id": cast.village.id,
        "masthead": "信用社区简报",
        "issuer": "罗冲社区",
        "title": "积分兑换情况",
        "day": date(2022, 7, 4),
        "body": BODY,
        "report_to": "办事处。",
        **changes,
    }
    return Draft(**given)


def drafted(cast: Cast, **changes: Any) -> BulletinRow:
    actor = cast.member("recorder").actor
    return actions.draft(actor=actor, key=str(uuid4()), text=text(cast, **changes))


def step(action: Any, actor: Actor, row: BulletinRow, **more: Any) -> BulletinRow:
    done: BulletinRow = action(
        actor=actor,
        key=str(uuid4()),
        bulletin_id=row.id,
        expected_version=more.pop("expected_version", row.version),
        **more,
    )
    return done


def checked(cast: Cast, **changes: Any) -> BulletinRow:
    return step(actions.check, cast.secretary.actor, drafted(cast, **changes))


def issued(cast: Cast, **changes: Any) -> BulletinRow:
    row = checked(cast, **changes)
    return step(actions.issue, cast.secretary.actor, row, address=ADDRESS)


def figures(actor: Actor, row: BulletinRow) -> dict[str, FigureRow]:
    with acting_as(actor):
        found = queries.figures(actor, queries.bulletin(actor, row.id))
    return {each.source: each for each in found}


def another_claim(cast: Cast) -> None:
    """Make one more claim of 罗冲, so that a figure of today is no longer what it was."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM points_claim WHERE starts_with(scope_code, %s) "
            "AND state = 'posted' ORDER BY id LIMIT 1",
            [cast.village.scope_code],
        )
        (person_id,) = cursor.fetchone()
    points.propose_claim(
        actor=cast.member("recorder").actor,
        key=str(uuid4()),
        person_id=person_id,
        rule_code=cast.rule_code,
        happened_on=date(2022, 7, 3),
        quantity=1,
        note="",
        evidence=(),
    )


def code_of(error: pytest.ExceptionInfo[LiuchiError]) -> str:
    return error.value.code


def test_a_draft_counts_its_figures_and_keeps_where_the_journal_stood(cast: Cast) -> None:
    row = drafted(cast)
    actor = cast.member("recorder").actor
    held = figures(actor, row)
    with acting_as(actor):
        head = journal.head()

    assert (row.state, row.version, row.number) == (State.DRAFT, 1, None)
    assert list(held) == [REDEEMERS, CLAIMS]
    assert held[REDEEMERS].text == "18"
    assert held[REDEEMERS].as_of == date(2022, 5, 26)
    assert {each.ordinal for each in held.values()} == {head.ordinal}
    assert not any(each.changed for each in held.values())


def test_the_same_key_drafts_once(cast: Cast) -> None:
    actor, key = cast.member("recorder").actor, str(uuid4())
    first = actions.draft(actor=actor, key=key, text=text(cast))
    assert actions.draft(actor=actor, key=key, text=text(cast)).id == first.id
    with pytest.raises(Conflict):
        actions.draft(actor=actor, key=key, text=text(cast, title="另一篇"))


def test_nobody_checks_what_they_wrote(cast: Cast) -> None:
    secretary = cast.secretary.actor
    row = actions.draft(actor=secretary, key=str(uuid4()), text=text(cast))
    with pytest.raises(Refused) as error:
        step(actions.check, secretary, row)
    assert code_of(error) == "own_draft"
    done = step(actions.check, cast.member("clerk").actor, row)
    assert (done.state, done.checked_by_name) == (State.CHECKED, cast.member("clerk").username[:20])


def test_a_draft_is_not_issued_and_a_changed_one_is_checked_again(cast: Cast) -> None:
    secretary = cast.secretary.actor
    with pytest.raises(Refused) as error:
        step(actions.issue, secretary, drafted(cast), address=ADDRESS)
    assert code_of(error) == "not_checked"

    row = checked(cast)
    again = step(actions.edit, secretary, row, text=text(cast, title="改过的题目"))
    assert (again.state, again.version, again.checked_at) == (State.DRAFT, 2, None)
    with pytest.raises(Conflict):
        step(actions.check, cast.member("clerk").actor, again, expected_version=1)


def test_a_figure_that_changed_is_flagged_and_stops_the_issue(cast: Cast) -> None:
    secretary, row = cast.secretary.actor, checked(cast)
    before = figures(secretary, row)[CLAIMS].text
    another_claim(cast)

    flagged = {source: each for source, each in figures(secretary, row).items() if each.changed}
    assert list(flagged) == [CLAIMS]  # the other one is as of a day that is over
    assert (flagged[CLAIMS].text, flagged[CLAIMS].now_text) == (before, str(int(before) + 1))
    with pytest.raises(Refused) as error:
        step(actions.issue, secretary, row, address=ADDRESS)
    assert code_of(error) == "figures_changed"

    renewed = step(actions.renew_figures, cast.member("recorder").actor, row)
    assert renewed.state is State.DRAFT
    assert figures(secretary, renewed)[CLAIMS].text == str(int(before) + 1)
    ready = step(actions.check, secretary, renewed)
    assert step(actions.issue, secretary, ready, address=ADDRESS).state is State.ISSUED


def test_a_figure_may_be_kept_knowingly_until_it_moves_again(cast: Cast) -> None:
    secretary, row = cast.secretary.actor, checked(cast)
    another_claim(cast)
    claims = figures(secretary, row)[CLAIMS]
    step(actions.accept_figure, secretary, row, figure_id=claims.id)

    kept = figures(secretary, row)[CLAIMS]
    assert (kept.changed, kept.accepted, kept.open) == (True, True, False)
    another_claim_of_another_day(cast)
    assert figures(secretary, row)[CLAIMS].open is True


def another_claim_of_another_day(cast: Cast) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM points_claim WHERE starts_with(scope_code, %s) "
            "AND state = 'posted' ORDER BY id DESC LIMIT 1",
            [cast.village.scope_code],
        )
        (person_id,) = cursor.fetchone()
    points.propose_claim(
        actor=cast.member("recorder").actor,
        key=str(uuid4()),
        person_id=person_id,
        rule_code=cast.rule_code,
        happened_on=date(2022, 7, 2),
        quantity=1,
        note="",
        evidence=(),
    )


def test_issuing_seals_first_and_prints_the_head(cast: Cast) -> None:
    actor, row = cast.secretary.actor, issued(cast)
    with acting_as(actor):
        _, pdf = queries.file(actor, row.id, Kind.PDF)
        _, word = queries.file(actor, row.id, Kind.WORD)
        head = journal.head()
        seal = journal.last_seal()

    assert (row.state, row.year, row.number) == (State.ISSUED, 2022, 1)
    assert seal is not None
    assert (row.root, row.ordinal) == (seal.root, seal.form.last_ordinal)
    assert head.sealed_ordinal == row.ordinal
    assert hashlib.sha256(pdf).hexdigest() == row.pdf_sha256
    assert hashlib.sha256(word).hexdigest() == row.word_sha256

    said = [line for page in range(len(read(pdf).pages)) for line in lines(pdf, page)]
    claims = figures(actor, row)[CLAIMS].text
    assert said[:3] == ["信用社区简报", "第1期", "罗冲社区 2022年7月4日"]
    assert "截至2022年5月26日，有18名居民兑换了礼品。" in said
    assert f"共申报{claims}件。" in said
    assert f"日志序号：{row.ordinal}" in said
    assert f"封签：{row.root[:32]}" in said
    assert codes(pdf, len(read(pdf).pages) - 1) == [ADDRESS]
    assert all(fonts(pdf).values())
    paragraphs = [each.text for each in docx.Document(io.BytesIO(word)).paragraphs]
    assert f"共申报{claims}件。" in paragraphs


def test_issuing_twice_with_one_key_issues_once(cast: Cast) -> None:
    actor, row, key = cast.secretary.actor, checked(cast), str(uuid4())
    given: dict[str, Any] = {
        "actor": actor,
        "key": key,
        "bulletin_id": row.id,
        "expected_version": row.version,
        "address": ADDRESS,
    }
    first = actions.issue(**given)
    assert actions.issue(**given) == first


def test_numbers_count_by_series_and_year(cast: Cast) -> None:
    rows = [
        issued(cast),
        issued(cast),
        issued(cast, masthead="志愿服务简报"),
        issued(cast, day=date(2023, 1, 9)),
    ]
    assert [(row.year, row.number) for row in rows] == [(2022, 1), (2022, 2), (2022, 1), (2023, 1)]


def test_what_is_issued_never_changes(cast: Cast) -> None:
    secretary, row = cast.secretary.actor, issued(cast)
    with pytest.raises(Refused) as error:
        step(actions.edit, secretary, row, text=text(cast, title="改过"))
    assert code_of(error) == "already_issued"
    for statement in (
        "UPDATE bulletins_bulletin SET title = 'x' WHERE id = %s",
        "DELETE FROM bulletins_bulletin WHERE id = %s",
        "UPDATE bulletins_figure SET text = '1' WHERE bulletin_id = %s",
    ):
        with (
            pytest.raises(DatabaseError, match="never change"),
            transaction.atomic(using="owner"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute(statement, [row.id])


def test_a_correction_is_an_issue_that_names_the_old_one(cast: Cast) -> None:
    actor, old = cast.secretary.actor, issued(cast)
    new = issued(cast, title="积分兑换情况更正", corrects_id=old.id)
    with acting_as(actor):
        _, pdf = queries.file(actor, new.id, Kind.PDF)
        proof = queries.proof(old.id)

    assert "（更正2022年第1期《积分兑换情况》）" in lines(pdf)
    assert proof.corrected_by == new.id
    with pytest.raises(NotFound):
        drafted(cast, corrects_id=drafted(cast).id)  # a draft is nothing to correct


def test_anybody_may_prove_what_was_issued_and_nothing_else(cast: Cast) -> None:
    row = issued(cast)
    proof = queries.proof(row.id)

    assert (proof.title, proof.number, proof.sealed) == ("积分兑换情况", 1, True)
    assert (proof.ordinal, proof.root) == (row.ordinal, row.root)
    for hidden in (drafted(cast).id, uuid4()):
        with pytest.raises(NotFound):
            queries.proof(hidden)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"title": ""}, "draft_incomplete", "title"),
        ({"masthead": "字" * 17}, "draft_incomplete", "masthead"),
        ({"body": "有{没有}人"}, "reference_unreadable", "body"),
        ({"body": "有{credit.nothing}人"}, "figure_unknown", "body"),
        ({"body": "有{credit.claims|area=没有这个社区}人"}, "figure_unknown", "body"),
        ({"body": "有{credit.claims|area=盛塘社区}人"}, "figure_unknown", "body"),
    ],
)
def test_wrong_drafts_name_the_place(
    cast: Cast, changes: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Invalid) as error:
        drafted(cast, **changes)
    assert (code_of(error), [each.field for each in error.value.errors]) == (code, [field])


def test_each_role_does_its_part_and_no_more(cast: Cast) -> None:
    row = drafted(cast)
    may = {
        role: {
            verb
            for verb in ("read", "write", "check", "issue")
            if cast.member(role).actor.may(f"bulletins.bulletin.{verb}").allowed
        }
        for role in ("recorder", "reviewer", "shopkeeper", "leader", "secretary", "clerk")
    }
    assert may == {
        "recorder": {"read", "write"},
        "reviewer": set(),
        "shopkeeper": set(),
        "leader": {"read", "check", "issue"},  # signing is a leader's
        "secretary": {"read", "write", "check", "issue"},
        "clerk": {"read", "write", "check", "issue"},
    }
    with pytest.raises(Refused):
        step(actions.renew_figures, cast.member("leader").actor, row)
    neighbour = Cast("盛塘社区").secretary.actor
    for action in (actions.check, actions.renew_figures):
        with pytest.raises(NotFound):
            step(action, neighbour, row)
    with acting_as(neighbour), pytest.raises(NotFound):
        queries.bulletin(neighbour, row.id)


def test_facts_say_who_and_which_and_no_word_of_the_text(cast: Cast) -> None:
    row = issued(cast)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT kind, data::text FROM journal_fact WHERE subject_id = %s ORDER BY id", [row.id]
        )
        found = cursor.fetchall()
    assert [kind for kind, _ in found] == [
        "bulletins.drafted",
        "bulletins.checked",
        "bulletins.issued",
    ]
    assert str(row.series_id) in found[0][1]
    assert "积分" not in str(found)
