from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "0002_directory.sql"


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial"), ("journal", "__first__")]
    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
