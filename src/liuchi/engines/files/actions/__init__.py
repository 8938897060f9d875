"""All writes of files: documents, tables on their way in, lists on their way out."""

from __future__ import annotations

from liuchi.engines.files.actions import imports
from liuchi.engines.files.actions.documents import (
    erase_documents,
    store_image,
    store_issued,
)
from liuchi.engines.files.actions.exports import export_list

__all__ = ["erase_documents", "export_list", "imports", "store_image", "store_issued"]
