"""All writes of files: documents, and tables on their way in."""

from __future__ import annotations

from liuchi.engines.files.actions import imports
from liuchi.engines.files.actions.documents import store_image

__all__ = ["imports", "store_image"]
