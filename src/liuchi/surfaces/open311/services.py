"""Services: the types of cases in force at a place; their questions are the attributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.enums import AnswerKind, Channel
from liuchi.engines.cases.spec import CasesSpec, QuestionSpec, TypeSpec
from liuchi.engines.directory.queries import AreaRow
from liuchi.kernel import clock
from liuchi.kernel.errors import LiuchiError, NotFound
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.open311.places import jurisdiction
from liuchi.surfaces.open311.wire import Answer, Fields, Listed, answers

DATATYPES = {
    AnswerKind.TEXT: "text",
    AnswerKind.NUMBER: "number",
    AnswerKind.DATE: "datetime",
    AnswerKind.YES_NO: "singlevaluelist",
    AnswerKind.CHOICE: "singlevaluelist",
    AnswerKind.SEVERAL: "multivaluelist",
}
"""What a question is answered with, as GeoReport calls it."""
YES, NO = "yes", "no"


class ServiceNotFound(NotFound):
    """No type that may be reported has the code that was given."""

    def __init__(self) -> None:
        """Say which of the arguments it is about."""
        sentence = Sentence("没有这个 service_code。", "The service_code provided was not found.")
        LiuchiError.__init__(self, "not_found", sentence)
        self.what = "service"


@dataclass(frozen=True, slots=True)
class Service:
    """A type that may be reported, in the section it stands in."""

    spec: CasesSpec
    type: TypeSpec

    @property
    def path(self) -> tuple[TypeSpec, ...]:
        """The main type first, the type itself last."""
        return self.spec.path(self.type.code)

    @property
    def questions(self) -> tuple[QuestionSpec, ...]:
        """What is asked about it, and about all of its main type."""
        return self.spec.questions_of(self.type.code)


def services_of(place: AreaRow | None) -> tuple[Service, ...]:
    """Return what may be reported within a place, or anywhere, in the order of the playbooks.

    Where two playbooks have one code, the first one's is meant; ``jurisdiction_id`` tells apart.
    """
    found: dict[str, Service] = {}
    for _applied, spec in cases.books_within(None if place is None else place.id, clock.today()):
        for each in spec.types:
            if spec.is_open(each.code, Channel.SYSTEM):
                found.setdefault(each.code, Service(spec, each))
    return tuple(found.values())


def service_coded(place: AreaRow | None, code: str) -> Service:
    """Return a service by its code, or raise that there is none."""
    for each in services_of(place):
        if each.type.code == code:
            return each
    raise ServiceNotFound


@answers("GET", "HEAD")
def services(request: HttpRequest, **parts: Any) -> Answer:
    """List what may be reported."""
    found = services_of(jurisdiction(request.GET.dict()))
    return Answer("services", Listed("service", [_service(each) for each in found]))


@answers("GET", "HEAD")
def definition(request: HttpRequest, **parts: Any) -> Answer:
    """Say what is asked about one service."""
    found = service_coded(jurisdiction(request.GET.dict()), str(parts["service"]))
    asked = [_attribute(each, order) for order, each in enumerate(found.questions, start=1)]
    attributes = Listed("attribute", asked)
    fields: Fields = {"service_code": found.type.code, "attributes": attributes}
    return Answer("service_definition", fields)


def _service(held: Service) -> Fields:
    titles = [each.title for each in held.path]
    return {
        "service_code": held.type.code,
        "service_name": held.type.title,
        "description": held.type.note or " / ".join(titles),
        "metadata": bool(held.questions),
        "type": "realtime",
        "keywords": ",".join(_keywords(held, titles)),
        "group": titles[0],
    }


def _keywords(held: Service, titles: Sequence[str]) -> Sequence[str]:
    conditions = (each.title for each in held.spec.conditions_of(held.type.code))
    codes = (each.gb_code for each in held.path if each.gb_code)
    # A comma would part one keyword into two.
    words = (word.replace(",", "，") for word in (*titles, *conditions, *codes))
    return list(dict.fromkeys(words))


def _attribute(asked: QuestionSpec, order: int) -> Fields:
    return {
        "variable": True,
        "code": asked.code,
        "datatype": DATATYPES[asked.answer],
        "required": asked.required,
        "datatype_description": asked.unit or None,
        "order": order,
        "description": asked.title,
        "values": Listed("value", [{"key": key, "name": name} for key, name in values_of(asked)]),
    }


def values_of(asked: QuestionSpec) -> Sequence[tuple[str, str]]:
    """Return the values a question may be answered with: their keys, and what people read."""
    if asked.answer is AnswerKind.YES_NO:
        return ((YES, _("是")), (NO, _("否")))
    return tuple((each, each) for each in asked.choices)
