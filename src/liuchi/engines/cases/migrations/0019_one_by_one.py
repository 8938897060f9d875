from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("cases", "0018_by_type")]
    operations = [
        migrations.RunSQL(
            (_SQL / "0019_one_by_one.sql").read_text(encoding="utf-8"),
            (_SQL / "0019_one_by_one.down.sql").read_text(encoding="utf-8"),
        )
    ]
