"""Loads the demo into an empty database: three communities live through three months.

People come in set-based, as by an Excel import; everything else through the actions
people use, on a simulated clock. One seed, one demo: the same people, deeds and figures
(ids differ, they are random).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from django.conf import settings

from liuchi.engines.accounts import actions as accounts
from liuchi.engines.accounts import queries as accounts_queries
from liuchi.engines.accounts.enums import Role
from liuchi.engines.directory import actions as directory
from liuchi.engines.directory import queries as directory_queries
from liuchi.engines.directory.actions import PersonImport
from liuchi.engines.directory.enums import Sex
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.points import actions as points
from liuchi.engines.points import jobs as points_jobs
from liuchi.flows import notifying
from liuchi.flows.demo import names
from liuchi.flows.demo.collecting import collect_once
from liuchi.flows.demo.contacts import Contacts
from liuchi.flows.demo.disclosing import Postings
from liuchi.flows.demo.governing import Governing
from liuchi.flows.demo.matters import Matters
from liuchi.flows.demo.outlines import draw
from liuchi.flows.demo.partners import PLANS, Partners, volunteers_of
from liuchi.flows.demo.people import sign_ins
from liuchi.flows.demo.playing import AFTERNOON, MORNING, NOON, Players, Playing
from liuchi.flows.demo.population import Home, homes
from liuchi.flows.demo.reviewing import write_for_the_office
from liuchi.flows.demo.story import (
    COMMUNITIES,
    FIRST_DAY,
    LAST_DAY,
    Community,
    Story,
    write,
)
from liuchi.flows.demo.writing import write_bulletins
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.clock import SHANGHAI, SimulatedClock, start_of_day
from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import SPEC_VERSION
from liuchi.playbooks import load as load_playbook

PLAYBOOK = Path(__file__).resolve().parents[4] / "playbooks" / "lingbei" / "credit-community"
MATTERS = PLAYBOOK.parent / "matters"
CONTACTS = PLAYBOOK.parent / "contacts"
OPEN_VILLAGES = PLAYBOOK.parents[1] / "jingkai" / "open-villages"
PURPOSE = "credit-points"
BOOTSTRAP = UUID("00000000-0000-7000-8000-0000000de300")
# Whoever may do these is asked for a one-time password, which a demo shows on the page.
_PROVED = {"directory.person.unmask", "accounts.post.write"}
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded. ``seconds`` is the wall clock's."""

    people: int
    claims: int
    redemptions: int
    gifts: int
    seconds: float


def load(
    *,
    seed: int = 2022,
    matters_until: date = LAST_DAY,
    progress: Progress = lambda *_: None,
) -> Loaded:
    """Load the demo. Refused in production, and where anybody has an account already.

    What is reported happens in the weeks before ``matters_until``: on a demo that is looked
    at today, limits that ran out years ago would all be overdue.
    """
    _refuse_unless_empty()
    began = time.monotonic()
    simulated = SimulatedClock(start_of_day(FIRST_DAY))
    with kernel_clock.using(simulated):
        journal_jobs.make_partitions(FIRST_DAY)
        journal_jobs.make_partitions(LAST_DAY)
        playings, partners, governing, people = _settle(simulated, seed, progress)
        matters = _take_matters_up(governing.users, simulated, matters_until)
        _live(playings, partners, governing, matters, progress)
        write_bulletins(playings, LAST_DAY)
        write_for_the_office(governing.users, [each.name for each in COMMUNITIES], LAST_DAY)
        contacts = _link(governing.users)
        postings = _post(governing.users, simulated, matters_until, matters)
        progress("事项 Matters", 0, 1)
        matters.until(start_of_day(matters_until) + timedelta(days=1))
        contacts.keep()
        slugs, names = zip(*((each.slug, each.name) for each in COMMUNITIES), strict=True)
        collect_once(governing.users, slugs, names)
        postings.close()
        journal_jobs.catch_up()
        while notifying.follow():  # the last week is news on the demo's last day
            pass
        matters.draw()
    journal_jobs.make_partitions()
    stories = [playing.story for playing in playings]
    return Loaded(
        people,
        sum(len(story.deeds) for story in stories),
        sum(len(story.purchases) for story in stories),
        sum(len(story.gifts) for story in stories),
        time.monotonic() - began,
    )


