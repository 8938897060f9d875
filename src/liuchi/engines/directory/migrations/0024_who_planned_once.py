"""Who asks is planned once a connection, not with every request."""

from django.db import migrations

_WHO = "ALTER FUNCTION directory_who(text[], uuid[], uuid[], date, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("directory", "0023_hand_over_kept")]
    operations = [
        # PostgreSQL guessed a plan for these very sessions to be cheaper, made it anew each time
        # and spent on that four fifths of what a request's first statement cost it.
        migrations.RunSQL(
            f"{_WHO} SET plan_cache_mode = force_generic_plan", f"{_WHO} RESET plan_cache_mode"
        )
    ]
