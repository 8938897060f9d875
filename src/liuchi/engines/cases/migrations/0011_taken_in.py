from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_contested"), ("journal", "0004_named")]
    operations = [
        migrations.RunSQL(
            (_SQL / "0011_taken_in.sql").read_text(encoding="utf-8"),
            (_SQL / "0011_taken_in.down.sql").read_text(encoding="utf-8"),
        )
    ]
