"""Paper: HTML and CSS to PDF with open fonts inside, and QR codes.

The fonts are the full Noto Sans SC and Noto Serif SC of npm's ``@expo-google-fonts``
(SIL Open Font License), under the family names ``Liuchi Sans`` and ``Liuchi Serif``,
weights 400 and 700. Split web fonts are never used: their pieces reuse glyph numbers, and
a PDF then prints other characters than it was given. Whatever a PDF shows is embedded,
subset to the characters it uses.

WeasyPrint needs Pango from the operating system. Where that is missing nothing else
suffers: the import happens on the first print, and printing answers with a sentence.
"""

from __future__ import annotations

import ctypes
import functools
import io
import logging
import threading
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import segno

from liuchi.kernel.errors import Busy
from liuchi.kernel.sentences import Sentence

# Beside the source, where ``npm ci`` of the set-up puts them.
FONTS_FOLDER: Final = Path(__file__).resolve().parents[3] / "node_modules" / "@expo-google-fonts"
FONTS: Final[dict[tuple[str, int], str]] = {
    ("Liuchi Sans", 400): "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    ("Liuchi Sans", 700): "noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
    ("Liuchi Serif", 400): "noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
    ("Liuchi Serif", 700): "noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf",
}
# Debian's package of each shared library that WeasyPrint opens.
LIBRARIES: Final[dict[str, tuple[str, ...]]] = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
}
# A4 as GB/T 9704-2012 sets it: bulletins, prompt sheets and whatever else goes out on paper.
OFFICIAL_CSS: Final = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm }
@page :right { @bottom-right { content: "— " counter(page) " —"; padding-right: 14pt } }
@page :left { @bottom-left { content: "— " counter(page) " —"; padding-left: 14pt } }
@page { @bottom-left { font: 14pt/1 "Liuchi Serif"; vertical-align: top; padding-top: 7mm }
  @bottom-right { font: 14pt/1 "Liuchi Serif"; vertical-align: top; padding-top: 7mm }
  @footnote { border: none } }
