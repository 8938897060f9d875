from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("points", "0019_shop_unit")]
    operations = [
        migrations.RunSQL(
            (_SQL / "0020_counter_kept.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]
