from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0018_sets"),
        ("accounts", "0013_roles_with_votes"),
        ("sessions", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(
            (SQL / "0019_who.sql").read_text(encoding="utf-8"),
            "DROP FUNCTION directory_who(text[], uuid[], uuid[], date, timestamptz)",
        )
    ]
