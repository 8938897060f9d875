"""Tables of grades and of cards.

Local grades and official ones stand in tables of their own: what an issuer decided is never
mixed with what is counted here. A line of a round is written by the count alone; nobody
sets a grade by hand.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liuchi.engines.journal.columns import both, one_of, to
from liuchi.engines.points.enums import (
    AppealOutcome,
    AppealState,
    CardEnd,
    CardState,
    GradeNames,
    GradePer,
    GradeState,
    ObjectionVia,
    OfficialState,
    RoundState,
)


class GradeRound(models.Model):
    """One round of a local scheme at one place: counted, on notice, issued.

    ``as_of`` is the day whose end the ledger is read at; deeds count from ``window_from``
    (null: all there ever were). Who computed is never who issues.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    scheme = models.TextField()
    scheme_title = models.TextField()
    playbook_version = models.UUIDField()
    unit = models.TextField(db_collation="C")
    per = models.TextField()
    names = models.TextField()
    village = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    as_of = models.DateField()
    window_from = models.DateField(null=True)
    state = models.TextField()
    version = models.IntegerField()
    people = models.IntegerField(default=0)
    graded = models.IntegerField(default=0)
    opened_by = to("accounts.User")
    opened_at = models.DateTimeField()
    computed_by = to("accounts.User", null=True)
    computed_at = models.DateTimeField(null=True)
    work_days = models.IntegerField()
    published_at = models.DateTimeField(null=True)
    notice_ends_at = models.DateTimeField(null=True)
    issued_by = to("accounts.User", null=True)
    issued_at = models.DateTimeField(null=True)
    issued_on = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    fact_id = models.UUIDField()

    class Meta:
        db_table = "points_grade_round"
        constraints = [
            one_of("state", RoundState, "points_grade_round_state"),
            one_of("per", GradePer, "points_grade_round_per"),
            one_of("names", GradeNames, "points_grade_round_names"),
            both("points_grade_round_computed", "computed_at", "computed_by"),
            both("points_grade_round_issuing", "issued_at", "issued_by"),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True)
                | Q(computed_by__isnull=False) & ~Q(issued_by=F("computed_by")),
                name="points_grade_round_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="issued", issued_at__gte=F("notice_ends_at"))
                & Q(issued_on__isnull=False, valid_to__gte=F("issued_on"))
                | ~Q(state="issued") & Q(issued_at__isnull=True, issued_on__isnull=True),
                name="points_grade_round_issued",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["on_notice", "issued"])
                | Q(published_at__isnull=False, notice_ends_at__isnull=False),
                name="points_grade_round_on_notice",
            ),
            models.UniqueConstraint(
                fields=["village", "scheme"],
                condition=Q(state__in=["opened", "computed", "on_notice"]),
                name="points_grade_round_one_running",
            ),
        ]
        indexes = [models.Index(fields=["scope_code", "id"], name="points_grade_round_scope")]