def _refuse_unless_empty() -> None:
    if settings.LIUCHI_MODE == "production":
        raise Refused(
            "demo_in_production",
            Sentence(
                "正式运行的系统不能载入演示数据。",
                "A production installation does not take demo data.",
            ),
        )
    if accounts_queries.in_use():
        raise Refused(
            "demo_not_empty",
            Sentence(
                "数据库里已有数据，演示数据只能载入空库。",
                "The database is in use; demo data goes into an empty one only.",
            ),
        )


def _settle(
    simulated: SimulatedClock, seed: int, progress: Progress
) -> tuple[list[Playing], list[Partners], Governing, int]:
    """Bring areas, the method, accounts and people into being, before anything happens."""
    progress("区域与工作法 Areas and the method", 0, 1)
    simulated.move_to(start_of_day(FIRST_DAY) + timedelta(hours=7))
    directory.load_reference_areas()
    root = system_actor(BOOTSTRAP, *_every_verb())
    draw([community.name for community in COMMUNITIES], root, _chance(seed, "outlines"))
    version_id = apply_playbook(root)
    users = _open_accounts(root, _chance(seed, "staff"), progress)
    governing = Governing(users, simulated)
    governing.begin(version_id)
    playings, partners = [], []
    settled = 0
    for community in COMMUNITIES:
        chance = _chance(seed, community.slug)
        living = list(
            homes(community.name.removesuffix("社区"), community.people, community.grids, chance)
        )
        story = write(community, living, chance)
        progress(f"居民 People: {community.name}", settled, 0)
        volunteers = tuple(volunteers_of(living, story, PLANS[community.slug]))
        players = _people(community, living, story, users, volunteers)
        settled += len(players.people)
        playings.append(Playing(community, story, players, simulated, chance))
        taking = tuple(players.people[number] for number in volunteers)
        partners.append(Partners(community, players, simulated, users, taking))
        governing.volunteers = taking or governing.volunteers
    return playings, partners, governing, settled


def _take_matters_up(users: Mapping[str, UUID], simulated: SimulatedClock, until: date) -> Matters:
    """Put the method for matters in force where it is, with its units and who works there."""
    root = system_actor(BOOTSTRAP, *_every_verb())
    _apply(MATTERS, root)
    matters = Matters(users, simulated, until)
    matters.begin(root)
    for month in {each.at.date().replace(day=1) for each in matters.events}:
        journal_jobs.make_partitions(month)
    return matters


def _link(users: Mapping[str, UUID]) -> Contacts:
    """Put the method for keeping contact in force, and link who keeps it."""
    _apply(CONTACTS, system_actor(BOOTSTRAP, *_every_verb()))
    contacts = Contacts(users)
    contacts.begin()
    return contacts


def _post(
    users: Mapping[str, UUID], simulated: SimulatedClock, until: date, matters: Matters
) -> Postings:
    """Put the items of supervision in force, and post until the first matter is reported.

    Without the figures of the article: it counts 27 villages, and three live here.
    """
    _apply(OPEN_VILLAGES, system_actor(BOOTSTRAP, *_every_verb()), without=("published",))
    postings = Postings(users, simulated, until)
    begins = min((each.at for each in matters.events), default=start_of_day(until))
    postings.past(begins)
    return postings


def _chance(seed: int, purpose: str) -> Random:
    return Random(f"{seed}-{purpose}")  # noqa: S311  a demo, not a secret


def _every_verb() -> Sequence[str]:
    return sorted({verb for role in Role for verb in accounts_queries.grants_of(role)})


def apply_playbook(root: Actor) -> UUID:
    """Apply the method of 菱北; it holds where a vote has carried it."""
    return _apply(PLAYBOOK, root)


def _apply(folder: Path, root: Actor, without: Collection[str] = ()) -> UUID:
    playbook = load_playbook(folder)
    compiled = playbook.compiled()
    return journal.apply_playbook(
        code=playbook.code,
        source=playbook.source,
        compiled={name: held for name, held in compiled.items() if name not in without},
        places=[directory_queries.area_named(name).id for name in playbook.core.places],
        in_force_from=playbook.in_force_from,
        spec_version=SPEC_VERSION,
        approved_by=playbook.core.in_force.approved_by,
        actor=root,
    )


