"""The simulator's face: fingers and lamps through a real pseudo-terminal, and as lines through real pipes.

Time is turned by hand; only the kernel's own delivery of keys and text is waited for.
"""

import json
import os
import pty
import re
import select
import termios
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from edge_handsign.core.box import Box, Button, Role, Sign
from edge_handsign.core.messages import WHOLE, Embedding, Feedback, Frame, Part, Sight
from edge_handsign.devices.terminal import Terminal, View
from edge_handsign.devices.terminal.outside import Outside, note
from edge_handsign.devices.terminal.screen import Scenery, compose, outlined, plain, preview
from edge_handsign.hardware import EndOfFrames, Pins
from tests.desk import Desk

BOX = Box(
    (Sign("fist", led=0), Sign("palm", led=1), Sign("high five", led=1), Sign("silent")),
    (Button(Role.TEACH), Button(Role.NEXT), Button(Role.TEACH, "high five")),
    leds=3,
)
TEACH, NEXT, OWN = range(3)
CHOICES = ("fist", "palm", "peace")
DARK = Feedback(status=False, leds=(False, False, False), tone_hz=0)
FRAME = Frame(np.full((64, 64, 3), (200, 100, 50), np.uint8), 0.0)
TICK_S = 0.01


class Front:
    """A terminal, the time it lives in, and what was held before its camera."""

    def __init__(self, stdin: int, stdout: int) -> None:
        self.now = 100.0
        self.frame: Frame | None = FRAME
        self.shown: list[str | None] = []
        self.closing = ExitStack()
        reader = self.closing.enter_context(open(stdin, encoding="utf-8", closefd=False))  # noqa: SIM115
        writer = self.closing.enter_context(open(stdout, "w", encoding="utf-8", closefd=False))  # noqa: SIM115
        self.terminal = self.closing.enter_context(
            Terminal(
                BOX,
                CHOICES,
                self.shown.append,
                lambda: self.frame,
                stdin=reader,
                stdout=writer,
                clock=lambda: self.now,
            )
        )

    def tick(self, seconds: float = TICK_S) -> tuple[bool, ...]:
        """The levels after so much time, the buttons read all the while."""
        levels = self.terminal.read()
        for _ in range(round(seconds / TICK_S)):
            self.now += TICK_S
            levels = self.terminal.read()
        return levels


class Pipes(Front):
    """Lines in, lines out."""

    def __init__(self) -> None:
        self._stdin, self._in = os.pipe()
        self._out, self._stdout = os.pipe()
        super().__init__(self._stdin, self._stdout)

    def send(self, text: str) -> None:
        os.write(self._in, text.encode())

    def told(self) -> list[dict[str, Any]]:
        """What has been told since the last time."""
        text = b""
        while select.select([self._out], [], [], 0)[0] and (data := os.read(self._out, 65536)):
            text += data
        return [json.loads(line) for line in text.splitlines()]

    def end_input(self) -> None:
        os.close(self._in)
        self._in = -1

    def leave(self) -> None:
        """The reader goes away."""
        os.close(self._out)
        self._out = -1

    def close(self) -> None:
        self.closing.close()
        for descriptor in (self._stdin, self._in, self._out, self._stdout):
            if descriptor >= 0:
                os.close(descriptor)


@pytest.fixture
def fresh() -> Iterator[Pipes]:
    """Nobody has read its buttons yet."""
    made = Pipes()
    yield made
    made.close()


@pytest.fixture
def pipes(fresh: Pipes) -> Pipes:
    """It runs, and has told how everything looks."""
    fresh.tick(0.0)
    fresh.told()
    return fresh


class Person(Front):
    """Somebody at a terminal of 80 x 24."""

    def __init__(self) -> None:
        self.desk = Desk()
        super().__init__(self.desk.line, self.desk.line)

    def strike(self, keys: str) -> None:
        """Type, and wait until the kernel has handed the keys over."""
        self.desk.type(keys)
        assert select.select([self.desk.line], [], [], 5.0)[0]
        self.terminal.read()

    def sees(self, wanted: str, *, gone: bool = False) -> bool:
        """Whether that appears, or disappears, before long."""
        return self.desk.sees(wanted, gone=gone, meanwhile=lambda: self.tick(0.1))

    def close(self) -> None:
        self.closing.close()
        self.desk.close()


