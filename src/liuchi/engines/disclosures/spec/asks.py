"""What a disclosures section asks: postings by their frequency, a second look, meetings."""

from __future__ import annotations

from collections.abc import Iterator

from liuchi.engines.disclosures.enums import ColumnKind, Frequency
from liuchi.engines.disclosures.spec.shapes import DisclosuresSpec, ItemSpec
from liuchi.kernel.periods import Per
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.asks import Ask, AskedField, Rhythm

_PER = {Frequency.MONTHLY: Per.MONTH, Frequency.QUARTERLY: Per.QUARTER}
_MEANS = {
    ColumnKind.NAME: "name",
    ColumnKind.ID_NUMBER: "id_number",
    ColumnKind.PHONE: "phone",
    ColumnKind.ADDRESS: "address",
}


def asks(section: object) -> tuple[Ask, ...]:
    """Say which items are asked of each village, how often, and what the committee writes."""
    spec = DisclosuresSpec.model_validate(section)
    return (*_postings(spec), *_committee(spec))


def _postings(spec: DisclosuresSpec) -> Iterator[Ask]:
    for item in spec.items:
        per = _PER.get(item.frequency)
        rhythm = Rhythm(1, per) if per is not None else None
        yield Ask(
            f"disclosures.posting.{item.code}",
            Sentence("公示：{title}", "post: {title}", {"title": item.title}),
            "disclosures.posting.write",
            tuple(_fields(item)),
            rhythm,
        )
        yield Ask(
            f"disclosures.release.{item.code}",
            Sentence("复核发布：{title}", "release: {title}", {"title": item.title}),
            "disclosures.posting.release",
            rhythm=rhythm,
        )


def _fields(item: ItemSpec) -> Iterator[AskedField]:
    """Yield the columns somebody fills in; what the house fills in asks nobody."""
    filled = item.filled_from.columns if item.filled_from is not None else {}
    for column in item.columns:
        if column.code not in filled:
            yield AskedField(
                column.code,
                column.title,
                of=item.title,
                means=_MEANS.get(column.kind, ""),
                # A row is about somebody: a name is how it says whom.
                tells=column.key or column.kind is ColumnKind.NAME,
            )


def _committee(spec: DisclosuresSpec) -> Iterator[Ask]:
    committee = spec.committee
    if committee is not None:
        yield Ask(
            "disclosures.committee",
            Sentence("{title}会议", "meeting of {title}", {"title": committee.title}),
            "disclosures.committee.write",
            rhythm=Rhythm(committee.meets.times, committee.meets.per),
        )
