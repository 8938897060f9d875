"""Many phones come out of the cellar at once: every draft becomes one case, none is lost.

Each sends its drafts as ``drafts.js`` does, under the key made with the draft and again until an
answer has come, and does so twice, as two open tabs do. ``LIUCHI_PHONES=500`` for all of them.
"""

from __future__ import annotations

import http.client
import io
import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.test import Client
from PIL import Image

from journeys.conftest import serving
from journeys.flaky import FATES, Proxy, flaky
from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.cases import queries
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.ids import new_id
from matters import put_matters_in_force
from members import PASSWORD, Cast, office
from surfaces.world import rows

pytestmark = pytest.mark.slow

PHONES = int(os.environ.get("LIUCHI_PHONES", "40"))
DRAFTS = int(os.environ.get("LIUCHI_PHONE_DRAFTS", "1"))
PHONES_PER_WORKER = 10
AT_ONCE = 24
TRIES_MAX = 60
_BOUNDARY = "----draft"
_PART = f"--{_BOUNDARY}\r\nContent-Disposition: form-data;"
_SECRET = "a" * 32


@dataclass(frozen=True)
class Draft:
    """What was written without a network: a line, a photo, and the key made with it."""

    key: str
    text: str
    photo: bytes


@dataclass
class Phone:
    """One worker's phone; ``told`` is the receipt each sending of each draft was answered with."""

    session: str
    drafts: Sequence[Draft]
    told: list[dict[str, str]]


def picture(number: int) -> bytes:
    held = io.BytesIO()
    colour = (number % 256, number // 256 % 256, 90)
    Image.new("RGB", (64, 48), colour).save(held, "JPEG")
    return held.getvalue()


def body_of(draft: Draft) -> bytes:
    fields = {
        "csrfmiddlewaretoken": _SECRET,
        "key": draft.key,
        "text": draft.text,
        "channel": "worker",
    }
    parts = [f'{_PART} name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    head = f'{_PART} name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return b"".join([*parts, head.encode(), draft.photo, f"\r\n--{_BOUNDARY}--\r\n".encode()])


def sent(address: str, phone: Phone, draft: Draft) -> str | None:
    """Send a draft once; None where no answer came, or that of a full house."""
    where = urlsplit(address)
    asked = http.client.HTTPConnection(str(where.hostname), where.port, timeout=60)
    cookies = {
        django_settings.SESSION_COOKIE_NAME: phone.session,
        django_settings.CSRF_COOKIE_NAME: _SECRET,
    }
    try:
        asked.request(
            "POST",
            "/desk/report/",
            body_of(draft),
            {
                "Accept": "application/json",
                "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
                "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            },
        )
        answer = asked.getresponse()
        said = answer.read()
    except (http.client.HTTPException, OSError):
        return None
    finally:
        asked.close()
    if answer.status == 429 or answer.status >= 500:
        return None
    assert answer.status == 200, said
    url: str = json.loads(said)["url"]
    return url


def sync(proxy: Proxy, phone: Phone, tab: int) -> int:
    """Send all drafts until each is answered; return how often that took."""
    tries = 0
    for draft in phone.drafts:
        for _ in range(TRIES_MAX):
            tries += 1
            answer = sent(proxy.address, phone, draft)
            if answer is not None:
                phone.told[tab][draft.key] = answer
                break
            time.sleep(0.01)
    return tries


def phones_of(cast: Cast) -> list[Phone]:
    """Give each ten phones a grid worker's account, signed in on all of them."""
    found: list[Phone] = []
    for number in range(PHONES):
        if number % PHONES_PER_WORKER == 0:
            name = f"round-{number}"
            user_id = accounts_actions.create_user(
                username=name,
                display_name=name,
                password=PASSWORD,
                actor=office(),
                key=str(new_id()),
                must_change_password=False,
            )
            directory_actions.appoint(
                user_id=user_id,
                role="grid_worker",
                area_id=cast.village.id,
                organization_id=None,
                actor=office(),
                key=str(new_id()),
            )
            user = get_user_model().objects.get(pk=user_id)
        client = Client()
        client.force_login(user)
        drafts = [
            Draft(uuid4().hex, f"第{number}部手机第{n}件", picture(number * DRAFTS + n))
            for n in range(DRAFTS)
        ]
        session = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        found.append(Phone(session, drafts, [{}, {}]))
    return found


def test_every_draft_of_every_phone_becomes_one_case(
    demo_database: str, time: object, tmp_path, settings
) -> None:
    settings.LIUCHI_DATA_DIR = tmp_path
    cast = Cast("罗冲社区")
    put_matters_in_force(directory.area_named("罗冲社区"))
    earlier: list[UUID] = [case_id for (case_id,) in rows("SELECT id FROM cases_case")]
    phones = phones_of(cast)
    with (
        serving() as address,
        flaky(address, seed=1104) as proxy,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        jobs = [(proxy, phone, tab) for phone in phones for tab in (0, 1)]
        tries = sum(pool.map(lambda job: sync(*job), jobs))
    assert tries >= len(jobs) * DRAFTS
    wanted = sorted(draft.text for phone in phones for draft in phone.drafts)
    assert set(proxy.fates) == set(FATES)  # it was as bad as it was meant to be
    # Everything was answered in the end, and both times with the same receipt.
    assert [phone.told[0] == phone.told[1] for phone in phones] == [True] * PHONES
    assert sum(len(phone.told[0]) for phone in phones) == len(wanted)
    made = rows(
        "SELECT held.description, held.reports, told.channel, cardinality(told.evidence) "
        "FROM cases_case AS held JOIN cases_report AS told ON told.case_id = held.id "
        "WHERE held.id <> ALL(%s) ORDER BY held.description",
        earlier,
    )
    assert sorted(made) == [(text, 1, "worker", 1) for text in wanted]
    ((facts,),) = rows(
        "SELECT count(*) FROM journal_fact WHERE kind = 'cases.reported' AND subject_id <> ALL(%s)",
        earlier,
    )
    assert facts == len(wanted)
    clerk = cast.secretary.actor
    with acting_as(clerk):
        assert queries.differing(clerk) == ()
