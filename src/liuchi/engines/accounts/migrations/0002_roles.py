from pathlib import Path

from django.db import migrations
from ruamel.yaml import YAML

MATRIX = Path(__file__).resolve().parents[1] / "data" / "roles.yaml"


def load(apps, _schema_editor) -> None:
    """Make the matrix in the database the one in the file."""
    role_model, grant_model = (
        apps.get_model("accounts", "Role"),
        apps.get_model("accounts", "Grant"),
    )
    alias = _schema_editor.connection.alias
    roles = YAML(typ="safe").load(MATRIX)["roles"]
    grant_model.objects.using(alias).all().delete()
    for code, role in roles.items():
        zh, en = role["title"]
        role_model.objects.using(alias).update_or_create(
            code=code, defaults={"title_zh": zh, "title_en": en}
        )
        grant_model.objects.using(alias).bulk_create(
            grant_model(role_id=code, verb=verb, reach=reach)
            for reach in ("own", "area")
            for verb in role.get(reach, [])
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
