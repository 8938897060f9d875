from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


def _sql(name: str) -> str:
    return (_SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("journal", "0001_journal"),
        ("directory", "0001_initial"),
    ]
    operations = [migrations.RunSQL(_sql("0002_cases.sql"), _sql("0002_cases.down.sql"))]
