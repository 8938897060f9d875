"""Tables of links and visits, under row-level security."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from liuchi.engines.visits.enums import Duty, Tier, Way


def _to(model: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """Return a foreign key that keeps what it points to and makes no index of its own."""
    return models.ForeignKey(
        model, on_delete=models.PROTECT, related_name="+", db_index=False, **options
    )


def _one_of(column: str, words: Iterable[StrEnum], name: str, *more: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{column}__in": [*more, *(str(word) for word in words)]}), name=name
    )


class Reach(models.Model):
    """A stretch of river or wood (河段、林片). ``kind`` is the playbook's word for it."""

    id = models.UUIDField(primary_key=True, editable=False)
    scope_code = models.TextField(db_collation="C")
    area = _to("directory.Area")
    kind = models.TextField()
    title = models.TextField()
    added_at = models.DateTimeField()
    added_by = _to("accounts.User", null=True)

    class Meta:
        db_table = "visits_reach"
        constraints = [
            models.UniqueConstraint(fields=["area", "kind", "title"], name="visits_reach_once"),
        ]


class Link(models.Model):
    """Who keeps contact with what, from a day on.

    ``label`` is what a keeper reads: a household's number, never a name. The keeper is an
    account of the staff or a resident; there is no link with a single person.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    scope_code = models.TextField(db_collation="C")
    area = _to("directory.Area")
    playbook_version = models.UUIDField()
    duty = models.TextField()
    code = models.TextField()
    tier = models.TextField(blank=True)
    keeper_user = _to("accounts.User", null=True)
    keeper_person = _to("directory.Person", null=True)
    household = _to("directory.Household", null=True)
    organization = _to("directory.Organization", null=True)
    reach = _to("visits.Reach", null=True)
    label = models.TextField()
    begun_on = models.DateField()
    begun_by = _to("accounts.User", null=True)
    ended_on = models.DateField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        db_table = "visits_link"
        constraints = [
            _one_of("duty", Duty, "visits_link_duty"),
            _one_of("tier", Tier, "visits_link_tier", ""),
            models.CheckConstraint(
                condition=Q(keeper_user__isnull=True, keeper_person__isnull=False)
                | Q(keeper_user__isnull=False, keeper_person__isnull=True),
                name="visits_link_one_keeper",
            ),
            models.CheckConstraint(
                condition=Q(household__isnull=False, organization__isnull=True, reach__isnull=True)
                | Q(household__isnull=True, organization__isnull=False, reach__isnull=True)
                | Q(household__isnull=True, organization__isnull=True, reach__isnull=False),
                name="visits_link_one_target",
            ),
            models.CheckConstraint(
                condition=Q(duty="patrol", reach__isnull=False)
                | Q(duty="link", reach__isnull=True),
                name="visits_link_of_duty",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True)
                | Q(ended_on__gte=models.F("begun_on"), ended_by__isnull=False),
                name="visits_link_ended",
            ),
            models.UniqueConstraint(
                "code",
                Coalesce("keeper_user", "keeper_person"),
                Coalesce("household", "organization", "reach"),
                condition=Q(ended_on__isnull=True),
                name="visits_link_once",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "label", "id"], name="visits_link_area"),
            models.Index(fields=["scope_code", "label", "id"], name="visits_link_scope"),
            models.Index(
                fields=["keeper_user"],
                condition=Q(keeper_user__isnull=False, ended_on__isnull=True),
                name="visits_link_user",
            ),
            models.Index(
                fields=["keeper_person"],
                condition=Q(keeper_person__isnull=False, ended_on__isnull=True),
                name="visits_link_person",
            ),
            models.Index(
                fields=["household"],
                condition=Q(household__isnull=False),
                name="visits_link_household",
            ),
        ]


class Visit(models.Model):
    """That a keeper was in touch on a day. No hour, no place, no words: there is no column.

    ``by_another``: somebody wrote it down for the keeper, from paper or a call. What was
    written down wrongly is taken back and stays; why is said where somebody else does it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    scope_code = models.TextField(db_collation="C")
    link = _to("visits.Link")
    on = models.DateField()
    way = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()
    by_another = models.BooleanField()
    fact_id = models.UUIDField()
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.UUIDField(null=True)
    taken_back_why = models.TextField(blank=True)

    class Meta:
        db_table = "visits_visit"
        constraints = [
            _one_of("way", Way, "visits_visit_way"),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                & Q(taken_back_why="")
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
                name="visits_visit_taken_back",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_by__isnull=True)
                | Q(taken_back_by=models.F("recorded_by"))
                | ~Q(taken_back_why=""),
                name="visits_visit_another_says_why",
            ),
        ]
        indexes = [models.Index(fields=["link", "on"], name="visits_visit_link")]


class Raised(models.Model):
    """A matter the household agreed to raise, or one found on patrol: a case, by its id alone."""

    case_id = models.UUIDField(primary_key=True, editable=False)
    visit = _to("visits.Visit")

    class Meta:
        db_table = "visits_raised"
        indexes = [models.Index(fields=["visit"], name="visits_raised_visit")]


class Carried(models.Model):
    """A link that went over to another record of the same human being, and how it was before.

    ``cause_id`` is the fact that the two records are one; ``ended`` that the survivor kept the
    same contact already, so that the link ended instead.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    link = _to("visits.Link")
    duplicate = _to("directory.Person")
    survivor = _to("directory.Person")
    cause_id = models.UUIDField()
    ended = models.BooleanField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "visits_carried"
        constraints = [
            models.UniqueConstraint(fields=["cause_id", "link"], name="visits_carried_once"),
        ]
        indexes = [models.Index(fields=["duplicate"], name="visits_carried_duplicate")]
