from importlib import import_module

from django.db import migrations

load = import_module("liuchi.engines.accounts.migrations.0002_roles").load


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_sign_in")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
