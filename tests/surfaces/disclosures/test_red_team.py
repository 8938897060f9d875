"""Personal data planted in every place people have put it, and looked for in all that is public."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.test import Client, override_settings

from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.clock import SHANGHAI, SimulatedClock
from surfaces.disclosures.planted import LEAKS, Leak

if TYPE_CHECKING:
    from engines.cases.world import World
    from surfaces.disclosures.red_team import Careless
    from surfaces.walk import Route

pytestmark = pytest.mark.slow

_FILES_OUT = "SELECT document_id, pages FROM disclosures_public_file WHERE pages <> '{}'"
_SPOKEN = str.maketrans("〇零一二三四五六七八九幺ХхOo", "001234567891XX00")
_LOOSE = re.compile(r"[\s\-–—_.·*()（）\u200b]")
_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Told:
    """All that was answered and all that is kept to answer with, in two forms to look through."""

    answers: int
    leaky_papers_out: int
    words: str
    numbers: str

    def tells(self, secret: str) -> bool:
        if sum(letter.isdigit() for letter in secret) >= len("1380556"):
            return _bare(secret) in self.numbers
        return "".join(secret.split()) in self.words


@pytest.fixture(scope="module")
def told(prepare, template, tmp_path_factory) -> Iterator[Told]:
    from engines.disclosures.posted import make_posted  # noqa: PLC0415  Django must be set up
    from surfaces.disclosures.red_team import Careless  # noqa: PLC0415

    moment = SimulatedClock(datetime(2026, 3, 2, 9, tzinfo=SHANGHAI))
    folder = override_settings(LIUCHI_DATA_DIR=tmp_path_factory.mktemp("red"))
    with kernel_clock.using(moment), folder, prepare(template, make_posted) as (_name, world):
        world.clock = moment
        office = Careless(world)
        office.everything()
        texts = [text for client in _readers(world) for text in _answers(office, client)]
        texts += _kept()
        out = {id_ for row in _rows(_FILES_OUT) for id_ in (row[0], *row[1])}
        yield _told(texts, len(out & office.leaky))
        connections.close_all()


@pytest.mark.parametrize("leak", LEAKS, ids=str)
def test_what_was_planted_reaches_nobody(told: Told, leak: Leak) -> None:
    assert not told.tells(leak.secret), leak.said or leak.secret


@pytest.mark.parametrize(
    "words",
    [
        "郑守信", "321.00", "误工", "5702", "5678", "咨询电话0556-5511001", "六尺巷12号",
        "修好的东渠", "柯**", "女儿苗**8岁", "菱湖新村*栋*单元*室", "不属于公开范围", "帮扶发放",
        "修渠合同", "application/pdf",
    ],
)  # fmt: skip
def test_what_the_public_should_read_it_does(told: Told, words: str) -> None:
    """The test above could not fail if nothing were out."""
    assert words in told.words


def test_no_paper_that_held_anything_went_out(told: Told) -> None:
    """What goes out is pictures, in which no test reads: so none of such a paper's may be out."""
    assert told.leaky_papers_out == 0


def test_enough_was_planted_and_asked(told: Told) -> None:
    assert len({leak.code for leak in LEAKS}) == len(LEAKS) >= len("6" * 60)
    assert told.answers > len(LEAKS)


def _readers(world: World) -> list[Client]:
    from surfaces.cases.pages import browser  # noqa: PLC0415

    return [Client(), browser(world.resident), browser(world.elsewhere)]


def _answers(office: Careless, client: Client) -> Iterator[str]:
    """Yield every answer of the public addresses about a village, to one reader."""
    from surfaces.walk import routes  # noqa: PLC0415

    is_first = "sessionid" not in client.cookies
    for route in routes():
        if "GET" not in route.methods or route.access is None:
            continue
        is_ours = "open" in route.path or "watch" in route.path or "disclosures" in route.path
        if not (is_ours or (is_first and route.access.kind == "public")):
            continue
        for values in _fillings(office, route, is_first=is_first):
            asked = {"area_id": office.world.village.id, "q": "组"} if route.operation else {}
            answer = client.get(route.fill(values), asked)
            yield f"{answer.headers}" + _text(answer)


def _fillings(office: Careless, route: Route, *, is_first: bool) -> Iterator[Mapping[str, object]]:
    held = {
        "code": [office.world.village.code],
        "item": ["aid", "relief", "disabled"],
        "posting_id": office.all if is_first else office.some,
        "document_id": [row[0] for row in _rows("SELECT id FROM files_document ORDER BY id")],
        "paper": [1, 2],
        "sheet": [1],
        "method": ["open"],
        "receipt": ["none"],
        "check_id": [row[0] for row in _rows("SELECT id FROM disclosures_check")],
    }
    if "check_id" in route.parameters:
        held["code"] = [office.world.town.code]
    unknown = set(route.parameters) - set(held)
    assert not (unknown and route.name.startswith("portal-open")), f"say what fills {unknown}"
    on_paper = "print" in route.path or "poster" in route.path or "card" in route.path
    if unknown or (on_paper and not (is_first and route.name.startswith("portal-open"))):
        return
    if "posting_id" in route.parameters:
        held["item"] = ["aid"]
    if "paper" in route.parameters:
        held["posting_id"] = [office.with_papers, *office.out]
    if on_paper and "posting_id" in route.parameters:
        held["posting_id"] = [office.out[0], office.attached]  # setting a page costs a second
    for choice in product(*(held[name] for name in route.parameters)):
        yield dict(zip(route.parameters, choice, strict=True))


def _text(answer: object) -> str:
    from pages_read import read  # noqa: PLC0415

    streamed = getattr(answer, "streaming", False)
    content = b"".join(answer.streaming_content) if streamed else answer.content  # type: ignore[attr-defined]
    if content.startswith(b"%PDF"):
        pdf = read(content)
        return f"{pdf.metadata}" + "".join(page.extract_text() for page in pdf.pages)
    return str(content.decode("utf-8", "replace"))


def _kept() -> list[str]:
    """Return what is kept for everybody: the public tables with what is searched, and facts."""
    tables = ("public_posting", "public_row", "public_file")
    texts = [
        str(row[0])
        for table in tables
        for row in _rows(f"SELECT to_jsonb(held)::text FROM disclosures_{table} AS held")
    ]
    return [*texts, *(str(row[0]) for row in _rows("SELECT data::text FROM journal_fact"))]


def _rows(query: str) -> list[tuple[object, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _told(texts: list[str], leaky_papers_out: int) -> Told:
    whole = unicodedata.normalize("NFKC", html.unescape("\n".join(texts)))
    both = whole + _TAGS.sub("", whole)
    return Told(len(texts), leaky_papers_out, "".join(both.split()), _bare(both))


def _bare(text: str) -> str:
    return _LOOSE.sub("", text.translate(_SPOKEN)).upper()
