"""The section ``points`` of a playbook: shape, lint and plain words."""

from liuchi.engines.points.spec.asks import asks
from liuchi.engines.points.spec.benefits import (
    OFFICIAL_GRADES,
    BenefitSpec,
    ProviderSpec,
    QuotaSpec,
    eligibility_schema,
    eligible_phrase,
)
from liuchi.engines.points.spec.checks import CHECKS
from liuchi.engines.points.spec.currency import (
    READ_INTERNAL,
    BudgetSpec,
    CurrencySpec,
    ExpiresSpec,
    read_by,
)
from liuchi.engines.points.spec.grades import (
    CardSpec,
    GradesSpec,
    GradeStep,
    LocalScheme,
    OfficialScheme,
)
from liuchi.engines.points.spec.lints import LINTS
from liuchi.engines.points.spec.review import (
    CLAIM_TARGET,
    AppealsSpec,
    ClaimArguments,
    ReviewSpec,
    ReviewStepSpec,
)
from liuchi.engines.points.spec.shapes import (
    CapSpec,
    GoodsSpec,
    ObjectionsSpec,
    PointsSpec,
    RuleSpec,
    ShopSpec,
)
from liuchi.engines.points.spec.tables import TABLES
from liuchi.engines.points.spec.words import (
    CAP_PER_WORDS,
    EVIDENCE_WORDS,
    PER_WORDS,
    cap_sentence,
    explain,
)

__all__ = [
    "CAP_PER_WORDS",
    "CHECKS",
    "CLAIM_TARGET",
    "EVIDENCE_WORDS",
    "LINTS",
    "OFFICIAL_GRADES",
    "PER_WORDS",
    "READ_INTERNAL",
    "TABLES",
    "AppealsSpec",
    "BenefitSpec",
    "BudgetSpec",
    "CapSpec",
    "CardSpec",
    "ClaimArguments",
    "CurrencySpec",
    "ExpiresSpec",
    "GoodsSpec",
    "GradeStep",
    "GradesSpec",
    "LocalScheme",
    "ObjectionsSpec",
    "OfficialScheme",
    "PointsSpec",
    "ProviderSpec",
    "QuotaSpec",
    "ReviewSpec",
    "ReviewStepSpec",
    "RuleSpec",
    "ShopSpec",
    "asks",
    "cap_sentence",
    "eligibility_schema",
    "eligible_phrase",
    "explain",
    "read_by",
]
