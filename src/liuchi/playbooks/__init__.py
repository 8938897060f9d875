"""Playbooks: a place's working methods, written in YAML and checked.

Plain Python. Knows how to load, validate, lint, compare, explain and try out a
playbook; what a section means is known only to the engine that registered it.
"""

from liuchi.playbooks.core import (
    Core,
    NotComputed,
    Published,
    PublishedAcross,
    PublishedCount,
    PublishedEntry,
    PublishedIndicator,
    PublishedParts,
    PublishedValue,
)
from liuchi.playbooks.examples import Result, run_examples
from liuchi.playbooks.explain import explain
from liuchi.playbooks.load import (
    SPEC_VERSION,
    Method,
    Playbook,
    all_lints,
    asks_of,
    examine,
    lints_markdown,
    load,
    section_of,
    stored,
)
from liuchi.playbooks.plan import Change, Sign, changes, may_apply
from liuchi.playbooks.problems import Mark, PlaybookError, Problem
from liuchi.playbooks.references import (
    condition_findings,
    fact_kind_findings,
    lookup,
    schema_of,
)
from liuchi.playbooks.schema import json_schema

__all__ = [
    "SPEC_VERSION",
    "Change",
    "Core",
    "Mark",
    "Method",
    "NotComputed",
    "Playbook",
    "PlaybookError",
    "Problem",
    "Published",
    "PublishedAcross",
    "PublishedCount",
    "PublishedEntry",
    "PublishedIndicator",
    "PublishedParts",
    "PublishedValue",
    "Result",
    "Sign",
    "all_lints",
    "asks_of",
    "changes",
    "condition_findings",
    "examine",
    "explain",
    "fact_kind_findings",
    "json_schema",
    "lints_markdown",
    "load",
    "lookup",
    "may_apply",
    "run_examples",
    "schema_of",
    "section_of",
    "stored",
]
