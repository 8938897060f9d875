from pathlib import Path
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

_SQL = Path(__file__).parents[1] / "sql"


def _sql(name: str) -> str:
    return (_SQL / name).read_text(encoding="utf-8")


def _to(model: str, *, db_constraint: bool = True, null: bool = False) -> Any:
    return models.ForeignKey(
        model,
        db_constraint=db_constraint,
        db_index=False,
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
    )


class Migration(migrations.Migration):
    dependencies = [("points", "0027_internal")]
    operations = [
        # Back is what the functions were: these refuse the same, and are not missed.
        migrations.RunSQL(_sql("0028_entries.sql"), _sql("0028_entries.down.sql")),
        migrations.RunSQL(_sql("0028_post_allows.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(_sql("0028_post.sql"), migrations.RunSQL.noop),
        migrations.AlterField("entry", "account", _to("points.account", db_constraint=False)),
        migrations.AlterField("entry", "transfer", _to("points.transfer", db_constraint=False)),
        migrations.AlterField("transfer", "key", models.TextField(db_collation="C")),
        migrations.AlterField("transfer", "reverses", _to("points.transfer", null=True)),
        migrations.RemoveConstraint("transfer", "points_transfer_claim_once"),
        migrations.AddConstraint(
            "transfer",
            models.UniqueConstraint(fields=["key"], name="points_transfer_key_once"),
        ),
        migrations.AddConstraint(
            "transfer",
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(reverses__isnull=False),
                name="points_transfer_reversed_once",
            ),
        ),
        migrations.AddConstraint(
            "transfer",
            models.UniqueConstraint(
                fields=["claim", "kind"],
                condition=Q(claim__isnull=False),
                name="points_transfer_claim_once",
            ),
        ),
    ]
