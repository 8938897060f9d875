"""A merchant's phone in a cellar: a printed card is good, a lost one is not, an old list says so.

The card is read off its printed sheet by another library than the one that drew it, and its
signature checked by ``cryptography`` alone, from the format as the documentation gives it.
"""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.test import Client
from playwright.sync_api import expect

from journeys.conftest import Site
from journeys.eyes import PHONE, Eyes, wait_until_held
from liuchi.engines.points.actions import cards as actions
from liuchi.kernel.clock import SimulatedClock
from members import Cast
from pages_read import codes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_LIST = "**/card/check/list/"


def printed_code(cast: Cast, person_id: object) -> str:
    """Return what the QR code of somebody's printed card says."""
    client = Client()
    client.force_login(_user(cast))
    pdf = client.get(f"/desk/people/{person_id}/card/print/")
    (code,) = codes(pdf.content, scale=3)
    return code


def _user(cast: Cast) -> object:
    from django.contrib.auth import get_user_model  # noqa: PLC0415  it needs Django set up

    return get_user_model().objects.get(pk=cast.secretary.user_id)


def verified(token: str, keys: list[dict[str, str]]) -> tuple[date, date]:
    """Check a token by its documented format alone; return the days it is good for."""
    raw = base64.urlsafe_b64decode(token + "=")
    (key,) = (each for each in keys if each["id"] == raw[1:5].hex())
    x, y = (
        int.from_bytes(base64.urlsafe_b64decode(key[half] + "=="), "big") for half in ("x", "y")
    )
    r, s = int.from_bytes(raw[25:57], "big"), int.from_bytes(raw[57:89], "big")
    ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key().verify(
        encode_dss_signature(r, s), raw[:25], ec.ECDSA(hashes.SHA256())
    )
    first, last = (int.from_bytes(raw[at : at + 2], "big") for at in (21, 23))
    return date(2020, 1, 1) + timedelta(first), date(2020, 1, 1) + timedelta(last)


def cut(eyes: Eyes) -> None:
    """Take the network away, and the list by name: a new page may ask before it is told."""
    eyes.page.context.route(_LIST, lambda route: route.abort("internetdisconnected"))
    eyes.page.context.set_offline(True)


def mend(eyes: Eyes) -> None:
    eyes.page.context.set_offline(False)
    eyes.page.context.unroute(_LIST)


def says(eyes: Eyes, address: str, word: str) -> None:
    eyes.page.goto("about:blank")
    eyes.page.goto(address)
    expect(eyes.page.locator("[data-word]")).to_have_text(word)


@pytest.mark.parametrize("site", [PHONE], indirect=True)
def test_a_card_is_checked_without_a_network(site: Site, cast: Cast, time: SimulatedClock) -> None:
    secretary, person = cast.secretary.actor, cast.resident.person_id
    assert person is not None
    actions.issue_cards(actor=secretary, key="card", people=[person])
    code = printed_code(cast, person)
    address = code.partition("/card/")[1] + code.partition("/card/")[2]
    eyes = site.window()
    eyes.page.clock.set_fixed_time(time.now())
    eyes.open("/card/check/")
    keys = json.loads(eyes.page.locator("#card-keys").text_content() or "")
    first, last = verified(address.partition("#")[2], keys)
    assert (first, last) == (date(2022, 7, 4), date(2023, 7, 3))
    assert cast.resident.name not in code
    assert str(person) not in code
    wait_until_held(eyes.page, "/card/check/")
    cut(eyes)
    says(eyes, address, "有效")
    assert cast.resident.name not in eyes.page.content()
    actions.revoke_card(actor=secretary, key="lost", person_id=person, why="lost")
    says(eyes, address, "有效")  # for a day at most: the list it holds is older
    eyes.page.clock.set_fixed_time(time.now() + timedelta(hours=25))
    says(eyes, address, "要联网再验")
    mend(eyes)
    eyes.page.clock.set_fixed_time(time.now())
    says(eyes, address, "已作废")
    cut(eyes)
    says(eyes, address, "已作废")
    mend(eyes)
    eyes.wrong = [line for line in eyes.wrong if "ERR_INTERNET_DISCONNECTED" not in line]