html { orphans: 1; widows: 1 }
body { margin: 0; font: 400 16pt/28.99pt "Liuchi Serif"; letter-spacing: -0.208pt }
p { margin: 0; text-indent: 31.58pt }
p b { line-height: 1 } /* another font in a line must not make the line taller */
.alone { break-after: avoid } /* a heading is never the last line of a page */
.first .heading { font-family: "Liuchi Sans"; font-weight: 700 }
.second .heading, .point { font-weight: 700 }
.bare { margin: 14.5pt 0; text-align: center; text-indent: 0 }
.masthead { color: #e60012; font-weight: 700; line-height: 1.2; letter-spacing: 0.06em }
.masthead, .number, .title, .under { text-align: center; text-indent: 0 }
.number { margin-top: 29pt }
.line { display: flex; justify-content: space-between; letter-spacing: 0 }
.line span { padding: 0 15.79pt; white-space: nowrap }
.rule { margin: 4mm 0 29pt; border: 0; border-top: 0.7mm solid #e60012 }
.note { margin-bottom: 29pt }
.note b { font-family: "Liuchi Sans"; font-weight: 700 }
.title { margin: 0 0 14.5pt; font-weight: 700; font-size: 22pt; line-height: 36pt;
  letter-spacing: 0 }
.under { margin-bottom: 14.5pt; font-weight: 700 }
.under + .under { margin-top: -14.5pt }
.next { break-before: page }
.addressed { text-indent: 0 }
.signed { margin-top: 29pt; break-inside: avoid; break-before: avoid }
.signed p { padding-right: 63.2pt; text-align: right; text-indent: 0 }
.box { margin-top: 29pt; padding: 3mm 4mm; border: 0.35mm solid #000;
  break-inside: avoid }
.box b { font-family: "Liuchi Sans"; font-weight: 700 }
.rows, .drawn { margin: 14.5pt 0 }
.drawn { break-inside: avoid }
.drawn svg { display: block; width: 156mm; height: 67.06mm }
.caption { font: 700 14pt/22pt "Liuchi Sans"; text-align: center; text-indent: 0;
  letter-spacing: 0; break-after: avoid }
.rows table { width: 100%; border-collapse: collapse; font-size: 12pt; line-height: 18pt;
  letter-spacing: 0 }
.rows th, .rows td { padding: 0.8mm 1.5mm; border: 0.25mm solid #000; text-align: center }
.rows th { font-family: "Liuchi Sans"; font-weight: 700 }
.rows td:first-child { text-align: left }
.rows tr { break-inside: avoid }
.rows thead { display: table-header-group }
.record { float: footnote; font-size: 14pt; line-height: 22pt; letter-spacing: 0 }
.record::footnote-call, .record::footnote-marker { content: none }
.record p { padding: 0 14pt; text-indent: 0 }
.record hr { margin: 0; border: 0; border-top: 0.35mm solid #000 }
.record hr.thin { border-top-width: 0.25mm }
.record .lists { padding-top: 1mm }
.record .printed { display: flex; justify-content: space-between; padding: 0.5mm 14pt }
.proof { display: flex; align-items: center; margin-bottom: 3mm }
.proof div { flex: 1; font-size: 10.5pt; line-height: 15pt }
.proof svg { width: 26mm; height: 26mm }
"""
INSTALL: Final = f"apt-get install {' '.join(LIBRARIES)}"

# Pango's font map belongs to one thread at a time; a sheet takes some 30 ms.
_turn = threading.Lock()


def lacking() -> tuple[str, ...]:
    """Return what printing misses on this machine: Debian packages and font files."""
    packages = tuple(name for name, files in LIBRARIES.items() if not any(map(_opens, files)))
    fonts = tuple(file for file in FONTS.values() if not (FONTS_FOLDER / file).exists())
    return packages + fonts


def to_pdf(html: str, *, title: str, language: str = "zh") -> bytes:
    """Return ``html`` as a PDF of any number of pages, with its fonts embedded and subset.

    Page sizes and margins are CSS (``@page``) in the HTML. Nothing is fetched: images come
    as inline SVG or ``data:`` addresses. ``title`` and ``language`` go to the document's
    properties, for screen readers and file managers. Raises ``Busy`` with a sentence where
    Pango or the fonts are missing.
    """
    press = _press()
    with _turn:
        document = press.engine.HTML(string=html, url_fetcher=press.fetcher).render(
            stylesheets=[press.fonts], font_config=press.font_map
        )
        document.metadata.title = title
        document.metadata.lang = language
        target = io.BytesIO()
        document.write_pdf(target, pdf_tags=True)
    return target.getvalue()


def picture_of(svg: str, *, width_mm: float, height_mm: float) -> bytes:
    """Return a drawing as PNG of 300 dots an inch, for documents that take no SVG."""
    import pypdfium2  # noqa: PLC0415  only who exports a chart needs it

    html = (
        f"<style>@page{{size:{width_mm}mm {height_mm}mm;margin:0}}body{{margin:0}}"
        f"svg{{display:block;width:{width_mm}mm;height:{height_mm}mm}}</style>{svg}"
    )
    pdf = to_pdf(html, title="")
    target = io.BytesIO()
    with _turn, pypdfium2.PdfDocument(pdf) as document:
        document[0].render(scale=300 / 72).to_pil().save(target, "PNG")
    return target.getvalue()


@functools.lru_cache(maxsize=256)
def qr_svg(text: str) -> str:
    """Return a QR code of ``text`` as an inline ``<svg>`` without a size: CSS sets its width.

    Error correction M (15 % of it may be scratched); the quiet zone of 4 modules that
    readers need is part of the drawing.
    """
    code = segno.make(text, error="m", micro=False)
    drawing: str = code.svg_inline(border=4, omitsize=True, dark="#000", light="#fff")
    return drawing


@dataclass(frozen=True, slots=True)
class _Press:
    """WeasyPrint with our fonts loaded: made once, it saves a fifth of a second a sheet."""

    engine: Any
    fonts: Any
    font_map: Any
    fetcher: Any


def _press() -> _Press:
    if lacking():
        raise Busy(
            "printing_not_installed",
            Sentence(
                "服务器暂时不能打印，请管理员运行 liuchi doctor。",
                "This server cannot print yet: ask its administrator to run liuchi doctor.",
            ),
        )
    with _turn:
        return _made_press()


@functools.cache
def _made_press() -> _Press:
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a machine without fonts of its own: we bring ours
        import weasyprint  # noqa: PLC0415
        from PIL import ImageFile  # noqa: PLC0415
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415

        font_map = FontConfiguration()
    # WeasyPrint has Pillow take half a picture for a whole one, in the whole process: a photo that
    # was cut off on its way would be kept as evidence after the first sheet was printed.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    faces = "".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};"
        f"src:url('{(FONTS_FOLDER / file).as_uri()}')}}"
        for (family, weight), file in FONTS.items()
    )
    fonts = weasyprint.CSS(
        # Ligatures draw ff as one sign, which some readers give back as another character.
        string=faces + "html{font-family:'Liuchi Sans';font-variant-ligatures:none}",
        font_config=font_map,
        url_fetcher=URLFetcher(allowed_protocols={"file"}),
    )
    # What people typed may hold an address; a printer that follows it is a way into the house.
    return _Press(weasyprint, fonts, font_map, URLFetcher(allowed_protocols={"data"}))


def _opens(library: str) -> bool:
    with suppress(OSError):
        ctypes.CDLL(library)
        return True
    return False
