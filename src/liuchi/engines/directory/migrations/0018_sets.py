from pathlib import Path
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql" / "0018_sets.sql"


def _held(to: str, *, db_index: bool = False, **options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        db_constraint=False,
        db_index=db_index,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=f"directory.{to}",
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [("directory", "0017_present")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)
            ],
            state_operations=[
                *(
                    migrations.AlterField(model, name, _held("area", null=name == "grid"))
                    for model in ("person", "household")
                    for name in ("town", "village", "grid")
                ),
                migrations.AlterField("membership", "person", _held("person")),
                migrations.AlterField("membership", "household", _held("household", db_index=True)),
                migrations.AlterField("personsecret", "person", _held("person")),
                migrations.AlterField(
                    "personkey",
                    "person",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="directory.person",
                    ),
                ),
            ],
        ),
    ]
