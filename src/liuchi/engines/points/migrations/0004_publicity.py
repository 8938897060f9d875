from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


def _sql(name: str) -> str:
    return (_SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("points", "0003_notices"), ("journal", "0001_journal")]
    operations = [
        migrations.RunSQL(_sql("0004_notices.sql"), _sql("0004_notices.down.sql")),
        # Back is 0003's columns gone: the function of before would do, but is not missed.
        migrations.RunSQL(_sql("0004_posting.sql"), migrations.RunSQL.noop),
    ]
