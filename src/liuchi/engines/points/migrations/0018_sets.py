from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


def _sql(name: str) -> str:
    return (_SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("points", "0017_closings")]
    operations = [
        # Back is the functions of 0013: these do the same, only faster, and are not missed.
        migrations.RunSQL(_sql("0018_post_rows.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(_sql("0018_post.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(_sql("0018_award_all.sql"), _sql("0018_award_all.down.sql")),
    ]
