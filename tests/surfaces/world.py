"""Two villages of the demo: 罗冲, where everybody in these tests works, and 盛塘 next door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client

from drawn import follow
from engines.directory.rosters import bring
from liuchi.engines.cases import actions as case_actions
from liuchi.engines.cases.enums import Channel
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import PersonChange
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.files import actions as files
from liuchi.engines.journal.actions import apply_playbook
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points.actions import cards, grades, rounds_of_life
from liuchi.engines.points.actions import grade_appeals as appeals
from liuchi.engines.points.enums import ClosingReason
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id
from liuchi.surfaces.components.sessions import SESSION_PROVED
from members import Cast, Member, office, photo
from surfaces.leaks import Traces, distinct
from surfaces.shown import ITEM
from surfaces.walk import Route

ANONYMOUS = "anonymous"
ROLES = (
    "resident", "recorder", "reviewer", "shopkeeper", "merchant",
    "secretary", "clerk", "leader", "administrator",
)  # fmt: skip
FIGURE = "credit.redeemers"
PUBLIC_CASES = ("open311-", "portal-cases")
PUBLIC_POSTINGS = (
    *("portal-open", "portal-business", "portal-watch"),
    *("list_disclosure_", "get_disclosure_", "search_disclosures"),
)
"""Names of routes that show cases to everybody."""
# What an operation about cases has beside; a note is the one step that is always open.
CASE: dict[str, Any] = {
    "verb": "note",
    "opinion": "试一试",
    "to_reporter": False,
    "found": "done",
    "numbers": {},
    "type_code": "litter",
    "condition_code": "",
    "channel": "call",
    "longitude": None,
    "latitude": None,
    "urgent": False,
    "joins": None,
    "reason_code": "other",
    "unit_id": None,
    "with_units": [],
    "kind": "pause",
    "amount": None,
    "unit": None,
    "until": None,
    "into_id": None,
    "organization": "",
    "answers": {},
}
# What a unit answers to a table it was sent.
ANSWER: dict[str, Any] = {"rows": [{}], "hand_in": False}


def make_world() -> World:
    """Appoint everybody, and give 盛塘 a photo that is nobody else's business."""
    ours, theirs = Cast("罗冲社区"), Cast("盛塘社区")
    for role in ROLES:
        ours.member(role)
    secretary = theirs.member("secretary").actor
    held = records(theirs.village)
    directory_actions.correct_person(
        person_id=held["person_id"],
        change=PersonChange(phone="13855560001"),
        expected_version=rows(
            "SELECT version FROM directory_person WHERE id = %s", held["person_id"]
        )[0][0],
        actor=secretary,
        key="their-phone",
    )
    directory_actions.unmask(
        person_id=held["person_id"],
        field="phone",
        purpose="核对电话",
        actor=secretary,
        key="their-unmasking",
    )
    receipt = points_actions.object_to(
        key="their-objection",
        sheet_id=held["sheet_id"],
        place=held["place"],
        text="请核对一下这一项的日期。",
        contact="13855560001",
    )
    points_actions.choose_public_name(
        actor=secretary, key="their-name", person_id=held["person_id"], anonymous=False
    )
    directory_actions.issue_slips(person_ids=[held["person_id"]], actor=secretary, key="their-slip")
    for actor in (secretary, ours.member("secretary").actor):
        files.imports.receive(
            "姓名,备注\n甲一,示例\n".encode(),
            "名册.csv",
            target="roster",
            actor=actor,
            key="roster",
        )
        bring_balances(actor)
    live_on(secretary)
    for sex in ("女", "男"):  # the second time a row changes, and what it was is kept
        row = ["名册甲", "9901", "1980-01-01", sex]
        bring(secretary, [["姓名", "户号", "出生日期", "性别"], row])
    for cast in (theirs, ours):
        grade(cast)
    document = files.store_image(
        photo(),
        "deed.jpg",
        actor=secretary,
        key="their-photo",
        scope_code=theirs.village.scope_code,
        person_id=held["person_id"],
    )
    take_cases_in(ours, theirs)
    for cast in (ours, theirs):  # made before anything is counted
        assert len({cast.batch_id, cast.approval_id, cast.appeal_id}) == 3
        assert len({cast.approval_id, cast.basket_id, cast.vote_id, cast.draft_id}) == 4
        assert cast.campaign_id
        assert len(cast.postings) == 2
        assert len(cast.partner_ids) == 3
        assert cast.cards_issued
        assert len(cast.called) == 4
    return World(ours, theirs, document.id, receipt.objection_id, receipt.code)


