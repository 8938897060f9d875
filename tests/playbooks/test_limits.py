"""Each refused playbook is refused by the rule it names; each near miss passes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from liuchi.playbooks import PlaybookError, all_lints, load, registry
from liuchi.playbooks.registry import Registry
from liuchi.playbooks.statutory import DUES, Statutory, dues_in

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
REFUSED = sorted((REFERENCE / "refused").iterdir())
ALLOWED = sorted((REFERENCE / "allowed").iterdir())
# Said beside the rule: sections and targets of engines still to come, keys no shape has room for.
_SAID_TOO = {"unknown-section", "unknown-reference", "unknown-key"}


@pytest.fixture(autouse=True)
def engines(toy: Registry) -> Iterator[Registry]:
    """The sections the installed engines register, in place of the tests' own."""
    with registry.using(Registry()) as real:
        for config in apps.get_app_configs():
            if config.name.startswith("liuchi.engines."):
                config.ready()
        yield real


def rule_named(folder: Path) -> str:
    first = (folder / "playbook.yaml").read_text(encoding="utf-8").splitlines()[0]
    return first.rpartition(": ")[2]


@pytest.mark.parametrize("folder", REFUSED, ids=lambda folder: folder.name)
def test_a_refused_playbook_is_refused_once_by_its_rule_with_the_source(folder: Path) -> None:
    with pytest.raises(PlaybookError) as caught:
        load(folder)
    found = [p for p in caught.value.problems if p.code not in _SAID_TOO]
    assert [p.code for p in found] == [rule_named(folder)]
    source = {rule.code: rule.source for rule in all_lints()}[found[0].code]
    assert found[0].in_language("zh").endswith(f"（依据：{source}） [{found[0].code}]")
    assert found[0].in_language("en").endswith(f"(source: {source}) [{found[0].code}]")


def test_every_rule_has_a_refused_example() -> None:
    assert {rule_named(folder) for folder in REFUSED} == {rule.code for rule in all_lints()}


@pytest.mark.parametrize("folder", ALLOWED, ids=lambda folder: folder.name)
def test_a_near_miss_passes(folder: Path) -> None:
    assert load(folder).code == folder.name


def test_every_statutory_service_has_words_and_a_law() -> None:
    assert [due.service for due in DUES] == list(Statutory)
    assert [due.service for due in DUES if not due.law.startswith(("《", "国办发"))] == []


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("低保优先", Statutory.SUBSISTENCE),
        ("优先入园", Statutory.SCHOOLING),
        ("挂号就诊", Statutory.MEDICAL_CARE),
        ("医保报销", Statutory.SOCIAL_INSURANCE),
        ("公租房名额", Statutory.HOUSING),
        ("集体分红", Statutory.COLLECTIVE_SHARE),
        ("种粮补贴", Statutory.SUBSIDY),
        ("落户加分", Statutory.REGISTRATION),
        ("优先开证明", Statutory.PERMIT),
        ("招聘优先", Statutory.EMPLOYMENT),
        ("参军推荐", Statutory.CONSCRIPTION),
        ("优先入党", Statutory.PARTY_ADMISSION),
        ("选举资格", Statutory.VOTING),
        ("投诉优先", Statutory.PETITION),
        ("免罚一次", Statutory.ENFORCEMENT),
        ("priority school admission", Statutory.SCHOOLING),
    ],
)
def test_a_service_is_known_by_its_words(text: str, service: Statutory) -> None:
    assert [due.service for due, _ in dues_in(text)] == [service]
