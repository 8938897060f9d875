"""Pictures that stand for scanned papers: ruled lines, no words that could be taken for real."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw


def paper() -> bytes:
    """Return a picture that stands for a signed sheet, as PNG."""
    page = Image.new("L", (620, 877), 255)
    pen = ImageDraw.Draw(page)
    pen.rectangle((40, 40, 580, 837), outline=120)
    for line in range(12):
        pen.line((80, 140 + 50 * line, 540, 140 + 50 * line), fill=170)
    content = io.BytesIO()
    page.save(content, "PNG")
    return content.getvalue()
