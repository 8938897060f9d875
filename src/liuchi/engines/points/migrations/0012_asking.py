from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("points", "0011_counter"), ("directory", "0010_search")]
    operations = [
        migrations.RunSQL(
            (_SQL / "0012_asking.sql").read_text(encoding="utf-8"),
            (_SQL / "0012_asking.down.sql").read_text(encoding="utf-8"),
        )
    ]
