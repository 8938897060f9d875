# ruff: noqa: E402  Django is set up before anything of Liuchi is imported
"""The peer: a plain endpoint of Django REST framework that inserts the rows of one report.

No sign-in, no rights, no limits counted: a serializer, one transaction, the ORM. The same
rows as ours: command, case, report, two clocks, two lines of the log, two facts. It writes as
the owner of the tables, over connections that are kept.
"""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuchi.project.django_settings")
os.environ["LIUCHI_DATABASE_URL"] = os.environ["LIUCHI_OWNER_DATABASE_URL"]

import django

django.setup()

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.urls import path
from psycopg.types.json import Jsonb
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from liuchi.engines.cases.models import Case, Clock, Report, Step
from liuchi.kernel import clock
from liuchi.kernel.ids import new_id

TOWN, VILLAGE, VERSION, SCOPE = os.environ["LIUCHI_BENCH_PLACE"].split()
_FACT = (
    "INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind, "
    "subject_id, data) VALUES (%s, %s, %s, %s, %s, %s, 'cases.case', %s, %s)"
)


class Told(serializers.Serializer):
    """A report."""

    area_id = serializers.UUIDField()
    type_code = serializers.CharField(max_length=40)
    condition_code = serializers.CharField(max_length=40, allow_blank=True)
    channel = serializers.CharField(max_length=20)
    text = serializers.CharField(max_length=2000)
    place = serializers.CharField(max_length=200)
    longitude = serializers.DecimalField(max_digits=9, decimal_places=6)
    latitude = serializers.DecimalField(max_digits=9, decimal_places=6)


class Reports(APIView):
    """Takes a report in."""

    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Any) -> Response:
        """Insert everything in one transaction."""
        told = Told(data=request.data)
        told.is_valid(raise_exception=True)
        said, now, case_id, report_id = told.validated_data, clock.now(), new_id(), new_id()
        facts = [new_id(), new_id()]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO journal_command (scope, key, body_hash, result_ref, recorded_at) "
                "VALUES ('peer', %s, %s, %s, %s)",
                [request.headers["Idempotency-Key"], "0" * 64, report_id, now],
            )
            _case(said, case_id, facts, now)
            Report.objects.create(
                id=report_id, case_id=case_id, channel=said["channel"], received_at=now,
                text=said["text"], place=said["place"],
                receipt_hash=hashlib.sha256(report_id.bytes).digest(),
            )  # fmt: skip
            for kind in ("total", "dispatch"):
                Clock.objects.create(
                    id=new_id(), case_id=case_id, kind=kind, round=1, started_at=now,
                    limit_amount=2, limit_unit="work hours", due_at=now + timedelta(hours=2),
                )  # fmt: skip
            for number, verb in enumerate(("report", "file")):
                Step.objects.create(
                    id=new_id(), case_id=case_id, verb=verb, state_before="",
                    state_after="filed", at=now, timed_out=False, fact_id=facts[number],
                )  # fmt: skip
                data = Jsonb({"type": said["type_code"], "state": "filed"})
                kind = ("cases.reported", "cases.filed")[number]
                cursor.execute(
                    _FACT, [facts[number], kind, now, now, VILLAGE, report_id, case_id, data]
                )
        return Response({"report_id": str(report_id), "case_id": str(case_id)}, status=201)


def _case(said: dict[str, Any], case_id: UUID, facts: list[UUID], now: Any) -> None:
    Case.objects.create(
        id=case_id, town_id=TOWN, village_id=VILLAGE, scope_code=SCOPE, playbook_version=VERSION,
        type_code=said["type_code"], main_type="01", type_title="暴露垃圾",
        condition_code=said["condition_code"], channel=said["channel"],
        description=said["text"], place=said["place"], longitude=said["longitude"],
        latitude=said["latitude"], reported_at=now, reported_fact_id=facts[0], filed_at=now,
        state="filed", since=now, version=1, urgent=False, sensitive=False, desk_id=VILLAGE,
        clock="dispatch", due_at=now + timedelta(hours=2), last_fact_id=facts[1],
    )  # fmt: skip


urlpatterns = [path("api/v1/cases", Reports.as_view())]
settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]  # says how long an answer is
settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "rest_framework"]
application = get_wsgi_application()
