from importlib import import_module

from django.db import migrations

load = import_module("liuchi.engines.accounts.migrations.0002_roles").load


class Migration(migrations.Migration):
    """Who takes objections down and who answers them."""

    dependencies = [("accounts", "0004_roles_with_slips")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
