"""Every field an engine may write in a fact has words: nobody reads ``benefit_kind``."""

from __future__ import annotations

from liuchi.playbooks import registry
from liuchi.playbooks.fact_words import FIELDS, code_title, field_title


def test_every_field_of_every_fact_is_named() -> None:
    fields = {name for kind in registry.fact_kinds().values() for name in kind.data.model_fields}
    assert sorted(fields - set(FIELDS)) == []


def test_what_nobody_named_keeps_its_code() -> None:
    assert field_title("nowhere").in_language("zh") == "nowhere"
    assert code_title("outcome", "nowhere").in_language("en") == "nowhere"
    assert code_title("outcome", "approve").in_language("zh") == "通过"
