from pathlib import Path

from django.db import migrations, models

_SQL = Path(__file__).parents[1] / "sql"


def _sql(name: str) -> str:
    return (_SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("points", "0008_catalogue")]

    operations = [
        # No line exists before the first count.
        migrations.AddField(
            model_name="grade",
            name="counted_to",
            field=models.DateTimeField(),
            preserve_default=False,
        ),
        migrations.RunSQL(_sql("0009_grade_sums.sql"), _sql("0009_grade_sums.down.sql")),
    ]
