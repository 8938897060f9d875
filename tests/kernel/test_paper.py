"""Paper is read back by other people's programs: text, fonts, sizes and the QR code."""

import io
import threading

import pytest
from PIL import Image

from liuchi.kernel import paper
from liuchi.kernel.errors import Busy
from pages_read import codes, fonts, lines, read, size_mm

SHEET = """<html lang="zh"><style>@page { size: A5; margin: 10mm }
h1 { font-family: "Liuchi Serif"; font-weight: 700 } svg { width: 40mm }
b { font-family: "Liuchi Sans"; font-weight: 700 }</style>
<h1>公示 〔2026〕</h1><p>祝寿 ①②③ 5′ “积分” — 3 —</p>
<p><b>加粗 ABC abc 0123456789</b></p>QR</html>"""


def test_text_comes_back_to_the_character() -> None:
    document = read(paper.to_pdf(SHEET.replace("QR", ""), title="公示", language="zh"))
    assert document.pages[0].extract_text().splitlines() == [
        "公示 〔2026〕",
        "祝寿 ①②③ 5′ “积分” — 3 —",
        "加粗 ABC abc 0123456789",
    ]
    assert document.metadata is not None
    assert document.metadata.title == "公示"
    assert document.root_object["/Lang"] == "zh"


def test_every_font_is_embedded_and_a_subset() -> None:
    pdf = paper.to_pdf(SHEET.replace("QR", ""), title="x")
    assert fonts(pdf) == {
        "Liuchi-Sans": True,
        "Liuchi-Sans-Bold": True,
        "Liuchi-Serif-Bold": True,
    }
    assert len(pdf) < 100_000  # the full fonts weigh forty million bytes


def test_the_page_is_as_large_as_the_css_says() -> None:
    assert size_mm(paper.to_pdf(SHEET, title="x")) == (148, 210)


@pytest.mark.parametrize("text", ["https://liuchi.example/v/hm/", "六尺 " + "a" * 200])
def test_a_qr_code_reads_back(text: str) -> None:
    assert codes(paper.to_pdf(SHEET.replace("QR", paper.qr_svg(text)), title="x")) == [text]


def test_half_a_picture_is_still_refused_after_printing() -> None:
    paper.to_pdf("<p>一</p>", title="一")
    whole = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(whole, "JPEG")

    with pytest.raises(OSError, match=r"(?i)truncated"):
        Image.open(io.BytesIO(whole.getvalue()[:-200])).load()


def test_nothing_is_fetched() -> None:
    with_address = SHEET.replace("QR", '<img src="file:///etc/hostname"><img src="http://[::1]/">')
    assert len(read(paper.to_pdf(with_address, title="x")).pages[0].images) == 0


def test_sheets_printed_at_once_do_not_mix() -> None:
    texts: dict[int, str] = {}

    def one(number: int) -> None:
        pdf = paper.to_pdf(f"<p>第 {number} 张</p>", title=str(number))
        texts[number] = "".join(lines(pdf))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == {number: f"第 {number} 张" for number in range(6)}


def test_a_machine_without_pango_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(paper.LIBRARIES, "libpango-1.0-0", ("libnowhere.so.0",))
    assert paper.lacking() == ("libpango-1.0-0",)
    with pytest.raises(Busy) as trouble:
        paper.to_pdf("<p>x</p>", title="x")
    assert trouble.value.sentence.in_language("zh") == (
        "服务器暂时不能打印，请管理员运行 liuchi doctor。"
    )
