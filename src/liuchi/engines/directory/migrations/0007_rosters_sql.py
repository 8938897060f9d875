from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "0007_rosters.sql"


class Migration(migrations.Migration):
    dependencies = [("directory", "0006_rosters"), ("journal", "0001_journal")]
    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
