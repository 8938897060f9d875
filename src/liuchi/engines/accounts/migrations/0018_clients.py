from importlib import import_module

import liuchi.kernel.ids
from django.db import migrations, models

_roles = import_module("liuchi.engines.accounts.migrations.0002_roles")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0017_roles_with_riders")]
    operations = [
        migrations.CreateModel(
            name="Client",
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
                ("title", models.TextField()),
                ("area_id", models.UUIDField()),
                ("key_hash", models.BinaryField(unique=True)),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.UUIDField()),
                ("last_used_on", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "accounts_client",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="accounts_client_ended_by",
                    )
                ],
            },
        ),
        migrations.RunPython(_roles.load, migrations.RunPython.noop),
    ]
