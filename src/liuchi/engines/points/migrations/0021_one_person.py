from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "0021_one_person.sql"


class Migration(migrations.Migration):
    dependencies = [("points", "0020_counter_kept"), ("directory", "0013_duplicates")]
    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
