from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


def _user() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


def _both(name: str, first: str, second: str) -> migrations.AddConstraint:
    return migrations.AddConstraint(
        "prompt",
        models.CheckConstraint(
            condition=Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
            | Q(**{f"{first}__isnull": False, f"{second}__isnull": False}),
            name=name,
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_on_spot"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("prompt", "late_at", models.DateTimeField(null=True)),
        migrations.AddField("prompt", "received_by", _user()),
        migrations.AddField("prompt", "received_at", models.DateTimeField(null=True)),
        migrations.AddField("prompt", "closed_by", _user()),
        migrations.AddField("prompt", "closed_at", models.DateTimeField(null=True)),
        # A sheet that was answered before receiving was written down was received then.
        migrations.RunSQL(
            "UPDATE cases_prompt SET received_by_id = answered_by_id, received_at = answered_at "
            "WHERE answered_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        _both("cases_prompt_received", "received_by", "received_at"),
        _both("cases_prompt_closed", "closed_by", "closed_at"),
        migrations.AddConstraint(
            "prompt",
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(received_at__isnull=False),
                name="cases_prompt_in_order",
            ),
        ),
        migrations.AddConstraint(
            "prompt",
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True)
                | Q(answered_by__isnull=True)
                | ~Q(closed_by=F("answered_by")),
                name="cases_prompt_closed_by_another",
            ),
        ),
        migrations.AddIndex(
            "prompt",
            models.Index(
                fields=["unit", "id"], condition=Q(closed_at__isnull=True), name="cases_prompt_unit"
            ),
        ),
        migrations.AddIndex(
            "prompt", models.Index(fields=["area", "id"], name="cases_prompt_area")
        ),
        migrations.AddIndex(
            "prompt",
            models.Index(
                fields=["reply_by", "id"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True, late_at__isnull=True),
                name="cases_prompt_due",
            ),
        ),
        migrations.AddIndex(
            "arbitration",
            models.Index(
                fields=["id"], condition=Q(decided_at__isnull=True), name="cases_arbitration_open"
            ),
        ),
    ]
