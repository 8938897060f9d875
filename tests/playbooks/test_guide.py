"""The guide's playbook is the guide's promise: it checks, and its examples hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from liuchi.playbooks import PlaybookError, explain, load, registry, run_examples
from liuchi.playbooks.registry import Registry

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "first-playbook.md"
FENCED = re.compile(r"```yaml file=(\S+)\n(.*?)```", re.DOTALL)


@pytest.fixture(autouse=True)
def engines(toy: Registry) -> Iterator[Registry]:
    with registry.using(Registry()) as real:
        for config in apps.get_app_configs():
            if config.name.startswith("liuchi.engines."):
                config.ready()
        yield real


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The folder a reader has after copying every block of the guide."""
    for name, text in FENCED.findall(GUIDE.read_text(encoding="utf-8")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_guides_playbook_checks_and_its_examples_hold(written: Path) -> None:
    playbook = load(written)
    results = run_examples(playbook)
    assert [str(r.problem) for r in results if not r.passed] == []
    assert len(results) == 3
    assert "给孩子讲故事" in explain(playbook, "en")


def test_the_mistake_the_guide_shows_reads_as_it_says(written: Path) -> None:
    file = written / "playbook.yaml"
    file.write_text(file.read_text().replace("award: 2", "awrad: 2"))
    with pytest.raises(PlaybookError) as caught:
        load(written)
    shown = [f"    ✗ {problem.in_language('zh')}\n" for problem in caught.value.problems]
    assert [line for line in shown if line in GUIDE.read_text(encoding="utf-8")] == shown[1:]


def test_the_refusal_the_guide_suggests_happens(written: Path) -> None:
    file = written / "playbook.yaml"
    file.write_text(file.read_text().replace("evidence: [attendance]", "evidence: [selfie]"))
    with pytest.raises(PlaybookError) as caught:
        load(written)
    assert "forced-check-in" in {problem.code for problem in caught.value.problems}
