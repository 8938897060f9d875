"""Finds every sentence the surfaces hand to gettext, in templates and in Python."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

SURFACES = Path(__file__).resolve().parents[2] / "src" / "liuchi" / "surfaces"
CATALOGUE = SURFACES / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}

Message = str | tuple[str, ...]


def messages() -> dict[Message, str]:
    """Return every message with the file it was first met in; a plural is a pair."""
    found: dict[Message, str] = {}
    for path, source in _sources():
        for _line, message, _comments, _context in extract(
            "python", BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
        ):
            key = message if isinstance(message, str) else tuple(part for part in message if part)
            found.setdefault(key, path)
    return found


def catalogue() -> dict[Message, tuple[str, ...]]:
    """Return the English catalogue: message to its translations."""
    with CATALOGUE.open("rb") as file:
        read = read_po(file)
    return {
        entry.id: entry.string if isinstance(entry.string, tuple) else (entry.string,)
        for entry in read
        if entry.id
    }


def _sources() -> Iterator[tuple[str, str]]:
    for path in sorted(SURFACES.rglob("*")):
        name = str(path.relative_to(SURFACES))
        if path.suffix == ".py":
            yield name, path.read_text()
        elif path.suffix == ".html":
            # Django blanks the markup out but keeps the lines; Python minds how they begin.
            python = templatize(path.read_text(), origin=name)
            yield name, "\n".join(line.lstrip() for line in python.splitlines())
