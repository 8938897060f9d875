from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql" / "0023_hand_over_kept.sql"


class Migration(migrations.Migration):
    dependencies = [("directory", "0022_homes")]

    operations = [migrations.RunSQL(_SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop)]
