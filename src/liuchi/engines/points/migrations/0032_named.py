from pathlib import Path
from typing import Any

from django.db import migrations, models
from django.db.models import PROTECT

_SQL = Path(__file__).parents[1] / "sql"
_HANDED = {
    "person": "directory.person",
    "home_area": "directory.area",
    "shop": "points.shop",
    "goods": "points.goods",
    "by": "accounts.user",
}
_CLAIMED = {
    "person": "directory.person",
    "village": "directory.area",
    "proposed_by": "accounts.user",
}


def _to(kind: Any, model: str, **options: Any) -> Any:
    return kind(model, db_constraint=False, on_delete=PROTECT, related_name="+", **options)


class Migration(migrations.Migration):
    dependencies = [("points", "0031_grades_of_one_person"), ("journal", "0004_named")]
    operations = [
        *(
            migrations.AlterField("claim", name, _to(models.ForeignKey, model, db_index=False))
            for name, model in _CLAIMED.items()
        ),
        *(
            migrations.AlterField(child, name, _to(models.ForeignKey, model, db_index=False))
            for child in ("redemption", "gift")
            for name, model in _HANDED.items()
        ),
        *(
            migrations.AlterField(child, "transfer", _to(models.OneToOneField, "points.transfer"))
            for child in ("redemption", "gift")
        ),
        migrations.RunSQL(
            (_SQL / "0032_named.sql").read_text(encoding="utf-8"),
            (_SQL / "0032_named.down.sql").read_text(encoding="utf-8"),
        ),
    ]
