from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql" / "0015_staged.sql"


class Migration(migrations.Migration):
    dependencies = [("directory", "0014_rule_votes")]

    operations = [
        migrations.CreateModel(
            name="RosterStaged",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("scope_code", models.TextField(db_collation="C")),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("ring_id", models.TextField()),
                (
                    "sheets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("rows", models.IntegerField()),
                ("refused", models.IntegerField()),
                ("problems", models.JSONField()),
            ],
            options={"db_table": "directory_roster"},
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