@pytest.fixture
def person() -> Iterator[Person]:
    made = Person()
    yield made
    made.close()


def test_the_terminal_fits_the_seam(pipes: Pipes) -> None:
    pins: Pins = pipes.terminal
    pins.write(DARK)
    assert pins.read() == (False, False, False)


class TestLines:
    def test_the_first_line_says_how_everything_looks(self, fresh: Pipes) -> None:
        fresh.tick(0.0)
        assert fresh.told() == [
            {
                "t": 0.0,
                "status": False,
                "leds": {"fist": False, "palm+high five": False, "led 2": False},
                "tone_hz": 0,
                "shown": None,
                "decision": None,
                "similarity": None,
                "selected": None,
                "samples": {},
                "message": "",
            }
        ]

    def test_nothing_is_down_at_the_first_reading(self, fresh: Pipes) -> None:
        fresh.send("press teach\n")
        assert not any(fresh.tick(0.0))
        assert fresh.tick()[TEACH]

    def test_nothing_is_done_before_the_first_picture(self, fresh: Pipes) -> None:
        fresh.frame = None
        fresh.send("press teach\n")
        assert not any(fresh.tick(2.0))
        fresh.frame = FRAME
        assert fresh.tick(0.05)[TEACH]

    def test_a_camera_that_gives_nothing_is_not_waited_for_for_ever(self, fresh: Pipes) -> None:
        fresh.frame = None
        fresh.send("quit\n")
        with pytest.raises(EndOfFrames):
            fresh.tick(6.0)

    def test_only_changes_are_told(self, pipes: Pipes) -> None:
        lit = replace(DARK, leds=(True, False, False), tone_hz=523)
        pipes.terminal.write(lit)
        pipes.terminal.write(lit)
        pipes.tick(0.5)
        pipes.terminal.report(View(decision="fist", similarity=0.9, selected="palm", samples={"fist": 2}))
        pipes.tick()
        pipes.terminal.report(View(decision="fist", similarity=0.8, selected="palm", samples={"fist": 2}))
        pipes.tick()
        lines = pipes.told()
        assert [(line["leds"]["fist"], line["tone_hz"], line["decision"]) for line in lines] == [
            (True, 523, None),
            (True, 523, "fist"),
        ]
        assert [line["t"] for line in lines] == pytest.approx([0.0, 0.5])
        assert lines[1]["samples"] == {"fist": 2}

    def test_lamps_and_thoughts_of_one_turn_are_one_line(self, pipes: Pipes) -> None:
        pipes.terminal.write(replace(DARK, leds=(True, False, False)))
        pipes.terminal.report(View(decision="fist"))
        pipes.tick()
        (line,) = pipes.told()
        assert (line["leds"]["fist"], line["decision"]) == (True, "fist")

    def test_state_tells_without_a_change(self, pipes: Pipes) -> None:
        pipes.send("state\nstate\n")
        pipes.tick()
        assert len(pipes.told()) == 2

    def test_show_holds_something_before_the_camera(self, pipes: Pipes) -> None:
        pipes.send("show palm\nshow none\n")
        pipes.tick()
        assert pipes.shown == ["palm", None]

    def test_press_lets_go_by_itself(self, pipes: Pipes) -> None:
        pipes.send("press teach\n")
        assert pipes.tick(0.0) == (True, False, False)
        assert pipes.tick(0.1) == (True, False, False)
        assert pipes.tick(0.1) == (False, False, False)

    def test_press_for_so_many_seconds(self, pipes: Pipes) -> None:
        pipes.send("press next 1.2\n")
        assert pipes.tick(1.15)[NEXT]
        assert not pipes.tick(0.1)[NEXT]

    def test_a_signs_own_button(self, pipes: Pipes) -> None:
        pipes.send('press "sign:high five"\n')
        assert pipes.tick(0.0) == (False, False, True)

    def test_down_stays_down_until_up(self, pipes: Pipes) -> None:
        pipes.send("down teach\ndown next\n")
        assert pipes.tick(9.0) == (True, True, False)
        pipes.send("up teach\n")
        assert pipes.tick(0.1) == (False, True, False)

    def test_down_and_up_at_once_is_felt_as_a_press(self, pipes: Pipes) -> None:
        pipes.send("down teach\nup teach\n")
        assert pipes.tick(0.0)[TEACH]
        assert pipes.tick(0.05)[TEACH], "longer than any contact bounces"
        assert not pipes.tick(0.2)[TEACH]

    def test_the_next_line_waits_for_the_button_to_be_let_go(self, pipes: Pipes) -> None:
        pipes.send("press teach 1\nshow palm\n")
        pipes.tick(1.0)
        assert pipes.shown == []
        assert pipes.tick(0.3) == (False, False, False)
        assert pipes.shown == ["palm"]

    def test_two_presses_are_two(self, pipes: Pipes) -> None:
        pipes.send("press teach\npress teach\n")
        levels = [pipes.tick()[TEACH] for _ in range(80)]
        assert sum(after and not before for before, after in zip([False, *levels], levels, strict=False)) == 2

    def test_wait_waits(self, pipes: Pipes) -> None:
        pipes.send("wait 2\nshow fist\n")
        pipes.tick(1.9)
        assert pipes.shown == []
        pipes.tick(0.2)
        assert pipes.shown == ["fist"]

    def test_a_line_may_come_in_pieces(self, pipes: Pipes) -> None:
        for piece in ("sho", "w fi", "st\nsh"):
            pipes.send(piece)
            pipes.tick()
        assert pipes.shown == ["fist"]

    def test_empty_lines_and_comments_are_nothing(self, pipes: Pipes) -> None:
        pipes.send("\n   \n# a comment\n")
        pipes.tick()
        assert pipes.told() == []

    @pytest.mark.parametrize(
        ("line", "message"),
        {
            "prss teach": r"no order 'prss': did you mean 'press'\?",
            "press taech": r"no button 'taech': did you mean 'teach'\?",
            "press sign:palm": r"no button 'sign:palm'.*teach, next, sign:high five",
            "show plam": r"no thing to show 'plam': did you mean 'palm'\?",
            "show xyz": r"no thing to show 'xyz': there is fist, palm, peace, none",
            "show": "say it as 'show NAME'",
            "press teach 1 2": r"say it as 'press BUTTON \[SECONDS\]'",
            "press teach long": "'long' is not a number of seconds",
            "wait -1": "'-1' is not a number of seconds",
            "wait nan": "'nan' is not a number of seconds",
            'show "fist': "No closing quotation",
        }.items(),
    )
    def test_a_mistake_is_told_and_the_rest_goes_on(self, pipes: Pipes, line: str, message: str) -> None:
        pipes.send(f"{line}\nshow fist\n")
        assert pipes.tick() == (False, False, False)
        error, change = pipes.told()
        assert re.search(message, error["error"])
        assert change["shown"] == "fist"

    def test_quit_ends_it(self, pipes: Pipes) -> None:
        pipes.send("quit\nshow fist\n")
        with pytest.raises(EndOfFrames):
            pipes.tick()
        assert pipes.shown == []

    def test_the_end_of_the_input_is_quit_once_everything_is_done(self, pipes: Pipes) -> None:
        pipes.send("press teach 0.5\nshow fist")
        pipes.end_input()
        assert pipes.tick(0.4)[TEACH]
        with pytest.raises(EndOfFrames):
            pipes.tick(0.5)
        assert pipes.shown == ["fist"]

    def test_a_reader_who_goes_away_ends_it(self, pipes: Pipes) -> None:
        pipes.tick()
        pipes.leave()
        pipes.terminal.write(replace(DARK, status=True))
        with pytest.raises(EndOfFrames):
            pipes.tick()

    def test_at_the_end_everything_is_off(self, pipes: Pipes) -> None:
        pipes.terminal.write(replace(DARK, status=True))
        pipes.tick()
        assert [line["status"] for line in pipes.told()] == [True]
        pipes.closing.close()
        assert [line["status"] for line in pipes.told()] == [False]


