"""Numbers that are asked when a case is closed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_marked")]

    operations = [
        migrations.AddField(
            model_name="check",
            name="numbers",
            field=models.JSONField(default=dict),
        ),
    ]
