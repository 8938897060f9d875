from importlib import import_module

from django.db import migrations

_roles = import_module("liuchi.engines.accounts.migrations.0002_roles")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0023_roles_for_collecting")]
    operations = [migrations.RunPython(_roles.load, migrations.RunPython.noop)]