def take_cases_in(*casts: Cast) -> None:
    """Let their town work by a method with cases, and report one in each village."""
    place = casts[0].village
    if place.parent_id is None:
        raise AssertionError(place)
    apply_playbook(
        code="cases",
        source="",
        compiled={
            "playbook": "cases",
            "title": "网格事项",
            "places": ["菱北办事处"],
            "in_force": {"from": "2022-01-01", "approved_by": "办事处"},
            "cases": {
                "types": [{"code": "litter", "title": "乱丢垃圾"}],
                "whistle": {},
                "returns_max": 1,
            },
        },
        places=[place.parent_id],
        in_force_from=clock.today(),
        spec_version=1,
        approved_by="",
        actor=office(),
    )
    for cast in casts:
        made = case_actions.report_case(
            key=f"case-{cast.village.code}",
            told=case_actions.Told(
                area_id=cast.village.id, type_code="litter", text=f"{cast.village.name}的一件"
            ),
            channel=Channel.CALL,
            actor=cast.secretary.actor,
        )
        follow(made.case_id, cast.secretary.actor)


def grade(cast: Cast) -> None:
    """Put a round of grades on notice, with an objection to it, and issue somebody a card."""
    actor, village = cast.secretary.actor, cast.village
    opened = grades.open_round(
        actor=actor, key=f"round-{village.code}", village_id=village.id, scheme="local"
    )
    grades.compute_round(actor=actor, key=f"count-{village.code}", round_id=opened.id)
    _reach_a_grade(opened.id)
    grades.publish_round(actor=actor, key=f"publish-{village.code}", round_id=opened.id)
    appeals.object_to_grade(
        key=f"round-{village.code}", round_id=opened.id, place=1, text="请核对一下这一项。"
    )
    ((person_id,),) = rows(
        "SELECT person_id FROM points_grade WHERE round_id = %s ORDER BY place LIMIT 1", opened.id
    )
    cards.issue_cards(actor=actor, key=f"card-{village.code}", people=[person_id])


def _reach_a_grade(round_id: UUID) -> None:
    """Lift the round's people to the lowest step: three months of a demo earn nobody one."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE points_grade SET points = 30, grade = 'A', title = 'A级', rank = 1, "
            "place = numbered.place FROM (SELECT id, row_number() OVER (ORDER BY id) AS place "
            "FROM points_grade WHERE round_id = %s) AS numbered "
            "WHERE numbered.id = points_grade.id",
            [round_id],
        )
        cursor.execute("UPDATE points_grade_round SET graded = people WHERE id = %s", [round_id])


def live_on(actor: Actor) -> None:
    """Enter somebody twice, and let somebody move away."""
    one, other, gone = directory_actions.import_people(
        [
            directory_actions.PersonImport(name, actor.scope_code, household="9910")
            for name in ("重名甲", "重名甲", "远行甲")
        ],
        actor=actor,
        key="their-twins",
    ).person_ids
    directory_actions.ask_merge(survivor_id=one, duplicate_id=other, actor=actor, key="their-merge")
    day = clock.today()
    directory_actions.note_departure(gone, "moved", day, actor=actor, key="their-departure")
    ((cause,),) = rows(
        "SELECT id FROM journal_fact WHERE kind = 'directory.person_departed' AND subject_id = %s",
        gone,
    )
    with acting_as(actor):
        rounds_of_life.begin_closing(gone, ClosingReason.MOVED, on=day, cause_id=cause, actor=actor)


def bring_balances(actor: Actor) -> None:
    """Bring a paper book of one line, which nobody has confirmed."""
    ((name, label),) = rows(
        "SELECT person.name, household.label FROM directory_person AS person "
        "JOIN directory_consent AS consent ON consent.person_id = person.id "
        "JOIN directory_membership AS member ON member.person_id = person.id "
        "JOIN directory_household AS household ON household.id = member.household_id "
        "WHERE starts_with(person.scope_code, %s) AND consent.withdrawn_at IS NULL "
        "AND consent.for_points AND member.valid_to IS NULL AND person.left_on IS NULL "
        "AND NOT EXISTS ("
        "SELECT FROM points_opening WHERE person_id = person.id) ORDER BY person.id LIMIT 1",
        actor.scope_code,
    )
    _, report = bring(
        actor, [["姓名", "户号", "积分"], [name, label, 3]], target="opening_balances"
    )
    assert report.new == 1


def rows(query: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask as the owner, whom row-level security does not bind."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def tables_with_scope() -> tuple[str, ...]:
    """Return every table whose rows belong to somebody's area."""
    found = rows(
        "SELECT table_name FROM information_schema.columns JOIN information_schema.tables "
        "USING (table_schema, table_name) WHERE table_schema = 'public' "
        "AND column_name = 'scope_code' AND table_type = 'BASE TABLE' ORDER BY 1"
    )
    return tuple(name for (name,) in found)


