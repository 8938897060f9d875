"""A claim is approved, and the resident's phone shows it: the bell, the line, the record."""

from __future__ import annotations

import pytest

from journeys.conftest import Site
from journeys.test_journey import approve, claim_with_photo, sign_in
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import PersonChange
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.flows import notifying
from members import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def tell() -> None:
    """Do what the worker does every second."""
    journal_jobs.catch_up()
    while notifying.follow():
        pass


def test_the_result_of_a_claim_reaches_the_phone(site: Site, cast: Cast) -> None:
    reviewer = cast.reviewer
    claim_id = claim_with_photo(site, cast.resident)
    tell()
    eyes = sign_in(site, reviewer)
    eyes.open("/desk/messages/")
    waiting = eyes.page.locator("button.l-line.is-new", has_text="申报等您评议")
    eyes.press(waiting.first)
    assert eyes.page.locator(f'a[href="/desk/claims/{claim_id}/"]').count() > 0

    approve(site, reviewer, claim_id)
    tell()
    eyes = sign_in(site, cast.resident)
    eyes.open("/me/")
    bell = eyes.page.get_by_role("link", name="消息")
    assert bell.locator(".l-badge").inner_text().strip() == "1"
    eyes.follow(bell)
    eyes.press(eyes.page.locator("button.l-line.is-new", has_text="通过评议"))
    assert f"/me/claims/{claim_id}/" in eyes.page.url
    assert eyes.page.locator(".l-bell .l-badge").count() == 0
    eyes.open("/me/messages/")
    assert eyes.page.locator("button.l-line.is-new").count() == 0

    has_phone(cast)
    eyes.open("/me/messages/settings/")
    eyes.page.get_by_label("短信", exact=True).check()
    eyes.page.get_by_label("每天几点发").select_option("9")
    eyes.page.get_by_label("积分记入").uncheck()
    eyes.press("保存")
    assert "已保存" in eyes.text()
    assert eyes.page.get_by_label("短信", exact=True).is_checked()
    assert not eyes.page.get_by_label("积分记入").is_checked()


def has_phone(cast: Cast) -> None:
    """The community writes down the resident's number."""
    person_id, secretary = cast.resident.person_id, cast.secretary.actor
    assert person_id is not None
    with acting_as(secretary):
        version = directory.person(secretary, person_id).version
    directory_actions.correct_person(
        person_id=person_id,
        change=PersonChange(phone="13800000001"),
        expected_version=version,
        actor=secretary,
        key="phone",
    )
