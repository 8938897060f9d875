"""The cast of tests that need a whole village: one account for each role, made by actions."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from uuid import UUID

from django.db import connections
from PIL import Image

from drawn import Followed, follow
from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases.actions import Told
from liuchi.engines.cases.enums import Channel
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.files import actions as files_actions
from liuchi.engines.files.actions import imports
from liuchi.engines.indicators.actions.screens import open_screen
from liuchi.engines.indicators.queries.screens import ScreenRow
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.actions import cards
from liuchi.engines.points.actions import grade_appeals as appeals
from liuchi.engines.points.enums import CampaignSource
from liuchi.engines.points.queries import GoodsRow, ShopRow
from liuchi.engines.visits import actions as visits_actions
from liuchi.engines.visits.actions import Keeper
from liuchi.engines.visits.enums import Duty
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.ids import new_id
from matters import put_matters_in_force
from surfaces.called import call_units
from surfaces.pacts import apply_pact, vote_on_a_pact
from surfaces.partners import Partner, give_card, honour, sign
from surfaces.shown import ITEM, draw, show
from surfaces.walk import Route

PASSWORD = "lane-of-six-feet"
_OF_MATTERS = frozenset(
    {"portal-report", "portal-enterprise", "portal-tracked", "portal-own-report"}
    | {"desk-report", "desk-visit", "desk-field"}
    | {"desk-case", "desk-case-contact"}
    | {"desk-case-recheck", "desk-case-exclude", "portal-cases"}
)
_OF_UNITS = {"whistle_id", "prompt_id", "arbitration_id"}
_OF_GRADES = {"round_id", "line_id", "grade_appeal_id", "grade_issue", "token"}


def office() -> Actor:
    """Return somebody who may appoint anybody: nobody gives away more than they hold."""
    verbs = {verb for role in accounts.roles() for verb in accounts.grants_of(role.code)}
    return system_actor(UUID("00000000-0000-7000-8000-00000000c0de"), *verbs)


@dataclass(frozen=True)
class Member:
    """Somebody with an account; ``person_id`` and names only where it is a resident's."""

    username: str
    user_id: UUID
    password: str = PASSWORD
    person_id: UUID | None = None
    name: str = ""
    masked_name: str = ""

    @property
    def actor(self) -> Actor:
        return directory.actor_of(self.user_id)


