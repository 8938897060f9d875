from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "0031_grades_of_one_person.sql"


class Migration(migrations.Migration):
    dependencies = [("points", "0030_totals"), ("directory", "0013_duplicates")]
    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
