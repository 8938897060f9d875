from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_journal")]
    operations = [
        migrations.RunSQL(
            (_SQL / "0002_kept.sql").read_text(encoding="utf-8"),
            (_SQL / "0002_kept.down.sql").read_text(encoding="utf-8"),
        ),
    ]
