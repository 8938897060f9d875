"""An internal currency is hidden by the database itself."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


def _sql(name: str) -> str:
    return (_SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("points", "0026_told")]

    operations = [migrations.RunSQL(_sql("0027_internal.sql"), _sql("0027_internal.down.sql"))]
