from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0010_search")]
    operations = [
        migrations.RemoveConstraint(model_name="organization", name="directory_organization_kind"),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["committee", "office", "shop", "association", "company", "venue"],
                    )
                ),
                name="directory_organization_kind",
            ),
        ),
    ]
