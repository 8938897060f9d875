"""Who agreed to something else alone does not take part in points."""

from django.db import migrations, models

from liuchi.kernel.rewritten import rewritten

_ANY = "consent.withdrawn_at IS NULL"
_FOR_POINTS = "consent.for_points AND consent.withdrawn_at IS NULL"


class Migration(migrations.Migration):
    dependencies = [("directory", "0024_who_planned_once")]
    operations = [
        migrations.AddField(
            model_name="consent",
            name="for_points",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.RunSQL(
            rewritten("directory", _ANY, _FOR_POINTS), rewritten("directory", _FOR_POINTS, _ANY)
        ),
    ]
