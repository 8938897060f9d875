"""Which of the ``flows`` that playbooks declare a fact answers, for whoever carries them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from uuid import UUID

from liuchi.engines.journal import queries as journal_queries
from liuchi.engines.journal.queries import AppliedPlaybook, FactRow
from liuchi.kernel.predicates import Predicate, Schema, evaluate, parse
from liuchi.playbooks import registry
from liuchi.playbooks.core import Flow
from liuchi.playbooks.references import schema_of


def answered(fact: FactRow, target: str, in_force: Iterable[AppliedPlaybook]) -> Iterator[Flow]:
    """Yield the flows to ``target`` of some playbooks whose fact and condition this is."""
    for playbook in in_force:
        for flow, condition, schema in _flows(playbook.id, target):
            if flow.when == fact.kind and (
                condition is None or evaluate(condition, fact.data, schema, fact.at)
            ):
                yield flow


@lru_cache(maxsize=512)
def _flows(version_id: UUID, target: str) -> tuple[tuple[Flow, Predicate | None, Schema], ...]:
    """Return the flows of a version to a target, conditions read; a version never changes."""
    playbook: AppliedPlaybook = journal_queries.playbook_version(version_id)
    found = []
    for raw in playbook.compiled.get("flows", ()):
        flow = Flow.model_validate(raw)
        kind = registry.fact_kind(flow.when)
        if flow.then != target or kind is None:
            continue
        schema = schema_of(kind)
        found.append((flow, None if flow.where is None else parse(flow.where, schema), schema))
    return tuple(found)
