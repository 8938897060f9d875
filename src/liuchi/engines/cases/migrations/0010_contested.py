from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_prompt_steps")]

    operations = [
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["id"],
                condition=Q(appealed=True) | Q(disputed=True),
                name="cases_case_contested",
            ),
        ),
    ]