class TestKeys:
    def test_digits_hold_something_before_the_camera_and_0_nothing(self, person: Person) -> None:
        person.strike("2190")
        assert person.shown == ["palm", "fist", None]

    def test_arrows_go_round(self, person: Person) -> None:
        person.strike("\x1b[C\x1b[C\x1b[C\x1b[C\x1b[D")
        assert person.shown == ["fist", "palm", "peace", None, "peace"]

    def test_space_presses_teach_and_n_next(self, person: Person) -> None:
        for key, button in ((" ", TEACH), ("n", NEXT), ("a", OWN)):
            person.strike(key)
            assert person.tick(0.05)[button]
            assert person.tick(0.5) == (False, False, False)

    def test_a_key_that_repeats_itself_does_not_queue_up(self, person: Person) -> None:
        person.strike(" " * 30)
        levels = [person.tick()[TEACH] for _ in range(100)]
        assert any(levels)
        assert not any(levels[40:])

    def test_between_two_presses_the_finger_is_up_for_a_while(self, person: Person) -> None:
        levels = []
        for _ in range(3):
            person.strike(" ")
            levels += [person.tick()[TEACH] for _ in range(20)]
        ups = "".join(".#"[level] for level in levels).strip(".").split("#")
        assert [len(up) >= 10 for up in ups if up] == [True]

    def test_capitals_hold_until_they_come_again(self, person: Person) -> None:
        for key, button in (("T", TEACH), ("N", NEXT), ("A", OWN)):
            person.strike(key)
            assert person.tick(3.0)[button]
            person.strike(key)
            assert not person.tick(0.2)[button]

    def test_other_keys_do_nothing(self, person: Person) -> None:
        person.strike("zX\x1b[5~\t7é%")
        assert person.shown == []
        assert person.tick(0.1) == (False, False, False)

    @pytest.mark.parametrize("key", ["q", "\x04"], ids=["q", "ctrl-d"])
    def test_leaving(self, person: Person, key: str) -> None:
        with pytest.raises(EndOfFrames):
            person.strike(key)

    def test_a_terminal_that_is_hung_up_ends_it(self) -> None:
        hands, line = pty.openpty()
        front = Front(line, line)
        os.close(hands)
        with pytest.raises(EndOfFrames):
            front.tick()
        front.closing.close()
        os.close(line)


