from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_adoptions")]
    operations = [
        migrations.RunSQL(
            (_SQL / "0004_named.sql").read_text(encoding="utf-8"),
            (_SQL / "0004_named.down.sql").read_text(encoding="utf-8"),
        ),
    ]