class Cast:
    """The people of one village's story."""

    def __init__(self, village_name: str) -> None:
        self.village: AreaRow = directory.area_named(village_name)
        self._members: dict[str, Member] = {}
        self.drawn_posting: Mapping[str, UUID] = {}

    def member(self, role: str) -> Member:
        """Return the account that holds a role here, opened when first asked for."""
        if role not in self._members:
            self._members[role] = self.resident if role == "resident" else self._appoint(role)
        return self._members[role]

    @property
    def reviewer(self) -> Member:
        return self.member("reviewer")

    @property
    def shopkeeper(self) -> Member:
        return self.member("shopkeeper")

    @property
    def secretary(self) -> Member:
        return self.member("secretary")

    @cached_property
    def resident(self) -> Member:
        """A resident with points who has never redeemed any."""
        return self._open_account(
            _one(
                "SELECT holder_id FROM points_account AS account WHERE kind = 'person' "
                "AND balance >= 2 AND starts_with(scope_code, %s) AND NOT EXISTS ("
                "SELECT FROM points_redemption WHERE person_id = account.holder_id) "
                "AND NOT EXISTS (SELECT FROM directory_person_account AS held "
                "WHERE held.person_id = account.holder_id) ORDER BY holder_id LIMIT 1",
                self.village.scope_code,
            )
        )

    @cached_property
    def postings(self) -> tuple[UUID, UUID]:
        """A posting that is out, and one that is being prepared."""
        by = self.secretary.actor
        clerk = self.member("clerk").actor
        made = show(self.village, enters=by, releases=clerk, office=office())
        self.drawn_posting = draw(self.village, clerk)
        return made

    @property
    def rule_code(self) -> str:
        """Return a rule that asks for no photo or certificate."""
        playbook = journal.playbook_in_force("lingbei-credit-community", clock.today())
        assert playbook is not None
        return next(
            rule.code
            for rule in points.rules(playbook)
            if not {"photo", "certificate"} & set(rule.evidence)
        )

    def cheapest_goods(self) -> tuple[ShopRow, GoodsRow]:
        """Return the shop and what costs least of what it has."""
        actor = self.shopkeeper.actor
        with acting_as(actor):
            shop = points.shops(actor)[0]
            shelf = [row for row in points.goods(actor, shop.id) if row.stock > 0]
        return shop, min(shelf, key=lambda row: row.price_points)

    def own_values(self, route: Route) -> dict[str, str]:
        """Fill a route's parameters with records of this village."""
        from surfaces.world import FIGURE, records  # noqa: PLC0415  it imports this module

        if _OF_GRADES & set(route.parameters) or route.name == "portal-grade-receipt":
            self._grade()
        held = {name: str(value) for name, value in records(self.village).items()}
        code = self.village.code if "/v/" in route.path else FIGURE
        held |= {"code": code, "door": "report", "rest": "", "path": "", "short": "me"}
        held |= {"target": "roster", "method": "lingbei-credit-community"}
        held |= {"form": "json", "service": "env-rubbish"}
        if "document_id" in route.parameters:
            held["document_id"] = str(self.goods_photo_id)
        if "rule" in route.parameters:
            held["rule"] = self.rule_code
        if "import_id" in route.parameters:
            held["import_id"] = str(self.import_id)
        if "receipt" in route.parameters:
            held["receipt"] = self.receipt
        if "objection_id" in route.parameters:
            held["objection_id"] = str(self.objection_id)
        held |= {name: str(value) for name, value in self.partner_ids.items()}
        own = {
            "basket_id",
            "batch_id",
            "approval_id",
            "list_id",
            "appeal_id",
            "vote_id",
            "draft_id",
        }
        own |= {"campaign_id", "draw_id", "drawn_id", "exclusion_id", "main_type"}
        for name in own & set(route.parameters):
            held[name] = str(getattr(self, name))
        if route.name in _OF_MATTERS:
            code, report_id = self.matter
            held |= {"receipt": code, "report_id": str(report_id)}
            held |= {"case_id": str(cases_actions.own(code=code).case_id)}
        if route.path.startswith("/me/"):
            held["claim_id"] = str(self.own_claim)
        held |= self._values_of_units(route) | self._values_of_postings(route)
        held |= self._values_of_screens(route)
        return held | self._values_of_one_page(route)

    def _values_of_postings(self, route: Route) -> dict[str, str]:
        """Return an item with what is out of it, and on the desk what is being prepared."""
        if {"check_id", "checked_id"} & set(route.parameters) and self.postings:
            return {name: str(value) for name, value in self.drawn_posting.items()}
        if not {"item", "posting_id"} & set(route.parameters):
            return {}
        of_desk = route.path.startswith("/desk/")
        posting_id = str(self.postings[of_desk])
        return {"item": ITEM, "posting_id": posting_id, "paper": "1", "sheet": "1"}

    def _values_of_units(self, route: Route) -> dict[str, str]:
        """Return a whistle, a sheet and a case to decide on where a page is about one."""
        if not _OF_UNITS & set(route.parameters) and route.name != "desk-whistle-new":
            return {}
        return {name: str(value) for name, value in self.called.items()}

    def _values_of_screens(self, route: Route) -> dict[str, str]:
        if "screen_id" not in route.parameters and not route.path.startswith("/wall/"):
            return {}
        return {"screen_id": str(self.screen.id), "token": self.screen.token}

    def _values_of_one_page(self, route: Route) -> dict[str, str]:
        """Return what a page asks for otherwise than the others."""
        match route.name:
            case "desk-bulletin-edit":  # an issued one is not to be changed
                return {"bulletin_id": str(self._draft())}
            case "portal-grade-receipt":
                return {"receipt": self.grade_receipt}
            case "portal-entry":
                return {
                    "transfer_id": str(self._entry("person_id = %s", self.resident.person_id)[1])
                }
            case "desk-entry":
                person_id, transfer_id = self._entry(
                    "starts_with(scope_code, %s)", self.village.scope_code
                )
                return {"person_id": str(person_id), "transfer_id": str(transfer_id)}
            case "desk-card-print" | "desk-household-cards-print" | "desk-cards-print":
                assert self.cards_issued
            case "portal-grade" | "portal-contact":
                own = {"line_id": "own_grade"} if "grade" in route.name else {"link_id": "own_link"}
                return {name: str(getattr(self, held)) for name, held in own.items()}
        return {}

    @cached_property
    def screen(self) -> ScreenRow:
        """Return the screen in the village's hall."""
        return open_screen(
            actor=self.secretary.actor, key="hall", area_id=self.village.id, title="大厅"
        )

    def _entry(self, whose: str, value: object) -> tuple[UUID, UUID]:
        from surfaces.world import rows  # noqa: PLC0415  it imports this module

        ((person_id, transfer_id),) = rows(
            f"SELECT person_id, transfer_id FROM points_entry WHERE {whose} "
            "AND person_id IS NOT NULL ORDER BY id LIMIT 1",
            value,
        )
        return person_id, transfer_id

    @cached_property
    def matter(self) -> tuple[str, UUID]:
        """Return the receipt and id of what the resident reported, by a method put in force."""
        put_matters_in_force(self.village)
        made = cases_actions.report_case(
            key="matter",
            told=Told(area_id=self.village.id, type_code="other", text="路灯不亮"),
            channel=Channel.RESIDENT,
            actor=self.resident.actor,
        )
        return made.code, made.report_id

    @cached_property
    def own_link(self) -> UUID:
        """Return the link of the resident to the village's stretch of river."""
        reach = _one("SELECT id FROM visits_reach WHERE area_id = %s", self.village.id)
        return visits_actions.pair(
            actor=self.secretary.actor,
            key="own-link",
            duty=Duty.PATROL,
            code="village-river",
            keeper=Keeper(person_id=self.resident.person_id),
            target_id=reach,
        )

    @cached_property
    def followed(self) -> Followed:
        """Return what is drawn and asked about that matter."""
        case_id = cases_actions.own(code=self.matter[0]).case_id
        return follow(case_id, self.secretary.actor)

    @property
    def draw_id(self) -> UUID:
        return self.followed.draw_id

    @property
    def drawn_id(self) -> UUID:
        return self.followed.drawn_id

    @property
    def exclusion_id(self) -> UUID:
        return self.followed.exclusion_id

    @property
    def main_type(self) -> str:
        return self.followed.main_type

    def _grade(self) -> None:
        """See to it that grades are on notice here, and that somebody holds a card."""
        from surfaces.world import grade, rows  # noqa: PLC0415  it imports this module

        if not rows(
            "SELECT FROM points_grade_round WHERE village_id = %s AND state = 'on_notice'",
            self.village.id,
        ):
            grade(self)

    @cached_property
    def household_without_cards(self) -> UUID:
        """Return where somebody lives who takes part and was issued no card."""
        from surfaces.world import records, rows  # noqa: PLC0415  it imports this module

        ((household_id,),) = rows(
            "SELECT household_id FROM directory_membership "
            "JOIN directory_person AS person ON person.id = person_id "
            "WHERE village_id = %s AND household_id <> %s AND EXISTS (SELECT FROM "
            "directory_consent WHERE person_id = person.id AND for_points "
            "AND withdrawn_at IS NULL) "
            "AND NOT EXISTS (SELECT FROM points_card WHERE person_id = person.id) "
            "ORDER BY person.id DESC LIMIT 1",
            self.village.id,
            records(self.village)["household_id"],
        )
        return household_id

    @cached_property
    def cards_issued(self) -> int:
        """Return how many cards there are once all but one household's members hold one."""
        from surfaces.world import rows  # noqa: PLC0415  it imports this module

        everybody = rows(
            "SELECT id FROM directory_person WHERE village_id = %s AND id NOT IN "
            "(SELECT person_id FROM directory_membership WHERE household_id = %s)",
            self.village.id,
            self.household_without_cards,
        )
        done = cards.issue_cards(
            actor=self.secretary.actor,
            key=f"cards-{self.village.code}",
            people=[person_id for (person_id,) in everybody],
        )
        return len(done.issued) + len(done.held_already)

    @cached_property
    def basket_id(self) -> UUID:
        """Return what a resident took home after setting a PIN."""
        keeper = self.shopkeeper.actor
        shop, goods = self.cheapest_goods()
        person_id = _one(
            "SELECT holder_id FROM points_account WHERE kind = 'person' AND balance >= %s "
            "AND starts_with(scope_code, %s) ORDER BY balance DESC, holder_id LIMIT 1",
            goods.price_points,
            self.village.scope_code,
        )
        said = {"actor": keeper, "key": f"visit-{self.village.code}", "person_id": person_id}
        points_actions.set_pin(**said, pin="482915")
        line = points_actions.Line(goods.id, 1, goods.price_points)
        return points_actions.take_basket(**said, shop_id=shop.id, lines=[line], secret="482915").id

    @cached_property
    def goods_photo_id(self) -> UUID:
        """Return the photo of something on the shelf, which anybody may see."""
        shop, goods = self.cheapest_goods()
        shown = points_actions.set_photo(
            actor=self.shopkeeper.actor,
            key="goods-photo",
            shop_id=shop.id,
            goods_id=goods.id,
            content=photo(),
            filename="goods.jpg",
        )
        assert shown.image_id is not None
        return shown.image_id

    @property
    def objection_id(self) -> UUID:
        """Return the id of that objection."""
        return _one(
            "SELECT id FROM points_objection WHERE receipt_hash = %s",
            points.receipt_hash(self.receipt),
        )

    @cached_property
    def import_id(self) -> UUID:
        """Return a table on its way in."""
        return imports.receive(
            "姓名,备注\n甲一,示例\n".encode(),
            "名册.csv",
            target="roster",
            actor=self.secretary.actor,
            key=str(new_id()),
        ).id

    @cached_property
    def batch_id(self) -> UUID:
        """Return a list of this village with one person's claim on it."""
        return points_actions.propose_claims(
            actor=self.secretary.actor,
            key=str(new_id()),
            title="清洁家园",
            rule_code=self.rule_code,
            happened_on=clock.today(),
            person_ids=[self._someone],
        ).id

    @cached_property
    def campaign_id(self) -> UUID:
        """Return a campaign for one person of this village, which nobody has decided."""
        return points_actions.propose_campaign(
            actor=self.secretary.actor,
            key=str(new_id()),
            area_id=self.village.id,
            title="清洁日",
            source=CampaignSource.LIST,
            rule_code=self.rule_code,
            happened_on=clock.today(),
            person_ids=[self._someone],
        ).id

    @cached_property
    def list_id(self) -> UUID:
        """Return the balances of a paper book, which nobody has confirmed."""
        from surfaces.world import bring_balances, rows  # noqa: PLC0415  it imports this module

        bring_balances(self.secretary.actor)
        ((found,),) = rows(
            "SELECT id FROM points_opening_list WHERE starts_with(scope_code, %s) "
            "ORDER BY id DESC LIMIT 1",
            self.village.scope_code,
        )
        return UUID(str(found))

    @cached_property
    def approval_id(self) -> UUID:
        """Return a correction of this village that somebody has asked for."""
        posted = _one(
            "SELECT id FROM points_claim WHERE state = 'posted' AND village_id = %s "
            "ORDER BY id LIMIT 1",
            self.village.id,
        )
        return points_actions.ask_correction(
            actor=self.secretary.actor, key=str(new_id()), claim_id=posted, reason="记了两次"
        ).id

    @cached_property
    def vote_id(self) -> UUID:
        """Return a meeting's vote about rules of this village, which nobody has confirmed."""
        recorder = self.member("recorder").actor
        return vote_on_a_pact(self.village, office(), recorder, self._minutes())

    @cached_property
    def draft_id(self) -> UUID:
        """Return a draft of rules that hold in this village alone, by its secretary."""
        apply_pact(self.village, office(), code="rota", vote=False)
        return directory_actions.start_draft(
            code=f"rota-{self.village.code}", actor=self.secretary.actor, key=str(new_id())
        )

    def _minutes(self) -> UUID:
        """Return a photo of the minutes of a meeting."""
        actor = self.member("recorder").actor
        place = self.village.scope_code
        return files_actions.store_image(
            photo(), "minutes.jpg", actor=actor, key=f"minutes-{place}", scope_code=place
        ).id

    @cached_property
    def partner(self) -> Partner:
        """Return a provider that has signed here."""
        return sign(self.village, self.member("recorder").actor, self.secretary.actor, photo())

    @cached_property
    def partner_ids(self) -> dict[str, UUID]:
        """Return what the provider has done: an agreement, a use, a month."""
        card = give_card(self.secretary.actor, self._someone)
        used, drawn = honour(self.partner, self.member("merchant").actor, card)
        return {
            "agreement_id": self.partner.agreement_id,
            "use_id": used,
            "statement_id": drawn,
        }

    @cached_property
    def appeal_id(self) -> UUID:
        """Return an appeal of this village that nobody has decided."""
        claim = points_actions.propose_claim(
            actor=self.secretary.actor,
            key=str(new_id()),
            person_id=self._someone,
            rule_code=self.rule_code,
            happened_on=clock.today() - timedelta(days=2),
        )
        points_actions.review_claim(
            actor=self.reviewer.actor,
            key=str(new_id()),
            claim_id=claim.id,
            outcome="reject",
            reason="日期不对",
            expected_version=claim.version,
        )
        return points_actions.ask_appeal(
            actor=self.secretary.actor,
            key=str(new_id()),
            claim_id=claim.id,
            reason="登记本上有记录，请再核对。",
        ).id

    @property
    def _someone(self) -> UUID:
        """Return somebody who takes part and has not had the rule today."""
        return _one(
            "SELECT person.id FROM directory_person AS person WHERE village_id = %s AND EXISTS ("
            "SELECT FROM directory_consent WHERE person_id = person.id AND for_points "
            "AND withdrawn_at IS NULL) AND left_on IS NULL ORDER BY person.id DESC LIMIT 1",
            self.village.id,
        )

    @cached_property
    def receipt(self) -> str:
        """Return the code of somebody's objection to an item of this village."""
        from surfaces.world import records  # noqa: PLC0415  it imports this module

        item = records(self.village)
        return points_actions.object_to(
            key=str(new_id()),
            sheet_id=item["sheet_id"],
            place=item["place"],
            text="请核对这一项的次数。",
        ).code

    @cached_property
    def grade_receipt(self) -> str:
        """Return the code of somebody's objection to a list of grades on notice here."""
        round_id = _one(
            "SELECT id FROM points_grade_round WHERE village_id = %s AND state = 'on_notice'",
            self.village.id,
        )
        return appeals.object_to_grade(
            key=str(new_id()), round_id=round_id, place=1, text="请核对这一项的分数。"
        )

    @cached_property
    def called(self) -> dict[str, UUID]:
        """Return ids of a whistle, a prompt sheet and a case to be decided on."""
        return call_units(self.village, self.secretary.actor, office(), PASSWORD)

    @property
    def own_grade(self) -> UUID:
        """Return the resident's line of a round."""
        return _one(
            "SELECT id FROM points_grade WHERE person_id = %s ORDER BY id DESC LIMIT 1",
            self.resident.person_id,
        )

    @property
    def own_claim(self) -> UUID:
        """Return a claim of the resident."""
        return _one(
            "SELECT id FROM points_claim WHERE person_id = %s LIMIT 1", self.resident.person_id
        )

    def _draft(self) -> UUID:
        return _one(
            "SELECT id FROM bulletins_bulletin WHERE state = 'draft' AND area_id = %s LIMIT 1",
            self.village.id,
        )

    def _appoint(self, role: str) -> Member:
        member = self._open(f"{role}-{self.village.code}")
        directory_actions.appoint(
            user_id=member.user_id,
            role=role,
            area_id=self.village.id,
            organization_id=self.partner.organization_id if role == "merchant" else None,
            actor=office(),
            key=str(new_id()),
        )
        return member

    def _open_account(self, person_id: UUID) -> Member:
        member = self._open(f"resident-{person_id}")
        directory_actions.link_account(
            user_id=member.user_id, person_id=person_id, actor=office(), key=str(new_id())
        )
        with acting_as(office()) as actor:
            row = directory.person(actor, person_id)
        return Member(
            member.username, member.user_id, PASSWORD, person_id, row.name, row.masked_name
        )

    def _open(self, username: str) -> Member:
        user_id = accounts_actions.create_user(
            username=username,
            display_name=username[:20],
            password=PASSWORD,
            actor=office(),
            key=str(new_id()),
            must_change_password=False,
        )
        return Member(username, user_id)


def _one(query: str, *values: object) -> UUID:
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, values)
        found = cursor.fetchone()
    assert found is not None, query
    identifier: UUID = found[0]
    return identifier


def photo() -> bytes:
    """Return a picture with a place in its metadata, as a phone makes one."""
    image = Image.new("RGB", (1200, 900), (120, 160, 90))
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    content = io.BytesIO()
    image.save(content, "JPEG", exif=exif)
    return content.getvalue()
