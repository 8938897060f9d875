from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_numbers")]
    operations = [
        migrations.RunSQL(
            (_SQL / "0014_by_keys.sql").read_text(encoding="utf-8"),
            (_SQL / "0014_by_keys.down.sql").read_text(encoding="utf-8"),
        )
    ]
