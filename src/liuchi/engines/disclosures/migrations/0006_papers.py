from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql" / "0006_papers.sql"


ids = django.contrib.postgres.fields.ArrayField(models.UUIDField(), default=list, size=None)
numbers = django.contrib.postgres.fields.ArrayField(models.IntegerField(), default=list, size=None)


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0005_model_villages")]
    operations = [
        migrations.AddField("attachment", "pages", ids.clone()),
        migrations.AddField("attachment", "size", models.IntegerField(default=0)),
        migrations.AddField("attachment", "numbers", models.JSONField(default=list)),
        migrations.AddField("attachment", "lines", models.JSONField(default=list)),
        migrations.AddField("attachment", "unread", numbers),
        migrations.AddField("publicfile", "pages", ids.clone()),
        migrations.AddField("publicfile", "size", models.IntegerField(default=0)),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
