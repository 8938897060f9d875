"""Pure decisions of the journal: canonical bytes, seals, and what proves them."""

from liuchi.engines.journal.rules.canonical import (
    FORMAT_VERSION,
    FactRow,
    body_hash,
    canonical_json,
    fact_bytes,
    fact_form,
    instant_text,
    read_json,
)
from liuchi.engines.journal.rules.faults import Fault, FaultCode, Proof
from liuchi.engines.journal.rules.proof import end_line, header, seal_line, verify
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
    "FaultCode",
    "Proof",
    "SealForm",
    "body_hash",
    "canonical_json",
    "end_line",
    "fact_bytes",
    "fact_form",
    "header",
    "instant_text",
    "leaf",
    "merkle_root",
    "read_json",
    "seal_line",
    "sub_roots",
    "verify",
]
