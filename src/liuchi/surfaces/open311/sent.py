"""What another system sends: a form, with its key. The same sent again is the same.

Writers repeat themselves when an answer was lost on the way. What they send is known by the
system and, where it gives one, the header ``Idempotency-Key``, for good; else by everything in
the form, for at least an hour.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts.queries import ClientRow
from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.rules import SYSTEM_SENDS_PER_HOUR_MAX
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.kernel import clock
from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.open311.places import wrong
from liuchi.surfaces.open311.wire import legal

SENDS_PER_HOUR_MAX = SYSTEM_SENDS_PER_HOUR_MAX
DESCRIPTION_CHARACTERS_MAX = 4_000
URL_CHARACTERS_MAX = 400
ACCOUNT_CHARACTERS_MAX = 200
SAME_WITHIN_SECONDS = 3_600
KEY_HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Sent:
    """A form and the system that sent it; ``values`` are by name, in the order they came."""

    client: ClientRow
    place: AreaRow
    values: Mapping[str, Sequence[str]]
    key: str

    @property
    def system(self) -> str:
        """Who is counted when too much comes."""
        return f"client:{self.client.id}"

    def text(self, name: str, most: int = ACCOUNT_CHARACTERS_MAX) -> str:
        """Return a value without the white space around it, "" where there is none."""
        text = (self.values.get(name) or ("",))[-1].strip()
        if len(text) > most:
            raise wrong(
                Sentence(
                    "{name} 最多 {most} 个字符。",
                    "The {name} may have {most} characters.",
                    {"name": name, "most": most},
                )
            )
        return text

    def needed(self, name: str) -> str:
        """Return a value, or raise that it was not provided."""
        text = self.text(name)
        if not text:
            raise wrong(
                Sentence("没有提供 {name}。", "The {name} was not provided.", {"name": name})
            )
        return text

    def key_of(self, name: str) -> str:
        """Return a key made from a value that must be there, however long it is."""
        return _digest(str(self.client.id), name, self.needed(name))

    def words(self) -> str:
        """Return the description, and below it the address of a picture where one is given."""
        words = self.text("description", DESCRIPTION_CHARACTERS_MAX)
        url = self.text("media_url", URL_CHARACTERS_MAX)
        if not url:
            return words
        if not _is_address(url):
            raise wrong(
                Sentence("media_url 应为网址。", "The media_url must be an address of the web.")
            )
        return f"{words}\n{url}".strip()


def sent(request: HttpRequest) -> Sent:
    """Return what was sent; Refused (403) without a key that is in use."""
    values = {name: [legal(each) for each in request.POST.getlist(name)] for name in request.POST}
    given = (values.get("api_key") or request.GET.getlist("api_key") or [""])[-1].strip()
    if not given:
        raise Refused(
            "api_key_missing", Sentence("没有提供 api_key。", "The api_key was not provided.")
        )
    client = accounts.client_by_key(given)
    if client is None:
        raise Refused(
            "api_key_wrong", Sentence("这个 api_key 不能用。", "The api_key is not valid.")
        )
    return Sent(client, directory.area(client.area_id), values, _key(request, client, values))


def _key(request: HttpRequest, client: ClientRow, values: Mapping[str, Sequence[str]]) -> str:
    chosen = request.headers.get(KEY_HEADER, "").strip()
    if chosen:
        if _KEY.fullmatch(chosen) is None:
            raise wrong(Sentence("Idempotency-Key 不能用。", "The Idempotency-Key cannot be used."))
        return _digest(str(client.id), "key", chosen)
    said = [f"{name}={each}" for name in sorted(values) for each in values[name]]
    files = [f"{each.name}:{each.size}" for each in request.FILES.getlist("media")]
    hour = int(clock.now().timestamp()) // SAME_WITHIN_SECONDS
    # What was sent at 9:59 and again at 10:00 is the same.
    before = _digest(str(client.id), *said, *files, str(hour - 1))
    if cases.was_reported(before):
        return before
    return _digest(str(client.id), *said, *files, str(hour))


def _digest(*parts: str) -> str:
    return "open311-" + hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:48]


def _is_address(url: str) -> bool:
    try:
        read = urlsplit(url)
    except ValueError:
        return False
    return read.scheme in {"http", "https"} and bool(read.netloc)
