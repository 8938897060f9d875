"""The sections ``links`` and ``patrols`` of a playbook: shape, lints and plain words."""

from liuchi.engines.visits.spec.asks import CENSUS, link_asks, patrol_asks
from liuchi.engines.visits.spec.lints import LINK_CHECKS, LINK_LINTS, PATROL_CHECKS, PATROL_LINTS
from liuchi.engines.visits.spec.shapes import (
    LinkSpec,
    LinksSpec,
    NormSpec,
    PatrolSpec,
    PatrolsSpec,
)
from liuchi.engines.visits.spec.words import (
    TARGET_WORDS,
    TIER_WORDS,
    WAY_WORDS,
    explain_links,
    explain_patrols,
    norm_words,
)

__all__ = [
    "CENSUS",
    "LINK_CHECKS",
    "LINK_LINTS",
    "PATROL_CHECKS",
    "PATROL_LINTS",
    "TARGET_WORDS",
    "TIER_WORDS",
    "WAY_WORDS",
    "LinkSpec",
    "LinksSpec",
    "NormSpec",
    "PatrolSpec",
    "PatrolsSpec",
    "explain_links",
    "explain_patrols",
    "link_asks",
    "norm_words",
    "patrol_asks",
]
