from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "0003_spreads.sql"


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_screens")]
    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
