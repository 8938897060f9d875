"""An export in Parquet: what is in it, how its files are written, and what proves them.

Plain Python over files: whoever has the folder can check it, without the installation that
wrote it and without a database. See docs/adr/0063.
"""

from liuchi.engines.journal.rules.parquet.checking import check_folder
from liuchi.engines.journal.rules.parquet.folder import Folder
from liuchi.engines.journal.rules.parquet.manifest import (
    AREAS,
    MANIFEST,
    PLAYBOOKS,
    SEALS,
    Manifest,
)
from liuchi.engines.journal.rules.parquet.outcome import Checked, FileFault, FileFaultCode
from liuchi.engines.journal.rules.parquet.proving import prove_facts

__all__ = [
    "AREAS",
    "MANIFEST",
    "PLAYBOOKS",
    "SEALS",
    "Checked",
    "FileFault",
    "FileFaultCode",
    "Folder",
    "Manifest",
    "check_folder",
    "prove_facts",
]
