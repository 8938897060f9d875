from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_kept")]
    operations = [
        migrations.RunSQL(
            (_SQL / "0003_adoptions.sql").read_text(encoding="utf-8"),
            (_SQL / "0003_adoptions.down.sql").read_text(encoding="utf-8"),
        ),
    ]
