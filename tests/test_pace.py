"""When pictures come too seldom to show anything."""

from edge_handsign.core.pace import LASTS_S, Pace


def told(interval_s: float, latency_s: float, *late: int, pictures: int = 20) -> list[bool]:
    """Of each picture; those with the numbers `late` take a second more."""
    pace = Pace()
    return [
        pace.lags(number * interval_s, number * interval_s + latency_s + (number in late)) for number in range(pictures)
    ]


def test_pictures_in_time_are_never_complained_about_and_one_that_is_late_is_no_matter() -> None:
    assert not any(told(0.1, 0.05))
    assert not any(told(0.4, 0.4))
    assert not any(told(0.4, 0.4, 3, 9, 15, pictures=40))


def test_pictures_that_come_when_the_one_before_is_too_old_are_told_after_a_while_and_until_the_end() -> None:
    for interval_s, latency_s in ((1.0, 0.05), (0.55, 0.5), (3.0, 0.05)):
        complaints = told(interval_s, latency_s)
        first = complaints.index(True)
        assert LASTS_S <= (first - 1) * interval_s < LASTS_S + interval_s
        assert all(complaints[first:])


def test_on_the_brink_some_are_in_time_and_it_is_told_all_the_same_until_all_are() -> None:
    complaints = told(0.4, 0.4, *range(0, 20, 2), pictures=40)
    assert complaints.index(True) <= (LASTS_S + 1) / 0.4 + 1
    assert all(complaints[complaints.index(True) : 20])
    assert not any(complaints[26:])
