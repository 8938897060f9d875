from pathlib import Path

import django.db.models.deletion
import liuchi.kernel.ids
from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("directory", "0020_search_in_order"), ("journal", "0002_kept")]

    operations = [
        migrations.CreateModel(
            name="Grid",
            fields=[
                (
                    "area",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="grid",
                        serialize=False,
                        to="directory.area",
                    ),
                ),
                ("setting", models.TextField()),
                ("void_reason", models.TextField(null=True)),
                ("voided_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "directory_grid",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("setting__in", ["urban", "rural"])),
                        name="directory_grid_setting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("void_reason__isnull", True), ("voided_by__isnull", True)),
                            models.Q(("void_reason__regex", "\\S"), ("voided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="directory_grid_voided_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AreaOutline",
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
                ("outline", models.JSONField()),
                ("square_metres", models.BigIntegerField()),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("drawn_by", models.UUIDField()),
                ("drawn_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outlines",
                        to="directory.area",
                    ),
                ),
            ],
            options={
                "db_table": "directory_area_outline",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="directory_area_outline_interval",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("square_metres__gt", 0)),
                        name="directory_area_outline_has_area",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "0021_grids.sql").read_text(encoding="utf-8"),
            (SQL / "0021_grids.down.sql").read_text(encoding="utf-8"),
        ),
    ]
