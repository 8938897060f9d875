"""Grades and awards ask for a consent to points, not for any."""

from django.db import migrations

from liuchi.kernel.rewritten import rewritten

_ANY = "consent.withdrawn_at IS NULL"
_FOR_POINTS = "consent.for_points AND consent.withdrawn_at IS NULL"


class Migration(migrations.Migration):
    dependencies = [("directory", "0025_consent_for_points"), ("points", "0033_budget_changes")]
    operations = [
        migrations.RunSQL(
            rewritten("points", _ANY, _FOR_POINTS), rewritten("points", _FOR_POINTS, _ANY)
        ),
    ]
