"""Pure decisions of the journal: canonical bytes, seals, and what proves them."""

from liuchi.engines.journal.rules.canonical import (
    FORMAT_VERSION,
    FactRow,
    body_hash,
    canonical_json,
    fact_bytes,
    fact_form,
    read_json,
)
from liuchi.engines.journal.rules.proof import Fault, Proof, header, verify
from liuchi.engines.journal.rules.seals import (
    GENESIS,
    NO_AREA,
    SealForm,
    leaf,
    merkle_root,
    sub_roots,
)

__all__ = [
    "FORMAT_VERSION",
    "GENESIS",
    "NO_AREA",
    "FactRow",
    "Fault",
    "Proof",
    "SealForm",
    "body_hash",
    "canonical_json",
    "fact_bytes",
    "fact_form",
    "header",
    "leaf",
    "merkle_root",
    "read_json",
    "sub_roots",
    "verify",
]
