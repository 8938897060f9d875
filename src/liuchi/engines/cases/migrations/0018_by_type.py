"""Lists narrowed to one type, or to what is urgent, read only what they show."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_answers")]

    operations = [
        migrations.AddIndex(
            "case",
            models.Index(fields=["town", "type_code", "id"], name="cases_case_town_type"),
        ),
        migrations.AddIndex(
            "case",
            models.Index(fields=["id"], condition=Q(urgent=True), name="cases_case_urgent"),
        ),
    ]
