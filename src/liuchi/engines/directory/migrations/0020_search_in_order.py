from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "0020_search_in_order.sql"


class Migration(migrations.Migration):
    dependencies = [("directory", "0019_who")]
    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
