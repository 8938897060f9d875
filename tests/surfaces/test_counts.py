"""A list costs the same number of queries with one row and with three."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liuchi.surfaces.components import pager
from liuchi.surfaces.desk import shop
from surfaces.world import FIGURE, World

pytestmark = pytest.mark.slow

# Address, who asks, queries. {names} are filled with records of 罗冲.
PAGES = (
    ("/desk/people/", "secretary", 7),
    ("/desk/people/?text=wang", "secretary", 8),
    ("/desk/slips/", "secretary", 7),
    ("/desk/households/", "secretary", 6),
    ("/desk/claims/?state=posted", "reviewer", 8),
    ("/desk/shop/{shop_id}/", "shopkeeper", 11),
    (f"/desk/figures/{FIGURE}/facts/?area={{area_id}}", "secretary", 11),
    ("/desk/administration/calendar/", "administrator", 9),
    ("/desk/administration/playbooks/", "secretary", 5),
    ("/desk/administration/posts/", "secretary", 11),
    ("/me/", "resident", 21),
    ("/me/claims/", "resident", 9),
    # Pages that say how much waits: all of it counted together.
    ("/desk/", "secretary", 22),
    ("/desk/", "clerk", 27),
    ("/desk/cases/?tab=all", "secretary", 18),
    ("/desk/cases/overview/", "leader", 16),
    # Figures: as many headlines, months and places as there are, the same number.
    ("/desk/overview/", "leader", 43),
    ("/desk/figures/", "leader", 5),
    ("/desk/figures/explore/", "leader", 6),
    (f"/desk/figures/{FIGURE}/", "secretary", 15),
    (f"/desk/figures/{FIGURE}/changes/?since=2022-05-01", "secretary", 13),
    (f"/desk/figures/{FIGURE}/changes/?since=2022-05-01&reason=added", "secretary", 14),
    ("/desk/screens/", "secretary", 9),
    ("/v/{code}/figures/", "resident", 21),
    ("/v/{code}/", "resident", 4),
    ("/desk/burden/", "secretary", 11),
)
LISTS = (
    ("/api/v1/people", "secretary", 6),
    ("/api/v1/people?text=wang", "secretary", 7),
    ("/api/v1/households", "secretary", 5),
    ("/api/v1/claims?state=posted", "reviewer", 7),
    ("/api/v1/people/{person_id}/statement", "secretary", 11),
    ("/api/v1/redemptions", "shopkeeper", 7),
    ("/api/v1/shops/{shop_id}/goods", "shopkeeper", 6),
    (f"/api/v1/figures/{FIGURE}/facts?area_id={{area_id}}", "secretary", 7),
    ("/api/v1/me/statement", "resident", 10),
    ("/api/v1/me/claims", "resident", 7),
    ("/api/v1/collect/asked", "secretary", 5),
    ("/api/v1/collect/tables", "clerk", 5),
)


def test_list_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []
    for address, role, _ in PAGES:
        code = world.cast.village.code
        client, filled = world.client(role), address.format(code=code, **world.ours)
        both = []
        for rows in (1, 3):
            monkeypatch.setattr(pager, "ROWS", rows)
            monkeypatch.setattr(shop, "RECENT_ROWS", rows)
            both.append(queries_of(client, filled))
        counted.append((address, role, *both))

    assert counted == [(address, role, most, most) for address, role, most in PAGES]


def test_lists_of_the_api(world: World) -> None:
    counted = []
    for address, role, _ in LISTS:
        client, filled = world.client(role), address.format(**world.ours)
        joint = "&" if "?" in filled else "?"
        both = [queries_of(client, f"{filled}{joint}limit={rows}") for rows in (1, 3)]
        counted.append((address, role, *both))

    assert counted == [(address, role, most, most) for address, role, most in LISTS]


def queries_of(client: Client, address: str) -> int:
    client.get(address)  # what every page needs is in memory from now on
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, (address, response.content[:300])
    return len(captured)
