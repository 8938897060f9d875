from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "0002_screens.sql"


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_roll_ups"), ("journal", "0002_kept")]
    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
