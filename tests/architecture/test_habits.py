"""Habits of the house that no linter knows: one clock, no side doors, reasons."""

import ast
import re
import tomllib

from django.apps import apps
from django.db import connections, models

from architecture import source

CLOCK = source.SOURCE / "kernel" / "clock.py"
ENGINES = source.SOURCE / "engines"


def test_time_comes_from_the_kernel() -> None:
    """``datetime.now``, ``date.today`` and Django's clock cannot be moved by a test."""
    wanted = {
        *(("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today")),
        *(("date", "today"), ("timezone", "now"), ("timezone", "localdate"), ("time", "time")),
    }
    found = [
        source.place(path, node)
        for path in source.modules()
        if path != CLOCK
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in wanted
    ]
    assert found == []


def test_no_field_sets_its_own_time() -> None:
    found = [
        source.place(path, node)
        for path in sorted(ENGINES.rglob("*.py"))
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.keyword)
        and (
            node.arg in {"auto_now", "auto_now_add"}
            or (node.arg in {"default", "db_default"} and "now" in ast.unparse(node.value).lower())
        )
    ]
    assert found == []


def test_no_statement_sets_a_time_by_default() -> None:
    pattern = re.compile(
        r"\bdefault\s+(now\s*\(|current_|clock_timestamp|transaction_timest)", re.IGNORECASE
    )
    found = [
        source.place(p) for p in sorted(ENGINES.rglob("*.sql")) if pattern.search(p.read_text())
    ]
    assert found == []


def test_no_column_of_ours_sets_its_own_time(db: str) -> None:
    labels = [app.label for app in apps.get_app_configs() if app.name.startswith("liuchi.")]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns "
            "WHERE column_default ~* '(now|timestamp|current_date|uuidv7|gen_random)' "
            "AND split_part(table_name, '_', 1) = ANY(%s)",
            [labels],
        )
        assert cursor.fetchall() == []


def test_no_side_doors() -> None:
    """Signals, the admin and ModelForm write without an action."""
    banned = ("django.dispatch", "django.db.models.signals", "django.contrib.admin", "ModelForm")
    found = [
        f"{source.place(path, node)} {name}"
        for path in source.modules()
        for name, node in source.imports(path)
        if name.startswith(banned[:-1]) or name.endswith(banned[-1])
    ]
    assert found == []


def test_models_carry_no_verbs() -> None:
    """A model has fields; what is done with it stands in actions."""
    found = [
        f"{source.place(path, verb)} {verb.name}"
        for path in sorted(ENGINES.glob("*/models*")) + sorted(ENGINES.glob("*/models/*.py"))
        if path.suffix == ".py"
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.ClassDef)
        for verb in node.body
        if isinstance(verb, ast.FunctionDef) and not verb.name.startswith("__")
    ]
    assert found == []


def test_foreign_keys_point_down() -> None:
    """Import contracts cannot see a key given as a string."""
    order = (
        *("journal", "accounts", "files", "directory"),
        *("points", "cases", "visits", "disclosures", "notices", "indicators", "collect"),
        "bulletins",
    )
    below = {label: set(order[: number + 1]) for number, label in enumerate(order)}
    below["accounts"] -= {"files"}
    below["files"] -= {"accounts"}
    below["cases"] -= {"points"}
    below["visits"] -= {"points", "cases"}
    below["disclosures"] -= {"points", "cases", "visits"}
    below["notices"] -= {"points", "cases", "visits", "disclosures"}
    below["bulletins"] -= {"collect"}
    for label in order:  # Django's own users and permissions
        below[label] |= {"auth", "contenttypes"} if label == "accounts" else set()
    found = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model.__module__.startswith("liuchi.")
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and field.related_model._meta.app_label not in below[model._meta.app_label]
    ]
    assert found == []


def test_every_dependency_states_its_reason() -> None:
    text = (source.ROOT / "pyproject.toml").read_text()
    wanted = tomllib.loads(text)["project"]["dependencies"]
    lines = [
        line
        for line in text.splitlines()
        if line.strip().startswith(tuple(f'"{d}"' for d in wanted))
    ]
    assert len(lines) == len(wanted)
    assert [line for line in lines if "# " not in line] == []
