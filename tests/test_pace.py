"""When pictures come too seldom to show anything."""

from edge_handsign.core.pace import LASTS_S, Pace


def told(interval_s: float, latency_s: float, late: int = 0) -> list[bool]:
    """Of twenty pictures; number `late` takes two seconds more."""
    pace = Pace()
    return [
        pace.lags(number * interval_s, number * interval_s + latency_s + 2 * (number == late > 0))
        for number in range(20)
    ]


def test_pictures_in_time_are_never_complained_about_and_one_that_is_late_is_no_matter() -> None:
    assert not any(told(0.1, 0.05))
    assert not any(told(0.4, 0.4))
    assert not any(told(0.4, 0.4, late=7))


def test_pictures_that_come_when_the_one_before_is_too_old_are_told_after_a_while_and_until_the_end() -> None:
    for interval_s, latency_s in ((1.0, 0.05), (0.55, 0.5)):
        complaints = told(interval_s, latency_s)
        first = complaints.index(True)
        assert LASTS_S <= (first - 1) * interval_s < LASTS_S + interval_s
        assert all(complaints[first:])
