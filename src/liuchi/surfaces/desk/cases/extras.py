"""What other parts of the desk put on the page of a case: each a template and its values.

The page includes ``desk/cases/case_whistles.html``, ``case_prompts.html`` and
``case_links.html``; what they show is returned here by the part that owns each of them.
"""

from __future__ import annotations

from liuchi.engines.cases.queries import CaseDetail, Offered
from liuchi.surfaces.components.seats import SeatedRequest


def sections(request: SeatedRequest, found: CaseDetail, offered: Offered) -> dict[str, object]:
    """Return the values of those templates, inside the scope of whoever looks."""
    del request, found, offered
    return {}
