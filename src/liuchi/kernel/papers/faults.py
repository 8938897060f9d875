"""Why a paper is not taken in: one sentence each, with what to do."""

from __future__ import annotations

from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.papers.shapes import BYTES_MAX, PAGES_MAX
from liuchi.kernel.sentences import Sentence

_WORDS = {
    "paper_unknown": (
        "只收 PDF、Word（.docx）和 Excel（.xlsx）文件。",
        "Send a PDF, a Word (.docx) or an Excel (.xlsx) file.",
    ),
    "paper_old": (
        "老格式的 Word、Excel 读不全，请另存为 PDF。",
        "Old Word and Excel files can't be read wholly: save it as PDF.",
    ),
    "paper_large": (
        "文件太大：最多 {most} MB，请分成几份。",
        "The file is too large: {most} MB at most. Split it.",
    ),
    "paper_pages": (
        "页数太多：最多 {most} 页，请分成几份。",
        "Too many pages: {most} at most. Split it.",
    ),
    "paper_heavy": (
        "文件太复杂，没有打开。请打印成 PDF 或拍照。",
        "The file is too heavy and was not opened. Print it to PDF, or send photos.",
    ),
    "paper_damaged": (
        "文件已损坏，打不开。请重新导出再传。",
        "The file is damaged. Export it again.",
    ),
    "paper_encrypted": (
        "文件设了密码，请去掉密码后再传。",
        "The file has a password. Remove it and send it again.",
    ),
    "paper_script": (
        "文件里有脚本或宏，不收。请打印成 PDF 再传。",
        "The file holds scripts or macros. Print it to PDF and send that.",
    ),
    "paper_embedded": (
        "文件里还嵌着别的文件或缩略图，不收。请打印成 PDF。",
        "Other files or a thumbnail are embedded in it. Print it to PDF and send that.",
    ),
    "paper_unreadable": (
        "文件里有读不出的部分，不收。请打印成 PDF 再传。",
        "Part of the file can't be read. Print it to PDF and send that.",
    ),
    "paper_needs_pdf": (
        "里面有图片、文本框、脚注或隐藏的行列，会排坏。请存成 PDF。",
        "It has pictures, text boxes, notes or hidden cells: save it as PDF.",
    ),
    "paper_empty": ("文件里没有内容。", "There is nothing in the file."),
}
_MOST = {"paper_large": BYTES_MAX >> 20, "paper_pages": PAGES_MAX}
CODES = frozenset(_WORDS)


class PaperFault(Exception):
    """Raised in the process that reads; ``code`` names a sentence of this module."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


def fault(code: str) -> Invalid:
    """Return the error of a code, at the field ``papers``."""
    zh, en = _WORDS[code]
    sentence = Sentence(zh, en, {"most": _MOST[code]} if code in _MOST else {})
    return Invalid(code, sentence, (FieldError("papers", sentence),))
