"""Which installations a province expects, and how each stands.

A county that sends nothing, or sends late, must not be missing in silence: a sum without it
looks like a sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from liuchi.engines.indicators.enums import Arrival
from liuchi.kernel.clock import local_day
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expected(_Strict):
    """One installation that hands its facts over, by the name it exports under.

    ``journal`` is the root of its first seal and ``head`` that of the export it announced, as
    ``liuchi journal export`` printed them; ``by`` the day it is due, where not everybody's.
    """

    name: str = Field(min_length=1, max_length=60)
    title: str = Field(min_length=1, max_length=60)
    by: date | None = None
    journal: str = ""
    head: str = ""


class FederationSpec(_Strict):
    """Everybody who is expected, and by when."""

    title: str = ""
    by: date | None = None
    installations: tuple[Expected, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_differ(self) -> FederationSpec:
        names = [each.name for each in self.installations]
        if len(set(names)) != len(names):
            msg = "two installations have one name"
            raise ValueError(msg)
        return self

    def find(self, name: str) -> Expected | None:
        """Return the installation of a name, or None."""
        return next((each for each in self.installations if each.name == name), None)

    def due(self, each: Expected) -> date | None:
        """Return the day an installation's export is due."""
        return each.by or self.by


def read_federation(text: str) -> FederationSpec:
    """Read a federation file (YAML or JSON); Invalid names what cannot be used in it."""
    try:
        return FederationSpec.model_validate(YAML(typ="safe").load(text))
    except ValidationError as error:
        errors = tuple(
            FieldError(
                ".".join(str(part) for part in each["loc"]) or "file",
                Sentence("不能这样写：{why}", "Not usable: {why}", {"why": each["msg"]}),
            )
            for each in error.errors()
        )
    except YAMLError as error:
        why = str(error).strip().splitlines()[0]
        errors = (FieldError("file", Sentence("读不懂：{why}", "Not YAML: {why}", {"why": why})),)
    where = "; ".join(f"{each.field}: {each.sentence.en}" for each in errors)
    raise Invalid(
        "federation_file",
        Sentence("名单文件不能用（{where}）。", "The federation file: {where}", {"where": where}),
        errors,
    )


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed over under a name: sealed up to when, written when."""

    sealed_at: datetime
    exported_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """How one installation stands. ``reaches`` is the last day that is sealed whole or in part."""

    name: str
    title: str
    arrival: Arrival
    reaches: date | None
    due: date | None

    @property
    def sentence(self) -> Sentence:
        """Say it to whoever reads the figures."""
        told = {
            "title": self.title,
            "reaches": "—" if self.reaches is None else self.reaches.isoformat(),
            "due": "—" if self.due is None else self.due.isoformat(),
        }
        return Sentence(_WORDS[self.arrival].zh, _WORDS[self.arrival].en, dict(told))


_WORDS = {
    Arrival.COUNTED: Sentence("{title}：已计入", "{title}: counted"),
    Arrival.BEHIND: Sentence(
        "{title}：只封签到 {reaches}，之后的没有计入", "{title}: sealed only to {reaches}"
    ),
    Arrival.LATE: Sentence(
        "{title}：已计入，但晚于 {due} 才送来", "{title}: counted, but handed over after {due}"
    ),
    Arrival.MISSING: Sentence(
        "{title}：没有送来（应于 {due} 前），未计入", "{title}: MISSING (due by {due}), not counted"
    ),
}


def reports(
    handed: Mapping[str, Handed], expected: FederationSpec | None, as_of_end: datetime
) -> tuple[Report, ...]:
    """Say how each installation stands, expected or not; what lacks facts of the day comes out."""
    titles = {name: name for name in handed}
    dues: dict[str, date | None] = {}
    if expected is not None:
        titles = {each.name: each.title for each in expected.installations}
        dues = {each.name: expected.due(each) for each in expected.installations}
    return tuple(
        _report(name, title, handed.get(name), dues.get(name), as_of_end)
        for name, title in titles.items()
    )


def _report(
    name: str, title: str, handed: Handed | None, due: date | None, as_of_end: datetime
) -> Report:
    if handed is None:
        return Report(name, title, Arrival.MISSING, None, due)
    arrival = Arrival.COUNTED
    if handed.sealed_at < as_of_end:
        arrival = Arrival.BEHIND
    elif due is not None and local_day(handed.exported_at) > due:
        arrival = Arrival.LATE
    return Report(name, title, arrival, local_day(handed.sealed_at), due)
