"""A browser of somebody of the small world, and what its pages offer."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.test import Client

from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id
from liuchi.surfaces.components.sessions import SESSION_PROVED


def browser(actor: Actor) -> Client:
    """Return a browser signed in as somebody who has just given a one-time password."""
    client = Client()
    get_user_model().objects.filter(pk=actor.id).update(must_change_password=False)
    client.force_login(get_user_model().objects.get(pk=actor.id))
    session = client.session
    session[SESSION_PROVED] = clock.now().isoformat()
    session.save()
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code, answer.headers)
    return str(answer.content.decode())


def offers(client: Client, case_id: UUID) -> list[str]:
    """Return the steps whose forms the page of a case shows, in their order."""
    return re.findall(r'data-step="(\w+)"', page(client, f"/desk/cases/{case_id}/"))


def send(client: Client, case_id: UUID, step: str, **fields: Any) -> Any:
    """Send the form of a step as the page shows it, with what somebody fills in."""
    html = page(client, f"/desk/cases/{case_id}/")
    (version,) = set(re.findall(r'name="version" value="(\d+)"', html)) or {"1"}
    body = {"step": step, "key": str(new_id()), "version": version, **fields}
    return client.post(f"/desk/cases/{case_id}/", body)
