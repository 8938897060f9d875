from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("points", "0001_initial"), ("journal", "0001_journal")]
    operations = [
        migrations.RunSQL(
            (_SQL / "0002_ledger.sql").read_text(encoding="utf-8"),
            (_SQL / "0002_ledger.down.sql").read_text(encoding="utf-8"),
        )
    ]
