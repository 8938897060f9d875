"""What carries a message out of the house: one Protocol, whoever the provider is."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import httpx

from liuchi.engines.notices.enums import Channel, Outcome
from liuchi.kernel.sentences import Value

_CODE = re.compile(r"[^A-Za-z0-9_.\-]")
_CODE_CHARACTERS_MAX = 40


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message ready to go. ``id`` is the same at every try: providers may know it.

    ``values`` fill a provider's template; ``title`` is the kind of a single notice.
    """

    id: UUID
    channel: Channel
    address: str = field(repr=False)
    text: str = field(repr=False)
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    title: str = ""
    is_code: bool = False
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of one try; ``code`` is the provider's or ours, never free text."""

    outcome: Outcome
    provider_id: str = ""
    code: str = ""


class Adapter(Protocol):
    """Sends one message. Never raises for what a provider or the net does wrong."""

    def send(self, parcel: Parcel) -> Receipt:
        """Try once, within the adapter's own time limit."""
        ...


class Console:
    """Shows messages where the server was started: for demos, and before there is a contract."""

    def send(self, parcel: Parcel) -> Receipt:
        """Write one line to standard error, with the end of the address only."""
        sys.stderr.write(f"[{parcel.channel}] …{parcel.address[-4:]}: {parcel.text}\n")
        return Receipt(Outcome.SENT, "console")


def post(
    client: httpx.Client, url: str, *, content: bytes, headers: Mapping[str, str]
) -> httpx.Response | Receipt:
    """Send one POST and return the answer, or what its absence means.

    Where no connection came about, nothing was accepted. Once the request may have left,
    silence says nothing: it is not sent again, since a message costs money and patience.
    """
    try:
        return client.post(url, content=content, headers=dict(headers))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        return Receipt(Outcome.RETRY, code="no_connection")
    except httpx.TimeoutException:
        return Receipt(Outcome.UNKNOWN, code="no_answer")
    except httpx.HTTPError:
        return Receipt(Outcome.UNKNOWN, code="answer_cut_short")


def refusal(status: int) -> Receipt | None:
    """Return what an HTTP status alone decides; None where the body has to be read."""
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.TOO_MANY_REQUESTS:
        return Receipt(Outcome.RETRY, code=f"http_{status}")
    if status >= httpx.codes.MULTIPLE_CHOICES:
        return Receipt(Outcome.FAILED, code=f"http_{status}")
    return None


def answered(response: httpx.Response) -> dict[str, object] | None:
    """Return the JSON object of an answer, or None for anything else."""
    try:
        read = response.json()
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def safe_code(said: object) -> str:
    """Return a provider's code fit to keep: short, and of letters and digits."""
    return _CODE.sub("_", str(said))[:_CODE_CHARACTERS_MAX]
