"""Benefits at work: an agreement by two people, a card, a use, quotas, codes, a month's end."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connections
from django.db.utils import InternalError, ProgrammingError

from engines.points.partners import CARD, apply_benefits, drawn, give_card, merchant, partner
from engines.points.threads import in_threads
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, queries
from liuchi.engines.points.enums import AgreementState, AgreementVerb, StatementState
from liuchi.engines.points.jobs import draw_statements
from liuchi.engines.points.models import BenefitCode, BenefitUse
from liuchi.engines.points.rules.card_tokens import number_of
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.ids import new_id


@pytest.fixture
def shop(world):
    """A car shop whose care costs 50 earned points to get; 试甲 has them and a card."""
    apply_benefits(world)
    world.award(world.people[0])
    give_card(world, world.people[0])
    return partner(world, "car-shop", "示例汽修", ["car-care", "pump"])


@pytest.fixture
def property_desk(world):
    apply_benefits(world)
    return partner(world, "property", "示例物业", ["fee-month"])


def use(world, shop, actor=None, key=None, card=CARD, **said):
    return actions.use_benefit(
        actor=actor or shop.merchant,
        key=key or world.key(),
        offer_id=shop.offer("car-care"),
        card_text=card,
        use=actions.Use(**said),
    )


def facts(kind: str) -> list[tuple[object, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT amount, data FROM journal_fact WHERE kind = %s", [kind])
        return [
            (amount, json.loads(data) if isinstance(data, str) else data)
            for amount, data in cursor.fetchall()
        ]


def refused(call) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def test_an_agreement_takes_two_people_and_its_paper(world) -> None:
    apply_benefits(world)
    made = drawn(world, "car-shop", "示例汽修", ["car-care"])
    assert (made.state, made.in_force, len(made.documents)) == (AgreementState.DRAFT, False, 1)
    sign = {"key": world.key(), "agreement_id": made.id}
    assert refused(lambda: actions.sign_agreement(actor=world.recorder, **sign)) == "own_draft"
    signed = actions.sign_agreement(actor=world.secretary, **sign)
    assert actions.sign_agreement(actor=world.secretary, **sign) == signed
    assert (signed.state, signed.in_force) == (AgreementState.SIGNED, True)
    assert [row.organization_name for row in queries.partners(world.village.id)] == ["示例汽修"]
    actions.give_plaque(
        actor=world.secretary, key=world.key(), agreement_id=made.id, on=date(2026, 3, 1)
    )
    moved = {"actor": world.secretary, "agreement_id": made.id, "reason": "门店装修"}
    actions.move_agreement(key=world.key(), verb=AgreementVerb.SUSPEND, **moved)
    assert queries.partners(world.village.id) == ()
    actions.move_agreement(key=world.key(), verb=AgreementVerb.END, **moved)
    assert (
        refused(lambda: actions.move_agreement(key=world.key(), verb=AgreementVerb.RESUME, **moved))
        == "agreement_moved_on"
    )
    kinds = ("agreement_signed", "plaque_given", "agreement_suspended", "agreement_ended")
    assert [len(facts(f"points.{kind}")) for kind in kinds] == [1, 1, 1, 1]


def test_a_card_is_answered_by_yes_until_or_no(world, shop) -> None:
    found = actions.check_card(actor=shop.merchant, text=CARD)
    assert [(each.title, each.eligible, each.left) for each in found.answers] == [
        ("汽车保养8折", True, 1),
        ("借气泵", True, None),
    ]
    assert found.answers[0].until == date(2026, 6, 20)  # the card's, before the agreement's
    poor = give_card(world, world.people[1], number_of("234567890"))
    told = actions.check_card(actor=shop.merchant, text=poor)
    assert next((each.eligible, each.until) for each in told.answers) == (False, None)
    assert actions.check_card(actor=shop.merchant, text="1111111111").answers == ()


def test_a_use_counts_once_saves_what_it_says_and_ends_the_quota(world, shop) -> None:
    key = world.key()
    made = use(world, shop, key=key, price_fen=30_000)
    assert (made.saved_fen, made.state) == (6_000, "made")
    assert use(world, shop, key=key, price_fen=30_000) == made
    assert refused(lambda: use(world, shop)) == "quota_used_up"
    told = actions.check_card(actor=shop.merchant, text=CARD)
    assert [each.decision.reason_code for each in told.answers] == ["quota_used_up", ""]
    ((amount, data),) = facts("points.benefit_used")
    assert (int(amount), data["benefit"], data["via"]) == (6_000, "car-care", "card")
    resident = world.resident(world.people[0])
    with acting_as(resident):
        (row,) = queries.uses_of(resident, world.people[0]).rows
    assert (row.organization_name, row.saved_fen) == ("示例汽修", 6_000)


def test_two_phones_at_once_use_the_last_one_once(world, shop) -> None:
    outcomes = in_threads(
        *(lambda a=actor: use(world, shop, actor=a) for actor in (shop.merchant, shop.second) * 2)
    )
    assert sorted(str(getattr(each, "code", "used")) for each in outcomes) == [
        *["quota_used_up"] * 3,
        "used",
    ]
    assert len(facts("points.benefit_used")) == 1


def test_the_database_holds_the_quota_too(world, shop) -> None:
    use(world, shop)
    with acting_as(world.root):
        held = BenefitUse.objects.get()
        held.pk = new_id()
        with pytest.raises(IntegrityError), acting_as(world.root):
            held.save(force_insert=True)


def test_a_use_is_undone_within_its_day_with_a_reason(world, shop) -> None:
    made = use(world, shop)
    undo = {"actor": shop.second, "use_id": made.id}
    assert refused(lambda: actions.undo_use(key=world.key(), reason="", **undo)) == "reason_missing"
    assert actions.undo_use(key=world.key(), reason="顾客没做", **undo).state == "undone"
    assert len(facts("points.benefit_undone")) == 1
    again = use(world, shop)
    world.clock.advance(timedelta(days=1))
    late = {"actor": shop.merchant, "key": world.key(), "use_id": again.id, "reason": "记错了"}
    assert refused(lambda: actions.undo_use(**late)) == "undo_too_late"


def test_a_loan_is_returned_without_a_fine(world, shop) -> None:
    lent = actions.use_benefit(
        actor=shop.merchant,
        key=world.key(),
        offer_id=shop.offer("pump"),
        card_text=CARD,
        use=actions.Use(thing="气泵2号"),
    )
    assert (lent.thing, lent.due_on) == ("气泵2号", lent.used_on + timedelta(days=7))
    world.clock.advance(timedelta(days=9))
    back = actions.return_loan(actor=shop.second, key=world.key(), use_id=lent.id)
    assert back.returned_at is not None
    assert facts("points.loan_returned")[0][0] is None


def test_a_provider_sees_no_resident_and_no_other_provider(world, shop, property_desk) -> None:
    """Red team: whatever a merchant's scope is asked for, nobody is in it."""
    made = use(world, shop)
    stranger = property_desk.merchant
    with acting_as(shop.merchant), connections["default"].cursor() as cursor:
        for table, column in (
            ("directory_person", "id"),
            ("directory_household", "id"),
            ("points_benefit_use", "id"),
            ("points_benefit_code", "id"),
            ("points_redemption", "id"),
            ("points_claim", "id"),
            ("points_grade", "id"),
            ("points_card", "id"),
        ):
            cursor.execute(f"SELECT count({column}) FROM {table} WHERE true")
            seen = cursor.fetchone()[0]
            assert (table, seen) == (table, 0)
        assert directory.subjects(shop.merchant, set(world.people)) == {}
    with acting_as(stranger):
        assert queries.provider_uses(stranger).rows == ()
    with pytest.raises(NotFound):
        actions.undo_use(actor=stranger, key=world.key(), use_id=made.id, reason="不是我的")
    with pytest.raises(NotFound):
        use(world, shop, actor=stranger)
    said = set(queries.ProviderUse.__dataclass_fields__) | set(
        queries.OfferAnswer.__dataclass_fields__
    )
    assert {name for name in said if "person" in name or "name" in name or "grade" in name} == set()
    outsider = world.user("resident", world.village, world.people[2])
    assert refused(lambda: actions.check_card(actor=outsider, text=CARD)) == "not_permitted"


