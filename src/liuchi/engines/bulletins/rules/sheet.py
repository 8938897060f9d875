"""What stands on the paper of a bulletin, whatever it is set with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil

from liuchi.engines.bulletins.enums import Form
from liuchi.engines.bulletins.rules.layout import Paragraph
from liuchi.kernel.sentences import Sentence, Value

TITLE_CHARACTERS = 20  # of 22 points on a line of 156 mm
BOX_WORDS = "领导批示："
BOX_MM, COVER_BOX_MM = 52, 95  # after the text; on a first page that holds no text
_NEVER_FIRST = "，。、；：？！）》”’〕"


@dataclass(frozen=True, slots=True)
class Proof:
    """How a reader proves the document: where to look, and where the journal stood."""

    address: str
    ordinal: int
    root: str


@dataclass(frozen=True, slots=True)
class Article:
    """What one unit submitted: its title, its name, its text."""

    title: str
    submitted_by: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A bulletin as it is printed; figures stand in the texts, references no more.

    ``number`` is None for a draft, and so is ``proof``. ``more``: the articles after the
    first, each on a page of its own. ``box``: room for a leader's instructions.
    """

    masthead: str
    number: int | None
    issuer: str
    day: date
    note: str
    title: str
    corrects: str
    submitted_by: str
    paragraphs: tuple[Paragraph, ...]
    report_to: str
    send_to: str
    distribute_to: str
    proof: Proof | None
    form: Form = Form.BULLETIN
    more: tuple[Article, ...] = ()
    box: bool = False

    @property
    def number_line(self) -> str:
        """Return the line below the masthead."""
        if self.number is None:
            return "（草稿，未签发）"
        if self.form is Form.PROMPT:
            return f"〔{self.day.year}〕{self.number}号"
        return f"第{self.number}期"

    @property
    def cover(self) -> bool:
        """Whether the first page holds no article, but room for a leader's instructions.

        So are issues of several units set (安庆组工信息, 2023 no. 24): a leader writes on the
        first page, and every unit's article begins a page.
        """
        return self.box and bool(self.more)

    @property
    def articles(self) -> tuple[Article, ...]:
        """Return every article, the first one too."""
        return (Article(self.title, self.submitted_by, self.paragraphs), *self.more)

    @property
    def lists(self) -> tuple[str, ...]:
        """Return whom it is reported, sent and handed to, each with its word.

        A prompt sheet names whom it is sent to above its text.
        """
        given: tuple[tuple[str, str], ...] = (
            ("报", self.report_to),
            *(() if self.form is Form.PROMPT else (("送", self.send_to),)),
            ("抄送" if self.form is Form.PROMPT else "发", self.distribute_to),
        )
        return tuple(f"{word}：{names}" for word, names in given if names)

    @property
    def printed(self) -> str:
        """Return the day in the record at the end."""
        return f"{written_day(self.day)}印发"

    @property
    def proof_lines(self) -> tuple[str, ...]:
        """Return the words beside the QR code."""
        if self.proof is None:
            return ()
        root = self.proof.root
        half = len(root) // 2
        return (
            "扫码核对本期是否与原件一致。",
            f"日志序号：{self.proof.ordinal}",
            f"封签：{root[:half]}",
            root[half:],
        )


def issue_number(form: Form, year: int, number: int) -> Sentence:
    """Return how an issue is called: a prompt sheet by its document number."""
    values: dict[str, Value] = {"year": str(year), "number": number}
    if form is Form.PROMPT:
        return Sentence("〔{year}〕{number}号", "〔{year}〕 no. {number}", values)
    return Sentence("{year}年第{number}期", "Issue {number} of {year}", values)


def written_day(day: date) -> str:
    """Write a day as documents do."""
    return f"{day.year}年{day.month}月{day.day}日"


def title_lines(title: str) -> tuple[str, ...]:
    """Break a title where its writer did, else into lines of about one length."""
    return tuple(line for part in title.splitlines() for line in _balanced(part.strip()))


def is_subtitle(line: str) -> bool:
    """Whether a line of a title is the one below it, which begins with a dash."""
    return line.startswith("——")


def _balanced(title: str) -> tuple[str, ...]:
    """Break into lines of about one length, none begun by a closing mark."""
    count = max(1, ceil(len(title) / TITLE_CHARACTERS))
    size, lines, rest = ceil(len(title) / count), list[str](), title
    while len(rest) > TITLE_CHARACTERS or (len(rest) > size and len(lines) + 1 < count):
        at = _break(rest, size)
        lines.append(rest[:at])
        rest = rest[at:]
    return (*lines, rest) if rest else tuple(lines)


def _break(text: str, size: int) -> int:
    """Return where to break near ``size``: not before a closing mark, not inside a number."""
    at = size
    while at > 1 and (text[at] in _NEVER_FIRST or (text[at - 1].isascii() and text[at].isascii())):
        at -= 1
    return at if at > 1 else size
