"""Articles of several units, the form of a document, and room for a leader's instructions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0002_bulletins")]
    operations = [
        migrations.AddField("bulletin", "form", models.TextField(default="bulletin")),
        migrations.AddField("bulletin", "articles", models.JSONField(default=list)),
        migrations.AddField("bulletin", "box", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "bulletin",
            models.CheckConstraint(
                condition=models.Q(("form__in", ["bulletin", "review", "prompt"])),
                name="bulletins_bulletin_form",
            ),
        ),
    ]
