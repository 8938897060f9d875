"""The section ``cases`` of a playbook: shape, checks and plain words."""

from liuchi.engines.cases.spec.asks import asks
from liuchi.engines.cases.spec.base import Limit, LimitsSpec
from liuchi.engines.cases.spec.checks import CHECKS
from liuchi.engines.cases.spec.flows import REPORT_TARGET, ReportArguments
from liuchi.engines.cases.spec.lints import LINTS
from liuchi.engines.cases.spec.routing import RouteSpec
from liuchi.engines.cases.spec.shapes import (
    DEFAULT_LIMITS,
    SKIPPABLE,
    CasesSpec,
    ReasonSpec,
    StageSpec,
    TierSpec,
)
from liuchi.engines.cases.spec.tables import TABLES
from liuchi.engines.cases.spec.types import (
    ConditionSpec,
    DuplicatesSpec,
    NumberSpec,
    QuestionSpec,
    TypeSpec,
)
from liuchi.engines.cases.spec.whistles import WhistleSpec
from liuchi.engines.cases.spec.words import (
    CHANNEL_WORDS,
    CLOCK_WORDS,
    LEVEL_WORDS,
    STAGE_WORDS,
    VERB_WORDS,
    explain,
    stage_title,
)

__all__ = [
    "CHANNEL_WORDS",
    "CHECKS",
    "CLOCK_WORDS",
    "DEFAULT_LIMITS",
    "LEVEL_WORDS",
    "LINTS",
    "REPORT_TARGET",
    "SKIPPABLE",
    "STAGE_WORDS",
    "TABLES",
    "VERB_WORDS",
    "CasesSpec",
    "ConditionSpec",
    "DuplicatesSpec",
    "Limit",
    "LimitsSpec",
    "NumberSpec",
    "QuestionSpec",
    "ReasonSpec",
    "ReportArguments",
    "RouteSpec",
    "StageSpec",
    "TierSpec",
    "TypeSpec",
    "WhistleSpec",
    "asks",
    "explain",
    "stage_title",
]
