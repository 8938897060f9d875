"""What a playbook says of figures: what is counted, what it should come to, what is public.

A definition names a kind of fact and a measure; it cannot compute. Whether the
kind, its dimensions and its conditions exist is checked against the registry,
since kinds are declared by the engines that journal them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    RootModel,
    Tag,
    model_validator,
)

from liuchi.engines.indicators.enums import TimeUnit
from liuchi.kernel.periods import Per
from liuchi.kernel.sentences import Sentence

PLACE = "place"
"""The fact's own area: where it happened."""
HOME_AREA = "home_area"
"""The dimension that says where the person lived when it happened."""
MONTH = "month"

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$", max_length=80)]
KindName = Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_]+$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
Where = dict[str, JsonValue]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CountDistinct(_Strict):
    """Each value of a dimension counts once, however many facts name it."""

    count_distinct: Name


class Sum(_Strict):
    """The sum of a dimension, or of the facts' ``amount``."""

    sum: Name


class Facts(_Strict):
    """Facts of a kind that meet a condition."""

    of: KindName
    where: Where | None = None


class PercentileTerms(_Strict):
    """Which percentile of which number.

    The number is how long it took ``since`` the latest such fact about the same record, or what
    the facts carry: ``over`` a dimension or ``amount``. ``in`` tells it in whole minutes, hours
    or days, of which one that has begun is one; a number carried is then taken for seconds.
    """

    at: Annotated[int, Field(ge=1, le=99)]
    over: Name | None = None
    since: Facts | None = None
    told_in: Annotated[TimeUnit | None, Field(alias="in")] = None

    @model_validator(mode="after")
    def _of_one_number(self) -> PercentileTerms:
        if (self.over is None) == (self.since is None):
            msg = "a percentile is of a number the facts carry (over), or of the time since others"
            raise ValueError(msg)
        if self.since is not None and self.told_in is None:
            msg = "say in what the time is told: in: minutes, hours or days"
            raise ValueError(msg)
        return self


class Percentile(_Strict):
    """The smallest number that at least so many of a hundred do not exceed; none: "—"."""

    percentile: PercentileTerms


class StockTerms(_Strict):
    """What puts a record into a state, and what takes it out again.

    The last of these facts about it decides. ``enters`` left out: the facts the definition is of.
    """

    enters: Annotated[tuple[Facts, ...], Field(max_length=8)] = ()
    leaves: Annotated[tuple[Facts, ...], Field(max_length=12)] = ()


class Stock(_Strict):
    """How many records are in a state at the end of a day, month, quarter or year."""

    stock: StockTerms


_MEASURES: dict[str, type[BaseModel]] = {
    "count_distinct": CountDistinct,
    "sum": Sum,
    "percentile": Percentile,
    "stock": Stock,
}


def _how(value: object) -> str:
    if isinstance(value, str):
        return "count"
    for name, measure in _MEASURES.items():
        if isinstance(value, measure) or (isinstance(value, dict) and name in value):
            return name
    return "ratio"


SimpleMeasure = Annotated[
    Annotated[Literal["count"], Tag("count")]
    | Annotated[CountDistinct, Tag("count_distinct")]
    | Annotated[Sum, Tag("sum")]
    | Annotated[Stock, Tag("stock")],
    Discriminator(_how),
]


class Unless(Facts):
    """Facts of this kind take every other fact about the same record out of the count."""


class Term(_Strict):
    """One count a ratio is made of; what it leaves out it takes from its owner.

    ``less``: taken away from the others on its side. ``unless`` comes on top of its owner's.
    """

    of: KindName | None = None
    measure: SimpleMeasure = "count"
    where: Where | None = None
    less: bool = False
    unless: Unless | None = None


Terms = Annotated[tuple[Term, ...], Field(min_length=1, max_length=4)]


class RatioTerms(_Strict):
    """``numerator ÷ denominator × per``; no denominator, no figure: "—".

    Either side is one count, or several added up.
    """

    numerator: Term | Terms
    denominator: Term | Terms
    per: Literal[1, 100, 1000, 10000] = 100

    @property
    def sides(self) -> tuple[tuple[str, tuple[Term, ...]], ...]:
        """Both sides by name, each as the counts it adds up."""
        both = (("numerator", self.numerator), ("denominator", self.denominator))
        return tuple((name, (side,) if isinstance(side, Term) else side) for name, side in both)


class Ratio(_Strict):
    """A share or rate of two counts."""

    ratio: RatioTerms


AnyMeasure = Annotated[
    Annotated[Literal["count"], Tag("count")]
    | Annotated[CountDistinct, Tag("count_distinct")]
    | Annotated[Sum, Tag("sum")]
    | Annotated[Percentile, Tag("percentile")]
    | Annotated[Stock, Tag("stock")]
    | Annotated[Ratio, Tag("ratio")],
    Discriminator(_how),
]


class WordsSpec(_Strict):
    """What a reader of the figure is told: what counts, what does not, and says who."""

    counted: str = ""
    not_counted: str = ""
    source: str = ""


