from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "0005_issued_elsewhere.sql"


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0004_proof_names_the_form")]
    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
