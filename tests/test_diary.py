"""What is worth a line in the log, in virtual time."""

import numpy as np

from edge_handsign.core.condition import Condition
from edge_handsign.core.diary import Diary
from edge_handsign.core.faults import Fault
from edge_handsign.core.messages import Frame


def test_what_happens_again_and_again_has_a_line_and_then_one_every_ten_minutes_with_a_count() -> None:
    diary, written = Diary(), []
    for second in range(1300):
        diary.note(Fault.NOT_SAVED, "full", float(second))
        written += [(second, text) for _, text in diary.lines()]
    more = "EH-308 full (599 times more since it was last told)"
    assert written == [(0, "EH-308 full"), (600, more), (1200, more)]


def test_what_lasts_has_a_line_when_it_begins_now_and_then_and_when_it_is_over() -> None:
    condition, written = Condition(), []
    for second in range(1500):
        condition.ail(Fault.POWER, "low" if 10 <= second < 1400 else "", float(second))
        condition.ail(Fault.NO_PINS, "none", float(second))
        condition.look(float(second), quiet=False)
        written += [(second, text) for _, text in condition.diary.lines()]
    assert written == [
        (0, "EH-501 none"),
        (10, "EH-601 low"),
        (600, "EH-501 still: none"),
        (1200, "EH-501 still: none"),
        (1400, "EH-601 is over after 1390 s"),
    ]


def test_what_comes_and_goes_is_counted() -> None:
    condition, written = Condition(), []
    for second in range(7300):
        condition.ail(Fault.POWER, "low" if second % 10 < 5 else "", float(second))
        condition.look(float(second), quiet=False)
        written += [text for _, text in condition.diary.lines()]
    assert written[:3] == [
        "EH-601 low",
        "EH-601 is over after 5 s",
        "EH-601 low (359 times more since it was last told)",
    ]
    assert len(written) == 6


def test_the_worst_comes_first_in_words_as_well() -> None:
    condition = Condition()
    condition.ail(Fault.NO_SOCKET, "nobody can ask", 0.0)
    assert condition.text == "EH-703 nobody can ask"
    condition.ail(Fault.POWER, "low", 0.0)
    condition.ail(Fault.STALLED, "no answer", 0.0)
    assert condition.text == "EH-402 no answer"
    condition.ail(Fault.STALLED, "", 1.0)
    assert condition.text == "EH-601 low"


def test_the_picture_that_ends_a_stall_is_old_and_the_camera_is_not_blamed_for_it() -> None:
    condition = Condition()
    condition.ail(Fault.STALLED, "no answer", 4.0)
    condition.see(Frame(np.random.default_rng(1).integers(0, 255, (8, 8, 3), np.uint8), taken_at=1.0), 5.0)
    condition.look(5.0, quiet=False)
    assert [text for _, text in condition.diary.lines()] == ["EH-402 no answer", "EH-402 is over after 1 s"]
