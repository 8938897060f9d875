"""What templates name exists."""

import re

from django.contrib.staticfiles import finders
from django.template import engines
from django.template.loader import get_template

from architecture import source

TEMPLATES = sorted(source.SOURCE.rglob("templates/**/*.html"))
STATIC = re.compile(r"""\{%\s*static\s+['"]([^'"]+)['"]""")


def test_every_static_file_a_template_names_is_served() -> None:
    named = {name for path in TEMPLATES for name in STATIC.findall(path.read_text())}
    assert sorted(name for name in named if finders.find(name) is None) == []


def test_a_page_of_charts_has_what_draws_them() -> None:
    drawn = {path: path.read_text() for path in TEMPLATES if "desk/charts.js" in path.read_text()}
    lacking = [str(path) for path, text in drawn.items() if "components/bars.js" not in text]
    assert (len(drawn) > 3, lacking) == (True, [])


def test_every_template_compiles() -> None:
    assert engines["django"] is not None
    for path in TEMPLATES:
        _, _, name = str(path).partition("/templates/")
        get_template(name)


def test_no_template_carries_script_or_style() -> None:
    """The content security policy would stop it in the browser, long after this test."""
    pattern = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)
    found = [
        f"{source.place(path)}: {hit[0].strip()}"
        for path in TEMPLATES
        for hit in pattern.finditer(path.read_text())
    ]
    assert found == []


def test_tables_come_from_a_listing() -> None:
    """A table written by hand has no Excel sheet that says the same."""
    found = [
        source.place(path)
        for path in TEMPLATES
        if "<thead" in path.read_text()
        and path.name != "table.html"
        and path.parent.name != "print"  # paper is no screen: nothing is taken along from it
    ]
    assert found == []


def test_punctuation_is_translated_with_the_words() -> None:
    """An English page with a full-width colon between two translated words reads as a mistake."""
    ours = re.compile(
        r"\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}",
        re.DOTALL,
    )
    found = [
        f"{source.place(path)}: {hit[0]}"
        for path in TEMPLATES
        for hit in re.finditer(r".?[：；。，、（）「」].?", ours.sub("", path.read_text()))
    ]
    assert found == []
