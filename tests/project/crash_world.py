"""Run as a program: makes a small installation worth killing, and prints how to use it.

One community with the method of 菱北 in force, a recorder and a shopkeeper who are signed
in, residents who agreed and have points, a shop with stock. Everything through actions, on
a simulated clock for the weeks before. The last line printed is JSON for ``test_crash.py``.
"""

import json
import sys
from datetime import timedelta
from uuid import UUID

from liuchi.project import cli_entry, database
from liuchi.project.settings import from_environment

RULE, RULE_POINTS, GOODS = "testing", 2, "salt"
SESSIONS_EACH = 5  # of volunteering: ten points for everybody
METHOD = "lingbei-credit-community"


def main() -> None:
    settings = from_environment()
    cli_entry.prepare((), settings)
    with cli_entry.database_for(("crash",), settings):
        try:
            database.bring_up_to_date()
            sys.stdout.write(json.dumps(make(int(sys.argv[1]))))
        finally:
            database.close()


def make(residents: int) -> dict[str, object]:
    """Make the world; the imports wait until Django is set up."""
    from liuchi.engines.directory import actions as directory  # noqa: PLC0415
    from liuchi.engines.journal import jobs as journal  # noqa: PLC0415
    from liuchi.engines.journal.actions import adopt_playbook  # noqa: PLC0415
    from liuchi.engines.journal.scope import acting_as  # noqa: PLC0415
    from liuchi.engines.points import actions as points  # noqa: PLC0415
    from liuchi.engines.points import jobs, queries  # noqa: PLC0415
    from liuchi.flows.demo import loading  # noqa: PLC0415
    from liuchi.kernel import clock  # noqa: PLC0415
    from members import Cast, office  # noqa: PLC0415

    start = clock.now() - timedelta(days=40)
    simulated = clock.SimulatedClock(start)
    with clock.using(simulated):
        journal.make_partitions(start.date())
        directory.load_reference_areas()
        version = loading.apply_playbook(office())
        cast = Cast("罗冲社区")
        with acting_as(office()):  # as if its meeting had carried it
            adopt_playbook(
                version_id=version, area_ids=[cast.village.id], holds=True,
                from_day=start.date(), actor=office(),
            )  # fmt: skip
        people = directory.import_people(
            [
                directory.PersonImport(
                    name=f"居民{'甲乙丙丁戊己庚辛壬癸'[number % 10]}",
                    village="罗冲社区",
                    household=f"{number} 号",
                )
                for number in range(residents)
            ],
            actor=office(),
            key="people",
        ).person_ids
        claims = [earn(cast, person, start.date()) for person in people]
        secretary, keeper = cast.secretary.actor, cast.shopkeeper.actor
        points.open_shop(name="信用超市", village_id=cast.village.id, actor=secretary, key="shop")
        with acting_as(keeper):
            (shop,) = queries.shops(keeper)
            goods = next(row for row in queries.goods(keeper, shop.id) if row.code == GOODS)
        points.stock_in(
            shop_id=shop.id, goods_id=goods.id, quantity=10_000, actor=keeper, key="stock"
        )
        simulated.advance(timedelta(days=20))
        assert jobs.post_due() == len(claims)
        journal.make_partitions(simulated.now().date())
    journal.make_partitions()
    return {
        "recorder": session(cast.member("recorder").user_id),
        "shopkeeper": session(cast.shopkeeper.user_id),
        "people": [str(person) for person in people],
        "shop": str(shop.id),
        "goods": str(goods.id),
        "rule": RULE,
    }


def earn(cast: "object", person: UUID, day: object) -> UUID:
    """Let a resident agree, propose a claim for them and approve it."""
    from liuchi.engines.directory import actions as directory  # noqa: PLC0415
    from liuchi.engines.points import actions as points  # noqa: PLC0415

    recorder = cast.member("recorder").actor  # type: ignore[attr-defined]
    directory.give_consent(
        person_id=person, purpose="credit-points", playbook=METHOD, actor=recorder,
        key=f"consent-{person}",
    )  # fmt: skip
    claim = points.propose_claim(
        person_id=person, rule_code=RULE, happened_on=day, quantity=SESSIONS_EACH,
        actor=recorder, key=f"claim-{person}",
    )  # fmt: skip
    points.review_claim(
        claim_id=claim.id, outcome="approve", reason="属实", expected_version=claim.version,
        actor=cast.reviewer.actor, key=f"review-{person}",  # type: ignore[attr-defined]
    )  # fmt: skip
    return claim.id


def session(user_id: UUID) -> str:
    """Sign somebody in, as the sign-in page would, and return the session's key."""
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth import (  # noqa: PLC0415  # noqa: PLC0415
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
        get_user_model,
    )
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    user = get_user_model().objects.get(pk=user_id)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


if __name__ == "__main__":
    main()
