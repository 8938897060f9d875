"""What a points section asks of the staff: entering deeds, reviewing them, the shop's counter."""

from __future__ import annotations

from collections.abc import Iterator

from liuchi.engines.points.spec.shapes import PointsSpec
from liuchi.engines.points.spec.words import EVIDENCE_WORDS
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.asks import Ask, AskedField


def asks(section: object) -> tuple[Ask, ...]:
    """Say what is asked as deeds are done; how many are done nobody declares."""
    spec = PointsSpec.model_validate(section)
    return (_claim(spec), *_reviews(spec), *_counter(spec))


def _claim(spec: PointsSpec) -> Ask:
    wanted = {
        (evidence, rule.title): AskedField(
            str(evidence), EVIDENCE_WORDS[evidence].zh, of=rule.title
        )
        for rule in spec.rules
        for evidence in rule.evidence
    }
    whom = AskedField("person", "谁做的", means="name", tells=True)
    return Ask(
        "points.claim",
        Sentence("登记{title}", "enter {title}", {"title": spec.currency.title}),
        "points.claim.propose",
        (whom, AskedField("day", "日期", of=spec.currency.title, tells=True), *wanted.values()),
    )


def _reviews(spec: PointsSpec) -> Iterator[Ask]:
    """One decision a claim, or one in each step."""
    for number, step in enumerate(spec.review.steps, start=1):
        yield Ask(
            f"points.review.{number}",
            Sentence("{by}评议", "review by {by}", {"by": step.by}),
            "points.claim.review",
        )
    if not spec.review.steps:
        title = spec.currency.title
        yield Ask(
            "points.review",
            Sentence("审核{title}", "review {title}", {"title": title}),
            "points.claim.review",
        )


def _counter(spec: PointsSpec) -> Iterator[Ask]:
    if spec.shop.goods and not spec.currency.internal:
        yield Ask(
            "points.redeem", Sentence("柜台兑换", "redeem at the counter"),
            "points.redemption.make",
        )  # fmt: skip