def _open_accounts(root: Actor, chance: Random, progress: Progress) -> dict[str, UUID]:
    """Open every demo account and appoint the staff; return ids by username."""
    rows = sign_ins()
    users: dict[str, UUID] = {}
    for done, row in enumerate(rows):
        progress("账号 Accounts", done, len(rows))
        users[row.username] = accounts.create_user(
            username=row.username,
            display_name=_staff_name(chance),
            password=row.password,
            must_change_password=False,
            actor=root,
            key=f"demo-user-{row.username}",
        )
        accounts.print_demo_sign_in(
            username=row.username,
            password=row.password,
            title=str(row.title),
            area_name=row.place,
        )
        if row.role not in {Role.RESIDENT, Role.MERCHANT, Role.HANDLER}:
            directory.appoint(
                user_id=users[row.username],
                role=row.role,
                area_id=directory_queries.area_named(row.place).id,
                actor=root,
                key=f"demo-post-{row.username}",
            )
            if _PROVED & set(accounts_queries.grants_of(row.role)):
                accounts.print_demo_second_factor(username=row.username)
    return users


def _staff_name(chance: Random) -> str:
    woman = chance.random() < 0.5  # noqa: PLR2004  a coin
    return names.surname(chance) + names.given_name(chance, chance.randint(1968, 1996), woman=woman)


def _people(
    community: Community,
    living: Sequence[Home],
    story: Story,
    users: dict[str, UUID],
    volunteers: Sequence[int],
) -> Players:
    """Import a community's people, note who takes part, link some to their accounts."""
    clerk = directory_queries.actor_of(users["lingbei-clerk"])
    rows = [
        PersonImport(
            name=member.name,
            village=community.name,
            sex=Sex.FEMALE if member.woman else Sex.MALE,
            birth_date=member.born,
            grid=f"{community.name.removesuffix('社区')}第{'一二三四五'[home.grid - 1]}网格",
            household=home.label,
            address=home.address,
        )
        for home in living
        for member in home.members
    ]
    people = directory.import_people(
        rows, actor=clerk, key=f"demo-people-{community.slug}"
    ).person_ids
    staff = {
        role: directory_queries.actor_of(users[f"{community.slug}-{role.value}"])
        for role in (Role.RECORDER, Role.REVIEWER, Role.SHOPKEEPER, Role.SECRETARY)
    }
    for number in (*story.people, *volunteers):
        directory.give_consent(
            person_id=people[number],
            purpose=PURPOSE,
            playbook="lingbei-credit-community",
            actor=staff[Role.RECORDER],
            key=f"demo-consent-{community.slug}-{number}",
        )
    residents = {}
    for place, number in enumerate(_account_holders(story), start=1):
        user_id = users[f"{community.slug}-resident-{place}"]
        directory.link_account(
            user_id=user_id,
            person_id=people[number],
            actor=staff[Role.SECRETARY],
            key=f"demo-link-{community.slug}-{place}",
        )
        residents[number] = directory_queries.actor_of(user_id)
    points.open_shop(
        name=f"{community.name}信用超市",
        village_id=directory_queries.area_named(community.name).id,
        actor=staff[Role.SECRETARY],
        key=f"demo-shop-{community.slug}",
    )
    return Players(
        recorder=staff[Role.RECORDER],
        reviewer=staff[Role.REVIEWER],
        shopkeeper=staff[Role.SHOPKEEPER],
        secretary=staff[Role.SECRETARY],
        people=people,
        residents=residents,
    )


def _account_holders(story: Story) -> list[int]:
    """The busiest of those who redeem: their pages show something of everything."""
    deeds = [deed.person for deed in story.deeds]
    buyers = sorted({purchase.person for purchase in story.purchases})
    return sorted(buyers, key=lambda person: (-deeds.count(person), person))[:3]


def _live(
    playings: Sequence[Playing],
    partners: Sequence[Partners],
    governing: Governing,
    matters: Matters,
    progress: Progress,
) -> None:
    """Play all communities, day by day; each night post what its notice has ended for."""
    days = (LAST_DAY - FIRST_DAY).days + 1
    for number in range(days):
        day = FIRST_DAY + timedelta(days=number)
        progress("日子 Days", number, days)
        for part, begins in (
            (Playing.morning, MORNING),
            (Playing.noon, NOON),
            (Playing.afternoon, AFTERNOON),
        ):
            matters.until(datetime.combine(day, begins, tzinfo=SHANGHAI))
            for playing in playings:
                part(playing, day)
        for each in partners:
            each.on(day)
        governing.on(day)
        night = start_of_day(day) + timedelta(hours=21)
        matters.until(night)
        governing.clock.move_to(max(night, governing.clock.now()))
        points_jobs.post_due()
        points_jobs.post_campaigns()
