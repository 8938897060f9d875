"""A resident's statement says who brought in and who confirmed an opening balance."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "0035_openings_told.sql"


class Migration(migrations.Migration):
    dependencies = [("points", "0034_consent_for_points")]
    operations = [
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"), "DROP FUNCTION points_openings_told(uuid[])"
        ),
    ]