# A bulletin as its form sends one; ``step`` is what its page would do next.
BULLETIN = {
    "step": "renew",
    "masthead": "试一试",
    "issuer": "试一试",
    "title": "试一试",
    "day": "2022-07-04",
    "body": "试一试。",
}


@dataclass
class World:
    """The demo as a test sees it. ``theirs`` and ``ours`` hold one record of each kind."""

    cast: Cast
    neighbours: Cast
    document_id: UUID
    objection_id: UUID
    receipt: str
    database: str = ""  # each test's own

    @property
    def today(self) -> date:
        return clock.today()

    @property
    def rule_code(self) -> str:
        return self.cast.rule_code

    @cached_property
    def theirs(self) -> Mapping[str, object]:
        """Records of 盛塘, by the name of the parameter that would ask for them."""
        return {
            **records(self.neighbours.village),
            "document_id": self.document_id,
            "objection_id": self.objection_id,
            "basket_id": self.neighbours.basket_id,
            "batch_id": self.neighbours.batch_id,
            "approval_id": self.neighbours.approval_id,
            "appeal_id": self.neighbours.appeal_id,
            "campaign_id": self.neighbours.campaign_id,
            "vote_id": self.neighbours.vote_id,
            "draft_id": self.neighbours.draft_id,
            "posting_id": self.neighbours.postings[1],
            **self.neighbours.drawn_posting,
            **self.neighbours.partner_ids,
        }

    @cached_property
    def ours(self) -> Mapping[str, object]:
        """Records of 罗冲, by the same names."""
        return {
            **records(self.cast.village),
            "document_id": UUID(int=7),  # no photo: what matters is that theirs is not shown
            "basket_id": self.cast.basket_id,
            "batch_id": self.cast.batch_id,
            "approval_id": self.cast.approval_id,
            "appeal_id": self.cast.appeal_id,
            "campaign_id": self.cast.campaign_id,
            "vote_id": self.cast.vote_id,
            "draft_id": self.cast.draft_id,
            "posting_id": self.cast.postings[1],
            **self.cast.drawn_posting,
            **self.cast.partner_ids,
        }

    @cached_property
    def traces(self) -> Traces:
        village = self.neighbours.village
        ids = {
            str(identifier)
            for table in tables_with_scope()
            if table not in {"directory_area", "points_shop", "points_goods"}
            for identifier in _ids(table, village.scope_code)
        }
        ids |= {str(fact_id) for (fact_id,) in _facts_of(village)}
        theirs = "SELECT name FROM directory_person WHERE starts_with(scope_code, %s)"
        others = "SELECT name FROM directory_person WHERE NOT starts_with(scope_code, %s)"
        code = village.scope_code
        staff = [name for (name,) in rows("SELECT display_name FROM accounts_user")]
        return Traces(
            frozenset(ids),
            distinct(
                (name for (name,) in rows(theirs, code)),
                [*(name for (name,) in rows(others, code)), *staff],
            ),
            self._phones() - self._phones(ours=True),
        )

    def client(self, role: str, *, enforce_csrf_checks: bool = False) -> Client:
        """Return a browser signed in as a role of 罗冲, or as nobody."""
        client = Client(enforce_csrf_checks=enforce_csrf_checks)
        if role != ANONYMOUS:
            _sign_in(client, self.cast.member(role))
        return client

    def client_of_theirs(self) -> Client:
        client = Client()
        _sign_in(client, self.neighbours.member("secretary"))
        return client

    def fillings(self, route: Route) -> Iterator[dict[str, str]]:
        """Fill a route with what is theirs, and with every mixture of theirs and ours."""
        fixed = {
            "target": "roster",
            "method": "lingbei-credit-community",
            "door": "report",
            "rest": "nowhere",
            "form": "json",
            "service": "litter",
            "path": "nowhere",
            "item": ITEM,
            "paper": "1",
            "sheet": "1",
            "short": "nowhere",
            "issue": str(self.theirs["issue"]),
            "main_type": str(self.theirs["main_type"]),
            "rule": self.rule_code,
            "receipt": self.receipt,
        }
        code = self.neighbours.village.code if "/v/" in route.path else FIGURE
        names = [name for name in route.parameters if name.endswith("_id")]
        plain = {name: fixed.get(name, code) for name in route.parameters if name not in names}
        theirs = self.theirs
        if route.name == "desk-cards-household":  # where there is a card to issue
            theirs = {**theirs, "household_id": self.neighbours.household_without_cards}
        for choice in product((theirs, self.ours), repeat=len(names)):
            if names and all(each is self.ours for each in choice):
                continue
            yield plain | {name: str(each[name]) for name, each in zip(names, choice, strict=True)}

    def ours_for(self, route: Route) -> dict[str, str]:
        """Fill a route with what is ours alone."""
        values = self.theirs_for(route)
        if "/v/" in route.path:
            values |= {"code": self.cast.village.code, "issue": str(self.ours["issue"])}
        return values | {
            name: str(self.ours[name]) for name in route.parameters if name in self.ours
        }

    def theirs_for(self, route: Route) -> dict[str, str]:
        """Fill a route with what is theirs alone."""
        return next(self.fillings(route))

    def open_ids(self, route: Route) -> tuple[str, ...]:
        """Return ids of theirs that a route may show to anybody: of cases, of what is out."""
        if route.name.startswith(PUBLIC_POSTINGS):
            return self._public_postings
        return self._public_cases if route.name.startswith(PUBLIC_CASES) else ()

    @cached_property
    def _public_postings(self) -> tuple[str, ...]:
        found = rows(
            "SELECT id FROM disclosures_public_posting WHERE area_id = %s",
            self.neighbours.village.id,
        )
        return tuple(str(posting_id) for (posting_id,) in found)

    @cached_property
    def _public_cases(self) -> tuple[str, ...]:
        found = rows(
            "SELECT id FROM cases_case WHERE village_id = %s AND NOT sensitive",
            self.neighbours.village.id,
        )
        return tuple(str(case_id) for (case_id,) in found)

    def queries(self, route: Route) -> Iterator[dict[str, str]]:
        """Ask for nothing in particular, for their records, and for their names."""
        yield {}
        yield {
            "area": str(self.neighbours.village.id),
            "area_id": str(self.neighbours.village.id),
            "person_id": str(self.theirs["person_id"]),
            "shop_id": str(self.theirs["shop_id"]),
            "receipt": str(self.theirs["redemption_id"]),
        }
        if (
            "people" in route.path
            or "households" in route.path
            or "record" in route.path
            or ("search" in route.path)
        ):
            yield {"text": str(self.theirs["name"])}

    def fields(self, key: str) -> dict[str, Any]:
        """Return every field a form or operation has, pointed at 盛塘 wherever it points."""
        return {
            **BULLETIN,
            **{name: str(value) for name, value in self.theirs.items()},
            "key": key,
            "person": str(self.theirs["person_id"]),
            "rule_code": self.rule_code,
            "happened_on": self.today.isoformat(),
            "quantity": 1,
            "note": "",
            "outcome": "approve",
            "reason": "试一试",
            "purpose": "credit-points",
            "playbook": "lingbei-credit-community",
            "agree": "no",
            "step": "abandon",
            "field": "phone",
            "version": self.theirs["version"],
            "expected_version": self.theirs["version"],
            "confirmed": "yes",
            "evidence": [],
            "title": "积分登记本",
            "person_ids": [str(self.theirs["person_id"])],
            "items": [{"claim_id": str(self.theirs["claim_id"]), "expected_version": 1}],
            "approve": True,
            "answer": "",
            "place": str(self.theirs["place"]),
            "asked_by_id": None,
            "right_quantity": None,
            "birth_year": None,
            "next": "/",
            "text": "请核对这一项的次数。",
            "contact": "",
            "website": "",
            "corrected_quantity": "",
            "anonymous": "yes",
            **CASE,
            **ANSWER,
        }

    def theirs_on_disk(self) -> dict[str, object]:
        """Return a mark of every row of 盛塘, and of the facts recorded there."""
        code = self.neighbours.village.scope_code
        marks: dict[str, object] = {
            table: rows(
                f"SELECT count(*), md5(string_agg(held::text, '' ORDER BY held::text)) "
                f"FROM {table} AS held WHERE starts_with(scope_code, %s)",
                code,
            )[0]
            for table in tables_with_scope()
        }
        marks["facts"] = len(_facts_of(self.neighbours.village))
        return marks

    def _phones(self, *, ours: bool = False) -> frozenset[str]:
        cast = self.cast if ours else self.neighbours
        actor = cast.member("secretary").actor
        found: set[str] = set()
        with acting_as(actor):
            after = None
            while True:
                page = directory.people(actor, after=after, limit=200)
                found |= {row.phone_masked for row in page.rows}
                after = page.next_after
                if after is None:
                    return frozenset(found - {""})


