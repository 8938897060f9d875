from django.db import migrations, models
from django.db.models import Q

_MARKED = Q(overdue=True) | Q(supervised=True)


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_taken_in")]

    operations = [
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["unit", "id"], condition=Q(unit__isnull=False), name="cases_case_unit"
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(fields=["town", "id"], condition=_MARKED, name="cases_case_town_marked"),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["village", "id"], condition=_MARKED, name="cases_case_village_marked"
            ),
        ),
    ]
