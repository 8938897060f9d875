from importlib import import_module

from django.db import migrations

load = import_module("liuchi.engines.accounts.migrations.0002_roles").load


class Migration(migrations.Migration):
    """Who writes bulletins, checks them, issues them and reads them."""

    dependencies = [("accounts", "0008_roles_with_imports")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