def _sign_in(client: Client, member: Member) -> None:
    user = get_user_model().objects.get(username=member.username)
    client.force_login(user)
    # As one who has just given a one-time password; test_sign_in.py asks for it.
    session = client.session
    session[SESSION_PROVED] = clock.now().isoformat()
    session.save()


def _ids(table: str, scope_code: str) -> list[UUID]:
    columns = rows(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
        "AND column_name IN ('id', 'person_id', 'household_id') AND data_type = 'uuid'",
        table,
    )
    return [
        identifier
        for (column,) in columns
        for (identifier,) in rows(
            f"SELECT DISTINCT {column} FROM {table} WHERE starts_with(scope_code, %s) "
            f"AND {column} IS NOT NULL",
            scope_code,
        )
    ]


def _facts_of(village: AreaRow) -> list[tuple[UUID]]:
    return rows(
        "SELECT id FROM journal_fact WHERE area_id = ANY(%s)",
        list(directory.subtree_ids(village.id)),
    )


def asked_of(village_id: UUID) -> dict[str, UUID]:
    """Return the table a village was sent, and its answer."""
    (found,) = rows("SELECT id, table_id FROM collect_reply WHERE area_id = %s", village_id)
    return {"reply_id": found[0], "table_id": found[1]}


def records(village: AreaRow) -> dict[str, object]:
    """Return a village's person with an open claim, a redemption with its fact, its shop."""
    code = village.scope_code
    claim_id, person_id, version = rows(
        "SELECT id, person_id, version FROM points_claim "
        "WHERE state = 'proposed' AND starts_with(scope_code, %s) ORDER BY id LIMIT 1",
        code,
    )[0]
    household_id, name = rows(
        "SELECT household_id, name FROM directory_person JOIN directory_membership "
        "ON person_id = directory_person.id WHERE directory_person.id = %s LIMIT 1",
        person_id,
    )[0]
    redemption_id, fact_id, shop_id, goods_id = rows(
        "SELECT id, fact_id, shop_id, goods_id FROM points_redemption "
        "WHERE state = 'made' AND starts_with(scope_code, %s) ORDER BY id LIMIT 1",
        code,
    )[0]
    sheet_id, place, issue = rows(
        "SELECT sheet.id, sheet_place, year || '-' || number FROM points_claim AS claim "
        "JOIN points_notice_sheet AS sheet ON sheet.id = claim.sheet_id "
        "WHERE state IN ('on_notice', 'posted') AND claim.village_id = %s "
        "ORDER BY state, claim.id LIMIT 1",
        village.id,
    )[0]
    ((post_id,),) = rows(
        "SELECT id FROM directory_post WHERE role_id = 'reviewer' AND area_id = %s "
        "ORDER BY id LIMIT 1",
        village.id,
    )
    imports = rows(
        "SELECT id FROM files_import WHERE starts_with(scope_code, %s) ORDER BY id LIMIT 1", code
    )
    (bulletin_id,) = rows(
        "SELECT id FROM bulletins_bulletin WHERE state = 'issued' AND area_id = %s "
        "ORDER BY id LIMIT 1",
        village.id,
    )[0]
    graded = rows(
        "SELECT round.id, line.id, appeal.id, round.scheme || '-' || round.as_of "
        "FROM points_grade_round AS round "
        "JOIN points_grade AS line ON line.round_id = round.id AND line.place = 1 "
        "JOIN points_grade_appeal AS appeal ON appeal.round_id = round.id "
        "WHERE round.village_id = %s ORDER BY round.id LIMIT 1",
        village.id,
    ) or [(new_id(), new_id(), new_id(), "local-2022-01-01")]
    tokens = rows("SELECT token FROM points_card WHERE village_id = %s LIMIT 1", village.id)
    lists = rows(
        "SELECT id FROM points_opening_list WHERE starts_with(scope_code, %s) ORDER BY id LIMIT 1",
        code,
    )
    ((grid_id,),) = rows(
        "SELECT id FROM directory_area WHERE kind = 'grid' AND starts_with(scope_code, %s) "
        "ORDER BY scope_code LIMIT 1",
        code,
    )
    ((transfer_id,),) = rows(
        "SELECT transfer_id FROM points_entry WHERE person_id IS NOT NULL "
        "AND starts_with(scope_code, %s) ORDER BY id LIMIT 1",
        code,
    )
    links = rows(
        "SELECT id FROM visits_link WHERE starts_with(scope_code, %s) ORDER BY id LIMIT 1", code
    )
    cases = rows(
        "SELECT id, main_type FROM cases_case WHERE village_id = %s ORDER BY id LIMIT 1",
        village.id,
    )
    hung = {
        name: rows(
            f"SELECT held.id FROM {table} AS held JOIN cases_case ON cases_case.id = case_id "
            "WHERE village_id = %s ORDER BY held.id LIMIT 1",
            village.id,
        )
        for name, table in (
            ("whistle_id", "cases_whistle"),
            ("prompt_id", "cases_prompt"),
            ("arbitration_id", "cases_arbitration"),
            ("drawn_id", "cases_drawn"),
            ("exclusion_id", "cases_exclusion"),
        )
    }
    draws = rows(
        "SELECT draw_id FROM cases_drawn WHERE id = %s", *(hung["drawn_id"] or [(None,)])[0]
    )
    return {
        "draw_id": draws[0][0] if draws else new_id(),
        "main_type": cases[0][1] if cases else "none",
        **{name: found[0][0] if found else new_id() for name, found in hung.items()},
        "case_id": cases[0][0] if cases else new_id(),
        "link_id": links[0][0] if links else new_id(),
        **dict(
            zip(("round_id", "line_id", "grade_appeal_id", "grade_issue"), graded[0], strict=True)
        ),
        "token": tokens[0][0] if tokens else "none",
        "list_id": lists[0][0] if lists else new_id(),
        "import_id": imports[0][0] if imports else new_id(),
        "area_id": village.id,
        "grid_id": grid_id,
        "report_id": new_id(),  # found by whoever reported alone
        "bulletin_id": bulletin_id,
        **asked_of(village.id),
        "post_id": post_id,
        "client_id": UUID(int=0),  # opened by administrators alone
        "day_id": UUID(int=0),  # days belong to nobody's village
        "sheet_id": sheet_id,
        "place": place,
        "issue": issue,
        "claim_id": claim_id,
        "person_id": person_id,
        "name": name,
        "version": version,
        "household_id": household_id,
        "redemption_id": redemption_id,
        "transfer_id": transfer_id,
        "fact_id": fact_id,
        "shop_id": shop_id,
        "goods_id": goods_id,
    }
