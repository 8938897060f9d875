"""POST of a service request: what a resident told another system becomes a report."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases.actions import Told
from liuchi.engines.cases.enums import AnswerKind, Channel
from liuchi.engines.cases.spec import QuestionSpec
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.journal.scope import one_moment
from liuchi.kernel import clock
from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import reports
from liuchi.surfaces.components.paper import public_address
from liuchi.surfaces.components.photos import PHOTO_BYTES_MAX, PHOTOS_MAX
from liuchi.surfaces.open311 import services
from liuchi.surfaces.open311.asked import moment
from liuchi.surfaces.open311.places import jurisdiction, place_coded, wrong
from liuchi.surfaces.open311.requests import ITEM, ROOT
from liuchi.surfaces.open311.sent import SENDS_PER_HOUR_MAX, Sent, sent
from liuchi.surfaces.open311.wire import Answer, Fields, Listed

WHERE = ("address_string", "address_id", "lat")
PERSON = ("last_name", "first_name", "phone", "email")
PERSON_CHARACTERS_MAX = 60
ADDRESS_CHARACTERS_MAX = 200
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[[^\[\]]*\])?")
_DEGREE_DIGITS = Decimal("0.000001")


def report(request: HttpRequest) -> Answer:
    """Take a request in; the same sent again answers the same id."""
    given = sent(request)
    with one_moment():
        place = place_of(given)
        service = services.service_coded(place, given.needed("service_code"))
    longitude, latitude = point_of(given)
    above = place
    if service.type.about_office and place.parent_id is not None:
        above = _town(place)
    told = Told(
        area_id=place.id,
        type_code=service.type.code,
        text=given.words(),
        place=given.text("address_string", ADDRESS_CHARACTERS_MAX),
        longitude=longitude,
        latitude=latitude,
        contact=" ".join(filter(None, (given.text(n, PERSON_CHARACTERS_MAX) for n in PERSON))),
        answers=_answers(given, service.questions),
    )
    receipt = cases_actions.report_case(
        key=given.key,
        told=replace(told, evidence=_photos(request, above, given)),
        channel=Channel.SYSTEM,
        address=given.system,
        hourly_max=SENDS_PER_HOUR_MAX,
    )
    accounts_actions.note_client_used(given.client.id)
    track = public_address(request, reverse("portal-tracked", args=[receipt.code]))
    row: Fields = {
        "service_request_id": receipt.case_id,
        "service_notice": _("请交给反映人：凭这个网址查进度、评价、提异议 %(address)s")
        % {"address": track},
        "account_id": given.text("account_id") or None,
    }
    return Answer(ROOT, Listed(ITEM, [row]), status=201)


def place_of(given: Sent) -> AreaRow:
    """Return the smallest place a request is of: by its point, its id or the jurisdiction.

    Refused (403) where it lies outside the place the key is for.
    """
    if not any(given.text(name, ADDRESS_CHARACTERS_MAX) for name in WHERE):
        raise wrong(
            Sentence(
                "请给 lat/long、address_string 或 address_id。",
                "Provide lat and long, address_string or address_id.",
            )
        )
    within = jurisdiction({"jurisdiction_id": given.text("jurisdiction_id")})
    found = _by_point(given) or _by_id(given) or _whole(within) or _whole(given.place)
    if found is None:
        raise wrong(
            Sentence(
                "看不出在哪个社区：请给经纬度或 address_id。",
                "It is not clear which community that is in: give lat and long, or address_id.",
            )
        )
    if within is not None and not found.scope_code.startswith(within.scope_code):
        raise wrong(
            Sentence(
                "这个位置不在 jurisdiction_id 的范围内。",
                "That place lies outside the jurisdiction_id.",
            )
        )
    if not found.scope_code.startswith(given.place.scope_code):
        raise Refused(
            "api_key_elsewhere",
            Sentence(
                "这个 api_key 不能在这个地方上报。", "The api_key is not valid for that place."
            ),
        )
    return found


def point_of(given: Sent) -> tuple[Decimal | None, Decimal | None]:
    """Return longitude and latitude, both None where no point was given."""
    texts = [given.text(name, 40) for name in ("long", "lat")]
    if not any(texts):
        return None, None
    try:
        longitude, latitude = (Decimal(text).quantize(_DEGREE_DIGITS) for text in texts)
        usable = abs(longitude) <= 180 and abs(latitude) <= 90  # noqa: PLR2004
    except InvalidOperation:
        usable = False
    if not usable:
        raise wrong(
            Sentence(
                "lat 和 long 应为 WGS 84 的经纬度。", "The lat and long must be degrees (WGS 84)."
            )
        )
    return longitude, latitude


def _by_point(given: Sent) -> AreaRow | None:
    longitude, latitude = point_of(given)
    if longitude is None or latitude is None:
        return None
    found = directory.place_at(float(longitude), float(latitude))
    return None if found is None else found.grid or found.village


def _by_id(given: Sent) -> AreaRow | None:
    code = given.text("address_id")
    if not code:
        return None
    otherwise = wrong(Sentence("没有这个 address_id。", "The address_id was not found."))
    found = _whole(place_coded(code, otherwise))
    if found is None:
        raise otherwise
    return found


def _whole(place: AreaRow | None) -> AreaRow | None:
    """Return a place a report may be of, None for what is larger than a town."""
    if place is None:
        return None
    is_place = place.kind is AreaKind.GRID or place.kind.is_village or place.kind.is_town
    return place if is_place else None


def _town(place: AreaRow) -> AreaRow:
    return directory.town_of(place.id) or place


def _answers(given: Sent, asked: Sequence[QuestionSpec]) -> Mapping[str, Any]:
    """Return the attributes by their codes; several values of one as a list.

    Where a day is asked, GeoReport sends a time of it.
    """
    days = {each.code for each in asked if each.answer is AnswerKind.DATE}
    found: dict[str, list[str]] = {}
    for name, values in given.values.items():
        matched = _ATTRIBUTE.fullmatch(name)
        if matched is not None:
            found.setdefault(matched.group(1), []).extend(each for each in values if each.strip())
    read = {
        code: [_day(each, code) for each in values] if code in days else values
        for code, values in found.items()
    }
    return {code: values[0] if len(values) == 1 else values for code, values in read.items()}


def _day(text: str, code: str) -> str:
    at = moment({code: text}, code) if "T" in text else None
    return text if at is None else clock.local_day(at).isoformat()


def _photos(request: HttpRequest, place: AreaRow, given: Sent) -> Any:
    photos = request.FILES.getlist("media")
    if len(photos) > PHOTOS_MAX or any((each.size or 0) > PHOTO_BYTES_MAX for each in photos):
        raise wrong(
            Sentence("最多 3 张照片，每张不超过 10 MB。", "At most 3 pictures, of 10 MB at most.")
        )
    return reports.keep_photos(photos, place.id, given.key)