class TestScreen:
    def test_shows_what_a_person_before_the_box_would_see_and_what_it_thinks(self, person: Person) -> None:
        person.terminal.write(Feedback(status=True, leds=(True, False, False), tone_hz=523))
        person.terminal.report(View("fist", 0.934, "palm", {"fist": 3, "palm": 1}, "saved: fist has 3 samples"))
        for wanted in (
            r"status \(\*\)   buzzer C5 523 Hz",
            r"  \(\*\) fist +3 samples",
            r"> \( \) palm +1 sample\b",
            r"  \( \) high five +0 samples  key a",
            r"      silent +0 samples",
            r"shows     fist  \(similarity 0\.93\)",
            r"teaches   palm",
            r"saved: fist has 3 samples",
            r"0 none  1 fist  2 palm  3 peace",
            r"space teach  T hold",
        ):
            assert person.sees(wanted), wanted

    def test_lamps_go_out_again(self, person: Person) -> None:
        person.terminal.write(replace(DARK, leds=(True, False, False)))
        assert person.sees(r"\(\*\) fist")
        person.terminal.write(DARK)
        assert person.sees(r"\( \) fist")

    def test_a_held_button_is_shown(self, person: Person) -> None:
        person.strike("TN")
        assert person.sees("held      teach, next")
        person.strike("T")
        assert person.sees("held      next")

    def test_v_takes_the_picture_away_and_brings_it_back(self, person: Person) -> None:
        assert person.sees("\u2580{32}")
        person.strike("v")
        assert person.sees("\u2580", gone=True)
        person.strike("v")
        assert person.sees("\u2580{32}")

    def test_question_mark_explains_the_keys(self, person: Person) -> None:
        person.strike("?")
        assert person.sees("hold teach for a burst")
        person.strike("?")
        assert person.sees("before the camera:")

    def test_the_bell_is_off_until_it_is_asked_for(self, person: Person) -> None:
        loud = replace(DARK, tone_hz=784)
        person.terminal.write(loud)
        person.terminal.write(DARK)
        person.strike("b")
        assert person.sees(r"silent \(bell\)")
        assert b"\a" not in person.desk.received
        person.terminal.write(loud)
        assert person.sees("G5 784 Hz")
        assert person.desk.received.count(b"\a") == 1

    def test_a_screen_that_changes_its_size_is_drawn_anew(self, person: Person) -> None:
        assert person.sees("space teach")
        termios.tcsetwinsize(person.desk.line, (10, 60))
        assert person.sees("space teach", gone=True)
        assert len(person.desk.screen().splitlines()) <= 10

    def test_what_does_not_change_is_not_sent_again(self, person: Person) -> None:
        assert person.sees("space teach")
        before = len(person.desk.received)
        person.tick(5.0)
        time.sleep(0.05)
        assert len(person.desk.received) == before

    @pytest.mark.parametrize("extra", [False, True], ids=["keys", "help"])
    def test_even_a_large_box_with_long_names_fits_80_by_24(self, extra: bool) -> None:
        names = [f"a sign with a name that is longer than anybody wants, {number}" for number in range(40)]
        box = Box(tuple(Sign(name, led=number % 6) for number, name in enumerate(names)), (), leds=6)
        view = View(names[7], -0.5, names[30], dict.fromkeys(names, 19999), "a message of many words " * 20)
        outside = Outside(Feedback(status=True, leds=(True,) * 6, tone_hz=4186), view, names[35])
        scenery = Scenery(names, {}, names[:5], bell=True, help=extra, fine=False)
        lines = [plain(line) for line in compose(box, outside, scenery, FRAME)]
        assert len(lines) <= 24
        assert max(map(len, lines)) <= 80
        assert any(line.startswith(">") for line in lines), "the selected sign is among those on the screen"

    def test_colours_of_the_picture_are_those_of_the_frame(self) -> None:
        outside, scenery = Outside(DARK, View(), None), Scenery(CHOICES, {}, (), bell=False, help=False, fine=True)
        assert "\x1b[38;2;200;100;50;48;2;200;100;50m\u2580" in "".join(compose(BOX, outside, scenery, FRAME))
        coarse = "".join(compose(BOX, outside, replace(scenery, fine=False), FRAME))
        assert "\x1b[38;5;173;48;5;173m\u2580" in coarse


