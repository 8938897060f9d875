"""When a message may go out, as laws; and the words that may leave the house."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from liuchi.engines.notices import rules
from liuchi.engines.notices.enums import When
from liuchi.engines.notices.rules import Hours
from liuchi.engines.notices.rules.timing import KEEP_TRYING
from liuchi.kernel.clock import SHANGHAI

HOUR = st.integers(0, 23)
HOURS = st.builds(Hours, HOUR, HOUR, HOUR)
FROM, TO = datetime(2020, 1, 1), datetime(2035, 1, 1)  # noqa: DTZ001  given a zone below
INSTANT = st.datetimes(FROM, TO, timezones=st.just(UTC))
DAY = timedelta(days=1)


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


NIGHT = Hours(21, 8, 18)


@pytest.mark.parametrize(
    ("instant", "quiet"),
    [(at(20, 59), False), (at(21), True), (at(0), True), (at(7, 59), True), (at(8), False)],
)
def test_quiet_hours_run_over_midnight(instant: datetime, quiet: bool) -> None:
    assert NIGHT.is_quiet(instant) is quiet
    assert NIGHT.is_quiet(instant.astimezone(UTC)) is quiet


@pytest.mark.parametrize(
    ("instant", "when", "goes"),
    [
        (at(9), When.AT_ONCE, at(9)),
        (at(23), When.AT_ONCE, at(8, day=3)),
        (at(3), When.AT_ONCE, at(8)),
        (at(9), When.DIGEST, at(18)),
        (at(18), When.DIGEST, at(18, day=3)),
        (at(20), When.DIGEST, at(18, day=3)),
    ],
)
def test_when_word_goes_out(instant: datetime, when: When, goes: datetime) -> None:
    assert NIGHT.send_at(instant, when) == goes


def test_a_digest_inside_quiet_hours_waits_for_their_end() -> None:
    assert Hours(21, 8, 22).send_at(at(9), When.DIGEST) == at(8, day=3)


@given(HOURS, INSTANT, st.sampled_from([When.AT_ONCE, When.DIGEST]))
def test_nothing_is_planned_for_quiet_hours_the_past_or_too_far_ahead(
    hours: Hours, instant: datetime, when: When
) -> None:
    goes = hours.send_at(instant, when)
    assert instant <= goes <= instant + 2 * DAY
    assert not hours.is_quiet(goes)
    # Going out then is in time: a message that may wait two days is still good.
    assert goes - instant <= KEEP_TRYING


@given(HOURS, INSTANT)
def test_equal_hours_are_no_quiet_hours(hours: Hours, instant: datetime) -> None:
    assert not Hours(hours.quiet_from, hours.quiet_from, hours.digest).is_quiet(instant)


@given(HOURS, INSTANT)
def test_the_quiet_hours_and_their_reverse_share_the_day(hours: Hours, instant: datetime) -> None:
    assume(hours.quiet_from != hours.quiet_to)
    reverse = Hours(hours.quiet_to, hours.quiet_from, hours.digest)
    assert hours.is_quiet(instant) is not reverse.is_quiet(instant)


@given(HOURS, INSTANT, st.integers(0, 10), st.integers(1, 5))
def test_a_deferred_message_waits_for_a_time_that_would_take_it(
    hours: Hours, instant: datetime, sent: int, most: int
) -> None:
    later = rules.deferred(instant, hours, sent_today=sent, most_per_day=most)
    if later is None:
        assert not hours.is_quiet(instant)
        assert sent < most
        return
    assert later > instant
    if sent >= most and not hours.is_quiet(instant):
        assert later >= rules.start_of_day(instant) + DAY
    same_day = rules.start_of_day(later) == rules.start_of_day(instant)
    assert (
        rules.deferred(later, hours, sent_today=sent if same_day else 0, most_per_day=most) is None
        or same_day
    )


@given(HOURS, st.lists(INSTANT, max_size=30), st.integers(1, 5))
def test_no_day_has_more_than_its_limit(hours: Hours, arrivals: list[datetime], most: int) -> None:
    """However they arrive: played through the rule, no day sends too many, none is lost."""
    sent: Counter[datetime] = Counter()
    for arrival in arrivals:
        now = hours.send_at(arrival, When.AT_ONCE)
        for _ in range(len(arrivals) + 2):
            today = rules.start_of_day(now)
            later = rules.deferred(now, hours, sent_today=sent[today], most_per_day=most)
            if later is None:
                sent[today] += 1
                break
            now = later
    assert sum(sent.values()) == len(arrivals)
    assert all(count <= most for count in sent.values())


@given(st.integers(1, 9), st.booleans(), INSTANT)
def test_trouble_is_met_ever_more_slowly_until_it_is_given_up(
    attempts: int, urgent: bool, instant: datetime
) -> None:
    again = rules.next_try(instant, attempts, urgent=urgent)
    if attempts >= rules.ATTEMPTS_MAX:
        assert again is None
    else:
        assert again is not None
        assert again > instant
        after = rules.next_try(instant, attempts + 1, urgent=urgent)
        assert after is None or after > again


def test_every_kind_fits_a_message_and_names_nobody() -> None:
    for kind in rules.kinds().values():
        for language in ("zh", "en"):
            short = kind.short.in_language(language)
            assert 0 < len(short) <= rules.TEXT_CHARACTERS_MAX, short
            assert not any(letter.isdigit() for letter in short), short
            assert len(kind.title.in_language(language)) <= 30
    assert len(rules.outward(("points.awarded",) * 99).in_language("en")) <= 70


@given(st.text(max_size=200))
def test_a_line_is_one_line_of_a_message(text: str) -> None:
    line = rules.line(text)
    assert len(line) <= rules.TEXT_CHARACTERS_MAX
    assert "\n" not in line
    if len(" ".join(text.split())) <= rules.TEXT_CHARACTERS_MAX:
        assert line == " ".join(text.split())
