from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_draws"),
        ("directory", "0023_hand_over_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="case",
            name="cases_case_channel",
        ),
        migrations.RemoveConstraint(
            model_name="report",
            name="cases_report_channel",
        ),
        migrations.RemoveConstraint(
            model_name="reporter",
            name="cases_reporter_sealed",
        ),
        migrations.AddField(
            model_name="reporter",
            name="organization",
            field=models.BinaryField(null=True),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("entered_by__isnull", False)),
                fields=["entered_by", "id"],
                name="cases_report_entered_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "channel__in",
                        [
                            "worker",
                            "rider",
                            "resident",
                            "anonymous",
                            "call",
                            "counter",
                            "hotline",
                            "enterprise",
                            "visit",
                            "patrol",
                            "superior",
                            "media",
                            "import",
                            "system",
                        ],
                    )
                ),
                name="cases_case_channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "channel__in",
                        [
                            "worker",
                            "rider",
                            "resident",
                            "anonymous",
                            "call",
                            "counter",
                            "hotline",
                            "enterprise",
                            "visit",
                            "patrol",
                            "superior",
                            "media",
                            "import",
                            "system",
                        ],
                    )
                ),
                name="cases_report_channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="reporter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("contact__isnull", True),
                        ("organization__isnull", True),
                        ("wrapped_key__isnull", True),
                    ),
                    models.Q(
                        models.Q(
                            ("contact__isnull", False),
                            ("organization__isnull", False),
                            _connector="OR",
                        ),
                        ("wrapped_key__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="cases_reporter_sealed",
            ),
        ),
    ]
