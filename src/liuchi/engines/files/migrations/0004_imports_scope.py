from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "0004_imports.sql"


class Migration(migrations.Migration):
    dependencies = [("files", "0003_imports"), ("journal", "0001_journal")]
    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