class Grade(models.Model):
    """One resident's line of a round. ``rank`` 0: the lowest step is not reached.

    ``points`` is the person's sum, or the household's where the scheme is per household.
    ``counted_to``: the moment the ledger was read at.
    ``place`` is the line's number on the public list; a line without a grade has none.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    round = to("points.GradeRound")
    person = to("directory.Person")
    household_id = models.UUIDField(null=True)
    scope_code = models.TextField(db_collation="C")
    masked_name = models.TextField()
    name_hidden = models.BooleanField()
    points = models.BigIntegerField()
    counted_to = models.DateTimeField()
    grade = models.TextField(blank=True)
    title = models.TextField(blank=True)
    rank = models.IntegerField()
    place = models.IntegerField(null=True)
    state = models.TextField()
    since = models.DateField(null=True)
    corrects = to("points.Grade", null=True)
    fact_id = models.UUIDField(null=True)

    class Meta:
        db_table = "points_grade"
        constraints = [
            one_of("state", GradeState, "points_grade_state"),
            models.CheckConstraint(
                condition=Q(rank=0, grade="") | Q(rank__gte=1) & ~Q(grade=""),
                name="points_grade_rank",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["issued", "corrected"], since__isnull=False)
                | Q(state__in=["proposed", "cancelled"], since__isnull=True),
                name="points_grade_since",
            ),
            models.UniqueConstraint(
                fields=["round", "person"],
                condition=~Q(state="corrected"),
                name="points_grade_once",
            ),
        ]
        indexes = [
            models.Index(fields=["round", "place", "id"], name="points_grade_round_place"),
            models.Index(fields=["person", "id"], name="points_grade_person"),
        ]


class GradeAppeal(models.Model):
    """Somebody says a line of a list is wrong; ``against`` is the answer gone beyond.

    Who it is nobody asks. What was written is sealed under a key of its own in the same
    row: emptying ``wrapped_key`` erases it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    round = to("points.GradeRound")
    line = to("points.Grade")
    scope_code = models.TextField(db_collation="C")
    against = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="gone_beyond_by"
    )
    receipt_hash = models.BinaryField(unique=True)
    via = models.TextField()
    entered_by = to("accounts.User", null=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.TextField()
    outcome = models.TextField(blank=True)
    answered_by = to("accounts.User", null=True)
    answered_at = models.DateTimeField(null=True)
    wrapped_key = models.BinaryField(null=True)
    ring_id = models.TextField(blank=True)
    text = models.BinaryField(null=True)
    answer = models.BinaryField(null=True)

    class Meta:
        db_table = "points_grade_appeal"
        constraints = [
            one_of("state", AppealState, "points_grade_appeal_state"),
            one_of("via", ObjectionVia, "points_grade_appeal_via"),
            both("points_grade_appeal_answered", "answered_at", "answered_by"),
            models.CheckConstraint(
                condition=Q(state="open", outcome="", answered_at__isnull=True)
                | Q(
                    state="answered",
                    outcome__in=[str(each) for each in AppealOutcome],
                    answered_at__isnull=False,
                ),
                name="points_grade_appeal_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["round", "state", "id"], name="points_grade_appeal_round"),
            models.Index(fields=["line"], name="points_grade_appeal_line"),
        ]


class OfficialGrade(models.Model):
    """What an issuer decided, as its list said it. Of a person or of a household."""

    id = models.UUIDField(primary_key=True, editable=False)
    scheme = models.TextField()
    scheme_title = models.TextField()
    issuer = models.TextField()
    round_name = models.TextField()
    person = to("directory.Person", null=True)
    household = to("directory.Household", null=True)
    village = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    grade = models.TextField()
    rank = models.IntegerField()
    issued_on = models.DateField()
    valid_to = models.DateField()
    state = models.TextField()
    import_id = models.UUIDField()
    imported_by = to("accounts.User")
    imported_at = models.DateTimeField()

    class Meta:
        db_table = "points_official_grade"
        constraints = [
            one_of("state", OfficialState, "points_official_grade_state"),
            models.CheckConstraint(
                condition=Q(person__isnull=True, household__isnull=False)
                | Q(person__isnull=False, household__isnull=True),
                name="points_official_grade_whose",
            ),
            models.CheckConstraint(
                condition=Q(rank__gte=1, valid_to__gte=F("issued_on")),
                name="points_official_grade_days",
            ),
            models.UniqueConstraint(
                fields=["scheme", "round_name", "person"],
                condition=Q(state="held", person__isnull=False),
                name="points_official_grade_person",
            ),
            models.UniqueConstraint(
                fields=["scheme", "round_name", "household"],
                condition=Q(state="held", household__isnull=False),
                name="points_official_grade_household",
            ),
        ]
        indexes = [
            models.Index(fields=["scope_code", "id"], name="points_official_grade_scope"),
            models.Index(fields=["person", "id"], name="points_official_grade_p"),
            models.Index(fields=["household", "id"], name="points_official_grade_h"),
            models.Index(fields=["import_id", "id"], name="points_official_grade_import"),
        ]


class CardKey(models.Model):
    """A key that signs cards. The newest not retired signs; all of them verify.

    ``public_key`` is the uncompressed P-256 point, 65 bytes; ``secret`` the private number,
    sealed under a data key of its own, which the installation's ring wraps.
    """

    id = models.TextField(primary_key=True, editable=False)
    public_key = models.BinaryField()
    wrapped_key = models.BinaryField()
    ring_id = models.TextField()
    secret = models.BinaryField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "points_card_key"


class Card(models.Model):
    """One card (信用服务等级卡). ``token`` is what its code says, ``number`` what one types.

    Revoked by somebody, or by what happened: then ``revoked_cause_id`` is that fact.
    At most one of a person is good; the number and the token say nothing about anybody.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.TextField(unique=True, db_collation="C")
    token = models.TextField()
    key = to("points.CardKey")
    person = to("directory.Person")
    village = to("directory.Area")
    scope_code = models.TextField(db_collation="C")
    valid_from = models.DateField()
    valid_to = models.DateField()
    state = models.TextField()
    issued_by = to("accounts.User")
    issued_at = models.DateTimeField()
    revoked_by = to("accounts.User", null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_for = models.TextField(blank=True)
    revoked_cause_id = models.UUIDField(null=True)

    class Meta:
        db_table = "points_card"
        constraints = [
            one_of("state", CardState, "points_card_state"),
            models.CheckConstraint(
                condition=Q(
                    revoked_at__isnull=True, revoked_by__isnull=True, revoked_cause_id__isnull=True
                )
                | Q(revoked_at__isnull=False, revoked_by__isnull=False)
                | Q(
                    revoked_at__isnull=False,
                    revoked_cause_id__isnull=False,
                    revoked_for__in=["withdrawn", "left", "died", "merged"],
                ),
                name="points_card_revoking",
            ),
            models.CheckConstraint(
                condition=Q(state="valid", revoked_at__isnull=True, revoked_for="")
                | Q(
                    state="revoked",
                    revoked_at__isnull=False,
                    revoked_for__in=[str(each) for each in CardEnd],
                ),
                name="points_card_revoked",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="points_card_days"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="valid"), name="points_card_one_valid"
            ),
        ]
        indexes = [
            models.Index(fields=["scope_code", "id"], name="points_card_scope"),
            models.Index(fields=["person", "id"], name="points_card_person"),
            models.Index(fields=["valid_to"], name="points_card_ends"),
        ]
