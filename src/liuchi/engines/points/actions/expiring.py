"""Points with a last day: the day is said before they are posted, and kept when it comes.

The day comes from the playbook the points were earned under, so a rule that changes later
ends nobody's points earlier.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries
from liuchi.engines.points.actions import posting
from liuchi.engines.points.enums import Outcome
from liuchi.engines.points.models import Claim, DatedUnit, Lot, Opening
from liuchi.engines.points.spec.currency import code_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

WARN_DAYS = 30


def date_claims(claim_ids: Sequence[UUID]) -> None:
    """Say until when the points of claims about to be posted will hold; inside ``acting_as``.

    One look at the versions they were made under; where none has points that end, no more.
    """
    undated = Claim.objects.filter(pk__in=claim_ids, expires_on__isnull=True)
    for version in undated.order_by().values_list("playbook_version", flat=True).distinct():
        currency = queries.spec_as_applied(version).currency
        if currency.expires is not None:
            _dated({currency.unit})
            last = currency.expires.last_day(clock.today())
            undated.filter(playbook_version=version).update(expires_on=last)


def dated_until(version: UUID) -> date | None:
    """Return until when points hold that are awarded now under a version; None for no end."""
    currency = queries.spec_as_applied(version).currency
    if currency.expires is None:
        return None
    _dated({currency.unit})
    return currency.expires.last_day(clock.today())


def date_openings(openings: Sequence[Opening]) -> None:
    """Say until when opening balances hold, by the playbook in force where they were held."""
    by_day: dict[date, list[Opening]] = {}
    places = {each.village_id for each in openings}
    terms = {
        (village_id, spec.currency.unit): spec.currency.expires
        for village_id in places
        for _, spec in queries.rules_at(village_id, clock.today())
    }
    for each in openings:
        expires = terms.get((each.village_id, each.unit))
        if expires is not None:
            by_day.setdefault(expires.last_day(clock.today()), []).append(each)
    _dated({each.unit for held in by_day.values() for each in held})
    for day, lines in by_day.items():
        Opening.objects.filter(pk__in=[each.pk for each in lines]).update(expires_on=day)


def expire_points(*, actor: Actor, limit: int) -> int:
    """Take back up to ``limit`` purses' points whose last day is over; how many purses.

    One transaction: what is due is read under the locks it is posted under, so nobody can
    spend it in between. Safe to repeat: a purse's points end once a day.
    """
    actor.may("points.account.expire").or_refuse()
    today = clock.today()
    with acting_as(actor):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM points_lots_due(%s, %s)", [today, limit])
            due = cursor.fetchall()
        people = directory.people_of(actor, [row[0] for row in due])
        answers = posting.post_within(
            [
                posting.expiry_item(
                    actor_id=actor.id,
                    purse=posting.purse_of(person_id, unit, area_id, scope_code),
                    points=points,
                    day=today,
                    household_id=found.household_id if (found := people.get(person_id)) else None,
                )
                for person_id, unit, area_id, scope_code, points in due
            ]
        )
    return sum(answer.outcome is Outcome.POSTED for answer in answers)


def warn_of_expiry(*, actor: Actor, limit: int) -> int:
    """Journal which purses lose points within :data:`WARN_DAYS`; how many lots were told of."""
    actor.may("points.account.expire").or_refuse()
    today = clock.today()
    with acting_as(actor):
        near = list(
            Lot.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("account")
            .filter(
                points_left__gt=0,
                expires_on__gte=today,
                expires_on__lte=today + timedelta(days=WARN_DAYS),
                warned_at__isnull=True,
            )
            .order_by("expires_on", "id")[:limit]
        )
        Lot.objects.filter(pk__in=[lot.pk for lot in near]).update(warned_at=clock.now())
        people = directory.people_of(actor, [lot.person_id for lot in near])
        journal.record_all(
            [
                _near(lot, found.household_id if (found := people.get(lot.person_id)) else None)
                for lot in near
            ],
            actor=actor,
        )
    return len(near)


def _near(lot: Lot, household_id: UUID | None) -> journal.Entry:
    return journal.Entry(
        kind=facts.EXPIRY_NEAR,
        subject_kind="directory.person",
        subject_id=lot.person_id,
        area_id=lot.account.area_id,
        data=facts.ExpiringData(
            person=lot.person_id,
            household=household_id,
            home_area=lot.account.area_id,
            currency=code_of(lot.account.unit),
            day=lot.expires_on,
        ),
        amount=lot.points_left,
    )


def _dated(units: set[str]) -> None:
    DatedUnit.objects.bulk_create([DatedUnit(unit=unit) for unit in units], ignore_conflicts=True)
