"""Fills a form in as the browser would find it: what is ticked, chosen and hidden."""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser


class _Form(HTMLParser):
    """Collects the fields of the first form of a page that is posted."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._inside = self._done = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and given.get("method") == "post" and not self._done:
            self._inside = True
        if not self._inside:
            return
        name = given.get("name") or ""
        if tag == "select":
            self._select, self.fields[name] = name, ""
        elif tag == "option" and "selected" in given:
            self.fields[self._select] = given.get("value") or ""
        elif tag == "input" and name and _counts(given):
            self.fields[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._inside:
            self._inside, self._done = False, True


def _counts(given: dict[str, str | None]) -> bool:
    ticked = given.get("type") not in {"checkbox", "radio"} or "checked" in given
    return ticked and "disabled" not in given


def as_shown(page: str) -> dict[str, str]:
    """Return the fields of a page's form as they stand."""
    form = _Form()
    form.feed(page)
    return {name: value for name, value in form.fields.items() if name != "csrfmiddlewaretoken"}
