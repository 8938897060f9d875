from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("points", "0015_lots"), ("directory", "0012_moves")]
    operations = [
        migrations.RunSQL(
            (SQL / "0016_moves.sql").read_text(encoding="utf-8"),
            (SQL / "0016_moves.down.sql").read_text(encoding="utf-8"),
        )
    ]
