from pathlib import Path

import liuchi.kernel.ids
from django.db import migrations, models


_SQL = Path(__file__).parents[1] / "sql" / "0009_calendar.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0008_hand_over"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=liuchi.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("date", models.DateField(unique=True)),
                ("name", models.TextField()),
                ("is_off_day", models.BooleanField()),
                ("notice", models.TextField()),
                ("entered_at", models.DateTimeField()),
                ("entered_by", models.UUIDField()),
            ],
            options={
                "db_table": "directory_calendar_day",
            },
        ),
        migrations.CreateModel(
            name="CalendarYear",
            fields=[
                ("year", models.IntegerField(primary_key=True, serialize=False)),
                ("notice", models.TextField()),
                ("entered_at", models.DateTimeField()),
                ("entered_by", models.UUIDField()),
            ],
            options={
                "db_table": "directory_calendar_year",
            },
        ),
        migrations.RunSQL(_SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
