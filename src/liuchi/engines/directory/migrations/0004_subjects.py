from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_kept"), ("accounts", "0002_roles")]
    operations = [
        migrations.RunSQL(
            (_SQL / "0004_subjects.sql").read_text(encoding="utf-8"),
            (_SQL / "0004_subjects.down.sql").read_text(encoding="utf-8"),
        )
    ]
