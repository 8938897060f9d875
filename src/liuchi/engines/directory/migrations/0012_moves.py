from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("directory", "0011_venues")]
    operations = [
        migrations.RunSQL(
            (SQL / "0012_moves.sql").read_text(encoding="utf-8"),
            (SQL / "0012_moves.down.sql").read_text(encoding="utf-8"),
        )
    ]