class TestManners:
    def test_keys_are_not_echoed_and_come_one_by_one_while_it_runs(self, person: Person) -> None:
        local = termios.tcgetattr(person.desk.line)[3]
        assert not local & (termios.ECHO | termios.ICANON)
        assert local & termios.ISIG, "Ctrl-C still interrupts"

    @pytest.mark.parametrize("end", [None, EndOfFrames, KeyboardInterrupt, ZeroDivisionError], ids=str)
    def test_the_terminal_is_put_back_whatever_ends_it(self, person: Person, end: type[BaseException] | None) -> None:
        assert person.sees("space teach")
        if end is None:
            person.closing.close()
        else:
            with pytest.raises(end), person.closing:
                raise end
        assert termios.tcgetattr(person.desk.line) == person.desk.before
        deadline = time.monotonic() + 5.0
        while not person.desk.received.endswith(b"\x1b[?1049l") and time.monotonic() < deadline:
            time.sleep(0.01)
        assert b"\x1b[?25h" in person.desk.received[-30:], "the cursor is shown again"
        assert person.desk.received.endswith(b"\x1b[?1049l"), "the screen from before is shown again"


@pytest.mark.parametrize(
    ("tone_hz", "name"),
    [(0, "silent"), (440, "A4 440 Hz"), (523, "C5 523 Hz"), (1319, "E6 1319 Hz"), (196, "G3 196 Hz")],
)
def test_tones_have_names(tone_hz: int, name: str) -> None:
    assert note(tone_hz) == name


def sight(part: Part) -> Sight:
    return Sight(FRAME, Embedding(np.ones(1, np.float32), 1.0, part=part))


def test_what_was_looked_at_more_closely_has_a_line_around_it() -> None:
    outline = outlined(sight((0.25, 0.5, 0.75, 1.0)))
    white = (outline.pixels == 255).all(axis=2)
    assert white[32:34, 16:48].all()
    assert white[62:, 16:48].all()
    assert white[32:, [16, 17, 46, 47]].all()
    assert white.sum() == 32 * 32 - 28 * 28
    assert (outline.pixels[~white] == FRAME.pixels[0, 0]).all()
    assert (FRAME.pixels != 255).all(), "the frame itself is left alone"
    assert any("255;255;255" in line for line in preview(outline, fine=True))


def test_a_frame_that_was_looked_at_as_a_whole_has_none() -> None:
    assert outlined(sight(WHOLE)) is FRAME
