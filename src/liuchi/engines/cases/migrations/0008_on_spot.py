from pathlib import Path

from django.db import migrations, models

_SQL = Path(__file__).parents[1] / "sql"
_VERBS = (
    "report verify file reject dispatch accept return finish check close send_back suspend resume "
    "withdraw refer split merge supervise ask_time decide_time appeal dispute settle reopen rate "
    "note settle_on_spot escalate"
)


def _sql(name: str) -> str:
    return (_SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_intake")]

    operations = [
        migrations.RemoveConstraint(model_name="step", name="cases_step_verb"),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(("verb__in", _VERBS.split())), name="cases_step_verb"
            ),
        ),
        migrations.RemoveConstraint(model_name="case", name="cases_case_unit"),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("unit__isnull", False),
                    models.Q(
                        ("state__in", ["dispatched", "handling", "feedback", "checking"]),
                        _negated=True,
                    ),
                    models.Q(
                        ("state__in", ["feedback", "checking"]),
                        models.Q(("handler_ids", []), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="cases_case_unit",
            ),
        ),
        migrations.RunSQL(_sql("0008_on_spot.sql"), _sql("0008_on_spot.down.sql")),
    ]