def test_a_code_waives_a_households_fee_once(world, property_desk) -> None:
    desk, offer = property_desk, property_desk.offer("fee-month")
    first, second = (world.resident(each) for each in world.people[:2])
    code = actions.ask_code(actor=first, key=world.key(), offer_id=offer, person_id=world.people[0])
    again = actions.ask_code(
        actor=first, key=world.key(), offer_id=offer, person_id=world.people[0]
    )
    assert again == code
    for_other = {"key": world.key(), "offer_id": offer, "person_id": world.people[1]}
    assert refused(lambda: actions.ask_code(actor=second, **for_other)) == "household_has_code"
    with pytest.raises(NotFound):
        actions.ask_code(actor=second, key="k", offer_id=offer, person_id=world.people[0])
    with acting_as(world.root):
        (held,) = BenefitCode.objects.values_list("code_hash", flat=True)
    assert code.code.encode() not in bytes(held)
    use_it = {"actor": desk.merchant, "code": f"{code.code[:5]} {code.code[5:]}"}
    used = actions.use_code(key="once", **use_it)
    assert actions.use_code(key="once", **use_it) == used
    assert refused(lambda: actions.use_code(key="twice", **use_it)) == "code_unknown"
    assert refused(lambda: actions.ask_code(actor=second, **for_other)) == "quota_used_up"


