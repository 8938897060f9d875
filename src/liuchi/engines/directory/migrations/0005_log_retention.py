from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "0005_log_retention.sql"


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_subjects")]
    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
