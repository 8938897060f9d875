"""What hangs on a posting that is out: the page of a paper that is looked at, what was replaced."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.queries import PublicDetail, PublicFileRow

_NUMBER_DIGITS_MAX = 3


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a paper that is looked at, with the pages around it (None: there is none)."""

    paper: PublicFileRow
    number: int

    @property
    def before(self) -> int | None:
        """The page before this one."""
        return self.number - 1 or None

    @property
    def after(self) -> int | None:
        """The page after this one."""
        return self.number + 1 if self.number < len(self.paper.pages) else None


def sheet_of(request: HttpRequest, detail: PublicDetail) -> Sheet | None:
    """Return the page an address asks for (``?paper=2&page=3``); None where it asks for none."""
    wanted, number = _number(request, "paper"), _number(request, "page") or 1
    for each in detail.papers:
        if each.position == wanted and number <= len(each.pages):
            return Sheet(each, number)
    return None


def changed_papers(detail: PublicDetail) -> list[tuple[str, str]]:
    """Return what a correction took away and what it put there, by their captions."""
    if detail.older is None:
        return []
    before = {each.document_id: each.caption for each in disclosures.files_of([detail.older])}
    now = {each.document_id: each.caption for each in detail.files}
    gone = [(caption, "") for id_, caption in before.items() if id_ not in now]
    return [*gone, *(("", caption) for id_, caption in now.items() if id_ not in before)]


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    is_number = text.isascii() and text.isdigit() and len(text) <= _NUMBER_DIGITS_MAX
    return int(text) if is_number else 0