class IndicatorSpec(_Strict):
    """One indicator of a playbook.

    ``of`` is the kind of fact counted and ``where`` a condition over its
    dimensions. ``by`` says what the figure may be broken down by: ``month``
    and dimensions of the kind. ``area`` is the dimension that places a fact:
    ``place`` is where it happened; left out, it is ``home_area`` where ``by``
    names that, else ``place``. ``unless`` leaves records out that were excluded. ``decimals``
    is how many are printed. A ``headline`` stands on the page of those who decide.
    ``title_en`` is its title on English pages; left out, the title stands there as it is.
    """

    code: Code
    title: Annotated[str, Field(min_length=1, max_length=60)]
    title_en: Annotated[str, Field(max_length=120)] = ""
    of: KindName
    measure: AnyMeasure
    where: Where | None = None
    unless: Unless | None = None
    by: tuple[Name, ...] = ()
    area: Name | None = None
    unit: Annotated[str, Field(max_length=20)] = ""
    decimals: Annotated[int, Field(ge=0, le=4)] | None = None
    headline: bool = False
    words: WordsSpec = WordsSpec()

    @model_validator(mode="after")
    def _by_names_each_once(self) -> IndicatorSpec:
        if len(set(self.by)) != len(self.by):
            msg = "by names the same thing twice"
            raise ValueError(msg)
        return self

    @property
    def name(self) -> Sentence:
        """The title in both languages, as far as it is given."""
        english = self.title_en or self.title
        return Sentence("{title}", "{title_en}", {"title": self.title, "title_en": english})

    @property
    def area_dimension(self) -> str:
        """The dimension that places a fact, or ``place``."""
        return self.area or (HOME_AREA if HOME_AREA in self.by else PLACE)

    @property
    def decimals_shown(self) -> int | None:
        """Decimals printed: one for a ratio, none for a count, as they come for a sum."""
        if self.decimals is not None:
            return self.decimals
        if isinstance(self.measure, Ratio):
            return 1
        return None if isinstance(self.measure, Sum) or self._told_as_it_is else 0

    @property
    def _told_as_it_is(self) -> bool:
        return isinstance(self.measure, Percentile) and self.measure.percentile.told_in is None

    @property
    def unit_shown(self) -> str:
        """What stands behind the number: of a length of time, what it is told in."""
        told_in = self.measure.percentile.told_in if isinstance(self.measure, Percentile) else None
        return self.unit or (told_in.sentence.zh if told_in is not None else "")

    @property
    def is_none_of_nothing(self) -> bool:
        """Whether there is no figure, rather than nought, where nothing counts."""
        return isinstance(self.measure, Ratio | Percentile)


HEADLINES_MAX = 5
"""More than a person takes in at a glance is a list."""


class IndicatorsSpec(RootModel[tuple[IndicatorSpec, ...]]):
    """All indicators of a playbook, each code once."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _codes_differ(self) -> IndicatorsSpec:
        seen: set[str] = set()
        for indicator in self.root:
            if indicator.code in seen:
                msg = f"the code {indicator.code} is used twice"
                raise ValueError(msg)
            seen.add(indicator.code)
        return self

    @model_validator(mode="after")
    def _headlines_are_few(self) -> IndicatorsSpec:
        headlines = [indicator.code for indicator in self.root if indicator.headline]
        if len(headlines) > HEADLINES_MAX:
            msg = f"at most {HEADLINES_MAX} headlines, not {', '.join(headlines)}"
            raise ValueError(msg)
        return self

    def find(self, code: str) -> IndicatorSpec | None:
        """Return the indicator of a code, or None."""
        return next((i for i in self.root if i.code == code), None)


Stretches = Literal[Per.MONTH, Per.QUARTER, Per.YEAR]


class TargetSpec(_Strict):
    """What a figure should come to each month, quarter or year from a day on, and who says so.

    ``areas`` are names or codes of places; without any it holds for each place, which makes
    sense for a share alone: of a count, a town has more than each of its villages. The latest
    one that has begun holds, and one that names the place before one that names none.
    """

    indicator: Code
    per: Stretches
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    since: Annotated[date, Field(alias="from")]
    areas: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    source: Annotated[str, Field(min_length=1, max_length=120)]

    @model_validator(mode="after")
    def _says_one_bound(self) -> TargetSpec:
        if (self.at_least is None) == (self.at_most is None):
            msg = "a target says at_least or at_most, one of the two"
            raise ValueError(msg)
        return self


class TargetsSpec(RootModel[tuple[TargetSpec, ...]]):
    """All targets of a playbook; of one figure, stretch, place and day there is one."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _each_once(self) -> TargetsSpec:
        seen: set[tuple[object, ...]] = set()
        for target in self.root:
            for area in target.areas or ("",):
                key = (target.indicator, target.per, target.since, area)
                if key in seen:
                    msg = f"two targets for {target.indicator} {area} from {target.since}"
                    raise ValueError(msg)
                seen.add(key)
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """The figures they are about, one for each."""
        return tuple(each.indicator for each in self.root)


class PublicFigureSpec(_Strict):
    """A figure everybody may read, by ended months, quarters or years from a day on.

    Cells about fewer people than ``fewer_than`` are held back, and as many more as keep them
    from being worked out. Left out it is five for what counts people, none for the rest.
    """

    indicator: Code
    per: Stretches
    since: Annotated[date, Field(alias="from")]
    fewer_than: Annotated[int, Field(ge=0, le=100)] | None = None


class PublicFiguresSpec(RootModel[tuple[PublicFigureSpec, ...]]):
    """What a playbook makes public of its figures, each once.

    Once: the same figure by months and by quarters would let a month be worked out.
    """

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _each_once(self) -> PublicFiguresSpec:
        if len(self.codes) != len(set(self.codes)):
            msg = "a figure is made public by one stretch of time, once"
            raise ValueError(msg)
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """The figures it is about, one for each."""
        return tuple(each.indicator for each in self.root)
