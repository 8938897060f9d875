"""What people are told of objections to their own entries."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


def _sql(name: str) -> str:
    return (_SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("points", "0025_campaigns")]

    operations = [migrations.RunSQL(_sql("0026_told.sql"), _sql("0026_told.down.sql"))]
