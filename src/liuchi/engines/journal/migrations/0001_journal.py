from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

from liuchi.kernel import clock

_SQL = Path(__file__).parents[1] / "sql"


def make_partitions(_apps, schema_editor) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT journal_make_partitions(%s, 4)", [clock.today()])


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            (_SQL / "0001_journal.sql").read_text(encoding="utf-8"),
            (_SQL / "0001_journal.down.sql").read_text(encoding="utf-8"),
        ),
        # Unmanaged models: state only, the SQL above has made the tables.
        migrations.CreateModel(
            name="Fact",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("ordinal", models.BigIntegerField(null=True)),
                ("kind", models.TextField()),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("area_id", models.UUIDField(null=True)),
                ("actor_id", models.UUIDField()),
                ("subject_kind", models.TextField()),
                ("subject_id", models.UUIDField()),
                ("cause_id", models.UUIDField(null=True)),
                ("corrects_id", models.UUIDField(null=True)),
                ("playbook_version", models.UUIDField(null=True)),
                ("amount", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("data", models.JSONField()),
            ],
            options={"db_table": "journal_fact", "managed": False},
        ),
        migrations.CreateModel(
            name="PlaybookVersion",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("version", models.IntegerField()),
                ("in_force_from", models.DateField()),
                ("source", models.TextField()),
                ("compiled", models.JSONField()),
                ("places", django.contrib.postgres.fields.ArrayField(models.UUIDField())),
                ("spec_version", models.IntegerField()),
                ("approved_by", models.TextField()),
                ("applied_at", models.DateTimeField()),
                ("applied_by", models.UUIDField()),
            ],
            options={"db_table": "journal_playbook_version", "managed": False},
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("first_ordinal", models.BigIntegerField()),
                ("last_ordinal", models.BigIntegerField()),
                ("root", models.TextField()),
                ("previous_root", models.TextField()),
                ("areas", models.JSONField()),
                ("format_version", models.IntegerField()),
                ("sealed_at", models.DateTimeField()),
            ],
            options={"db_table": "journal_seal", "managed": False},
        ),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
    ]