def test_a_code_lapses_and_is_no_other_providers(world, shop, property_desk) -> None:
    offer = property_desk.offer("fee-month")
    code = actions.ask_code(  # at the desk, on paper
        actor=world.recorder, key=world.key(), offer_id=offer, person_id=world.people[2]
    )
    give = {"key": world.key(), "code": code.code}
    assert refused(lambda: actions.use_code(actor=shop.merchant, **give)) == "code_unknown"
    world.clock.advance(timedelta(days=15))
    assert refused(lambda: actions.use_code(actor=property_desk.merchant, **give)) == "code_unknown"
    fresh = actions.ask_code(
        actor=world.recorder, key=world.key(), offer_id=offer, person_id=world.people[2]
    )
    assert fresh.code != code.code


def test_both_sides_agree_on_a_month(world, shop) -> None:
    use(world, shop, price_fen=10_000)
    world.clock.move_to(datetime(2026, 4, 1, 2, 0, tzinfo=SHANGHAI))
    assert draw_statements() == 1
    assert draw_statements() == 0
    with acting_as(shop.merchant):
        (row,) = queries.benefit_statements(shop.merchant).rows
    assert (row.month, row.uses, row.saved_fen) == (date(2026, 3, 1), 1, 2_000)
    early = {"key": world.key(), "statement_id": row.id, "expected_version": row.version}
    assert (
        refused(lambda: actions.confirm_statement(actor=world.secretary, **early))
        == "not_your_turn"
    )
    differs = actions.dispute_statement(
        actor=shop.merchant, key=world.key(), statement_id=row.id, note="这一次没有做成"
    )
    assert differs.state is StatementState.DIFFERS
    with acting_as(world.secretary):
        (one,) = queries.statement_uses(world.secretary, differs)
    anew = actions.resolve_statement(
        actor=world.secretary,
        key=world.key(),
        statement_id=row.id,
        note="已核实，撤销",
        undo_use_ids=(one.id,),
    )
    assert (anew.round, anew.uses, anew.state) == (2, 0, StatementState.DRAWN)
    agreed = anew
    for actor in (shop.merchant, world.secretary):
        agreed = actions.confirm_statement(
            actor=actor, key=world.key(), statement_id=row.id, expected_version=agreed.version
        )
    assert agreed.state is StatementState.AGREED
    ((amount, data),) = facts("points.statement_agreed")
    assert (int(amount), data["uses"], data["people"]) == (0, 0, 0)


def test_nobody_reads_uses_without_a_scope(world, shop) -> None:
    use(world, shop)
    with (
        connections["default"].cursor() as cursor,
        pytest.raises((InternalError, ProgrammingError)),
    ):
        cursor.execute("SELECT id FROM points_benefit_use")
    other = merchant(world, shop.agreement.organization_id)
    with acting_as(other):
        assert len(queries.provider_uses(other).rows) == 1
