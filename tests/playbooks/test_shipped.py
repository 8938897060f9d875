"""Every method as shipped checks, its examples hold, and it can be told in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from liuchi.playbooks import explain, load, registry, run_examples
from liuchi.playbooks.registry import Registry

SHIPPED = Path(__file__).resolve().parents[2] / "playbooks"
METHODS = sorted(
    str(file.parent.relative_to(SHIPPED)) for file in SHIPPED.glob("*/*/playbook.yaml")
)


@pytest.fixture(autouse=True)
def engines(toy: Registry) -> Iterator[Registry]:
    """The sections the installed engines register, in place of the tests' own."""
    with registry.using(Registry()) as real:
        for config in apps.get_app_configs():
            if config.name.startswith("liuchi.engines."):
                config.ready()
        yield real


@pytest.mark.parametrize("method", METHODS)
def test_its_examples_hold(method: str) -> None:
    results = run_examples(load(SHIPPED / method))
    assert [(each.title, str(each.problem)) for each in results if not each.passed] == []
    assert len(results) >= 3


@pytest.mark.parametrize("method", METHODS)
def test_it_can_be_told_in_both_languages(method: str) -> None:
    playbook = load(SHIPPED / method)
    zh, en = (explain(playbook, language).splitlines() for language in ("zh", "en"))
    assert len(zh) == len(en) > 5
