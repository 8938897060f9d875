from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collect", "0002_collect")]
    operations = [
        migrations.AddField(
            model_name="table",
            name="units_sent",
            field=models.IntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "UPDATE collect_table SET units_sent = (SELECT count(*) FROM collect_reply "
            "WHERE table_id = collect_table.id)",
            migrations.RunSQL.noop,
        ),
    ]
