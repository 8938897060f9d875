from importlib import import_module

from django.db import migrations

load = import_module("liuchi.engines.accounts.migrations.0002_roles").load


class Migration(migrations.Migration):
    """Who imports tables and who takes an import back."""

    dependencies = [("accounts", "0007_roles_for_claims")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
