from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql" / "0005_model_villages.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0025_consent_for_points"),
        ("disclosures", "0004_faults_put_right"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelVillage",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("scope_code", models.TextField(db_collation="C")),
                ("playbook", models.TextField()),
                ("playbook_version", models.UUIDField()),
                ("number", models.IntegerField()),
                ("most", models.IntegerField()),
                ("since", models.DateField()),
                ("reason", models.TextField()),
                ("named_at", models.DateTimeField()),
                ("ended_on", models.DateField(null=True)),
                ("ended_reason", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.area",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "town",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.area",
                    ),
                ),
            ],
            options={
                "db_table": "disclosures_model_village",
                "indexes": [
                    models.Index(fields=["area", "since"], name="disclosures_model_area"),
                    models.Index(fields=["town", "playbook"], name="disclosures_model_town"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("number__gte", 1),
                            ("number__lte", models.F("most")),
                            models.Q(("reason", ""), _negated=True),
                        ),
                        name="disclosures_model_village_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("ended_by__isnull", True),
                                ("ended_on__isnull", True),
                                ("ended_reason", ""),
                            ),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_on__gte", models.F("since")),
                                models.Q(("ended_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="disclosures_model_village_ended",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
