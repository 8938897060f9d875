from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_directory"), ("journal", "0002_kept")]
    operations = [
        migrations.RunSQL(
            (_SQL / "0003_kept.sql").read_text(encoding="utf-8"),
            migrations.RunSQL.noop,
        ),
    ]
