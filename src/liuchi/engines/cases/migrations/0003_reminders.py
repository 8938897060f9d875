from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

_SQL = Path(__file__).parents[1] / "sql"


def _sql(name: str) -> str:
    return (_SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_cases")]

    operations = [
        migrations.AddField("clock", "warn_at", models.DateTimeField(null=True)),
        migrations.AddField("clock", "escalate_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "clock",
            models.Index(
                fields=["warn_at", "id"],
                condition=Q(stopped_at__isnull=True, paused_at__isnull=True, warned_at__isnull=True)
                & Q(warn_at__isnull=False),
                name="cases_clock_warn",
            ),
        ),
        migrations.AddIndex(
            "clock",
            models.Index(
                fields=["escalate_at", "id"],
                condition=Q(stopped_at__isnull=True, paused_at__isnull=True)
                & Q(escalate_at__isnull=False),
                name="cases_clock_overdue",
            ),
        ),
        migrations.RunSQL(_sql("0003_reminders.sql"), migrations.RunSQL.noop),
    ]
