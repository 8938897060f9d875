import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosures", "0002_disclosures"),
    ]

    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("source", models.TextField()),
                (
                    "of",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("as_of", models.DateField()),
                ("ordinal", models.BigIntegerField()),
                (
                    "row_digests",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("digest", models.TextField()),
                ("taken_at", models.DateTimeField()),
                ("seen", models.TextField()),
                ("changed_rows", models.IntegerField(default=0)),
                ("changed_at", models.DateTimeField(null=True)),
                (
                    "posting",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disclosures.posting",
                        unique=True,
                    ),
                ),
            ],
            options={
                "db_table": "disclosures_source",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("changed_at__isnull", True),
                                ("changed_rows", 0),
                                ("seen", models.F("digest")),
                            ),
                            models.Q(
                                ("changed_at__isnull", False),
                                ("changed_rows__gte", 1),
                                models.Q(("seen", models.F("digest")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="disclosures_source_changed",
                    )
                ],
            },
        ),
    ]
