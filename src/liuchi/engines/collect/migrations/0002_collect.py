from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "0002_collect.sql"


class Migration(migrations.Migration):
    dependencies = [("collect", "0001_initial"), ("journal", "0001_journal")]
    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
