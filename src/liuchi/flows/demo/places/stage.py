"""What every place of the demo needs before its story begins: areas, method, staff, people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from liuchi.engines.accounts import actions as accounts
from liuchi.engines.accounts import queries as accounts_queries
from liuchi.engines.accounts.enums import Role
from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.rules import CaseNow
from liuchi.engines.directory import actions as directory
from liuchi.engines.directory import queries as directory_queries
from liuchi.engines.directory.actions import PersonImport
from liuchi.engines.directory.enums import OrganizationKind, Sex
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.files import queries as files
from liuchi.engines.files.actions import imports
from liuchi.engines.files.rules import SheetChoice
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions as points
from liuchi.engines.points import jobs as points_jobs
from liuchi.engines.points import queries as points_queries
from liuchi.engines.points.enums import ClaimState
from liuchi.flows.demo import names
from liuchi.kernel import sheets
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.clock import SHANGHAI, SimulatedClock
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import SheetOut
from liuchi.playbooks import SPEC_VERSION
from liuchi.playbooks import load as load_playbook

PLAYBOOKS = Path(__file__).resolve().parents[5] / "playbooks"
DATA = Path(__file__).resolve().parents[1] / "data"
BOOTSTRAP = UUID("00000000-0000-7000-8000-0000000de300")
PASSWORD = "six-feet-lane"  # noqa: S105  of demo databases only, shown on their sign-in page
# Whoever may do these is asked for a one-time password, which a demo shows on the page.
_PROVED = {"directory.person.unmask", "accounts.post.write"}
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Stage:
    """A place's story under way. ``slug`` begins its usernames and keys."""

    slug: str
    clock: SimulatedClock
    progress: Progress
    chance: Random
    root: Actor = field(init=False)
    _posts: dict[tuple[str, UUID], Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Whoever settles a demo may do everything anybody may."""
        verbs = sorted({verb for role in Role for verb in accounts_queries.grants_of(role)})
        self.root = system_actor(BOOTSTRAP, *verbs)

    def at(self, day: date, at: time = time(9)) -> None:
        """Move to a moment of a day; time never runs backwards."""
        moment = datetime.combine(day, at, tzinfo=SHANGHAI)
        self.clock.move_to(max(moment, self.clock.now() + timedelta(seconds=1)))

    def night(self, day: date) -> None:
        """Let the night's work of a day run: what its notice has ended for is posted."""
        self.at(day, time(21))
        points_jobs.post_due()

    def settle(self, areas: str, methods: Sequence[str]) -> None:
        """Bring the place's areas and methods into being."""
        self.progress("区域与工作法 Areas and methods", 0, 1)
        directory.load_reference_areas()
        directory.load_reference_areas(DATA / areas)
        for folder in methods:
            playbook = load_playbook(PLAYBOOKS / folder)
            journal.apply_playbook(
                code=playbook.code,
                source=playbook.source,
                compiled=playbook.compiled(),
                places=directory_queries.places_down_to_villages(
                    directory_queries.area_named(name).id for name in playbook.core.places
                ),
                in_force_from=playbook.in_force_from,
                spec_version=SPEC_VERSION,
                approved_by=playbook.core.in_force.approved_by,
                actor=self.root,
            )

    def hire(
        self,
        name: str,
        role: Role,
        title: Sentence,
        places: Iterable[UUID],
        *,
        unit: UUID | None = None,
        shown: bool = True,
    ) -> None:
        """Open an account with a post at each place; on the sign-in page where ``shown``.

        ``unit`` is the organisation the posts are at.
        """
        username = f"{self.slug}-{name}"
        user_id = accounts.create_user(
            username=username,
            display_name=staff_name(self.chance),
            password=PASSWORD,
            must_change_password=False,
            actor=self.root,
            key=f"demo-user-{username}",
        )
        held = list(places)
        for area_id in held:
            post = directory.appoint(
                user_id=user_id,
                role=role,
                area_id=area_id,
                organization_id=unit,
                actor=self.root,
                key=f"demo-post-{username}-{area_id}",
            )
            self._posts[name, area_id] = directory_queries.actor_of(user_id, post)
        if shown:
            accounts.print_demo_sign_in(
                username=username,
                password=PASSWORD,
                title=str(title),
                area_name=directory_queries.area(held[0]).name,
            )
            if _PROVED & set(accounts_queries.grants_of(role)):
                accounts.print_demo_second_factor(username=username)

    def actor(self, name: str, area_id: UUID) -> Actor:
        """Return somebody hired, acting through the post at a place."""
        return self._posts[name, area_id]

    def register_venue(self, name: str, area_id: UUID) -> None:
        """Put a place where people meet on the books."""
        directory.add_organization(
            kind=OrganizationKind.VENUE,
            name=name,
            area_id=area_id,
            actor=self.root,
            key=f"demo-venue-{area_id}",
        )

    def case(self, actor: Actor, case_id: UUID) -> CaseNow:
        """Return a case as it stands for somebody who may see it."""
        with acting_as(actor):
            return cases.case(actor, case_id).now

    def unit(self, name: str, area_id: UUID) -> UUID:
        """Put a unit that deals with matters on the books; return its id."""
        return directory.add_organization(
            kind=OrganizationKind.OFFICE,
            name=name,
            area_id=area_id,
            actor=self.root,
            key=f"demo-unit-{area_id}-{name}",
        )

    def bring(self, target: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Bring a table in as any office does: received, columns chosen, checked, run."""
        sheet = SheetOut(target, tuple(headers), [tuple(row) for row in rows])
        bring_file(sheets.write([sheet]), f"{target}.xlsx", target, self.root, self.slug)

    def people(
        self,
        villages: Mapping[str, int],
        purpose: str,
        playbook: str,
        by: Actor,
        *,
        first: int = 0,
    ) -> People:
        """Import invented adults, one a household, who all agree to take part.

        Households are numbered after ``first``.
        """
        rows = [
            _adult(village, first + number, self.chance)
            for village, count in villages.items()
            for number in range(count)
        ]
        key = f"demo-people-{self.slug}-{rows[0].village}-{first}"
        ids = directory.import_people(rows, actor=by, key=key).person_ids
        self.agree(ids, purpose, playbook, by)
        taken = iter(ids)
        return {
            village: tuple(next(taken) for _ in range(count)) for village, count in villages.items()
        }

    def agree(self, people: Iterable[UUID], purpose: str, playbook: str, by: Actor) -> None:
        """Note that people agreed to take part, as signed on paper."""
        for person_id in people:
            directory.give_consent(
                person_id=person_id,
                purpose=purpose,
                playbook=playbook,
                actor=by,
                key=f"demo-consent-{playbook}-{person_id}",
            )


def bring_file(content: bytes, name: str, target: str, actor: Actor, key: str) -> None:
    """Import a file whose columns are all known by their headings."""
    key = f"demo-{key}-{target}"
    held = imports.receive(content, name, target=target, actor=actor, key=key)
    with acting_as(actor):
        offered = files.offer(actor, held.id)
    chosen = [
        SheetChoice(
            sheet.name,
            {column.index: column.field for column in sheet.columns if column.field},
            sheet.header_rows,
        )
        for sheet in offered.sheets
    ]
    imports.choose_columns(held.id, chosen, actor=actor, key=key)
    imports.check(held.id, actor=actor)
    imports.run(held.id, actor=actor, key=key)


People = dict[str, tuple[UUID, ...]]
"""The people of each village, by its name."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of an activity: one deed of one day, by everybody on it.

    ``posted`` is a night by which its notice is surely over, holidays included.
    """

    title: str
    rule: str
    quantity: int
    on: date
    posted_on: date | None = None

    @property
    def posted(self) -> date:
        """The night to post it."""
        return self.posted_on or self.on + timedelta(days=NOTICE_DAYS)


NOTICE_DAYS = 16
"""Calendar days after which an approved list has surely been posted."""


def enter_and_review(  # noqa: PLR0917  who, what and for whom
    stage: Stage,
    listed: Listed,
    village: AreaRow,
    people: Sequence[UUID],
    recorder: Actor,
    reviewer: Actor,
) -> None:
    """Enter a list and have somebody else approve what waits in the village."""
    stage.at(listed.on)
    points.propose_claims(
        title=f"{village.name}{listed.title}",
        rule_code=listed.rule,
        happened_on=listed.on,
        person_ids=people,
        quantity=listed.quantity,
        actor=recorder,
        key=f"demo-list-{village.id}-{listed.rule}-{listed.on}",
    )
    approve_all(village, reviewer, f"{listed.rule}-{listed.on}")


def approve_all(village: AreaRow, reviewer: Actor, key: str) -> None:
    """Approve everything that waits where a reviewer works, as one decision."""
    with acting_as(reviewer):
        waiting = points_queries.claims(reviewer, state=ClaimState.PROPOSED)
    points.review_claims(
        items=[points.ReviewItem(claim.id, claim.version) for claim in waiting.rows],
        actor=reviewer,
        key=f"demo-review-{village.id}-{key}",
    )


def staff_name(chance: Random) -> str:
    """Return an invented name of somebody of working age."""
    woman = chance.random() < 0.5  # noqa: PLR2004  a coin
    return names.surname(chance) + names.given_name(chance, chance.randint(1968, 1996), woman=woman)


def _adult(village: str, number: int, chance: Random) -> PersonImport:
    born = date(chance.randint(1945, 1998), chance.randint(1, 12), chance.randint(1, 28))
    woman = chance.random() < 0.5  # noqa: PLR2004  a coin
    return PersonImport(
        name=names.surname(chance) + names.given_name(chance, born.year, woman=woman),
        village=village,
        sex=Sex.FEMALE if woman else Sex.MALE,
        birth_date=born,
        household=f"{number + 1:04d}",
        address=f"{village}示例组{number + 1}号",
    )
