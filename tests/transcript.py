"""Plays a transcript: a box, a hand and a story in virtual time. The transcripts are the specification of the box.

Before the story, one a line:
    sign NAME [led N] [tune] [background]      default: fist led 0, palm led 1, nothing background
    buttons NAME...                            default: teach next; a sign's own button has its name
    capacity N | fps N | latency SECONDS
The story, `SECONDS what happens`:
    show NAME|none    hold-still | move     blur | dark | bright | clear     camera off | on
    down BUTTON | up BUTTON | tap BUTTON (0.1 s) | bounce BUTTON (20 ms of chatter, then down)
    card full | works
    ask teach NAME | ask undo | ask quiet      over the control socket
    expect lit NAME...|nothing          sign LEDs that are on now, by sign
    expect decided NAME|nothing
    expect heard SIGNAL...|nothing      heard since the last such line; `click` is a turn, `tune` a sign's own
    expect samples NAME N...            exactly these
    expect selected NAME
    expect status on|off
    expect switches N                   how often any sign LED has changed so far
    expect room known|unknown           whether a quiet minute has been made durable
    expect condition SIGNAL             what lasts
    expect logged CODE...|nothing       the faults that the log tells of since the last such line
"""

from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path

from edge_handsign.core.box import Box, Button, Role, Sign
from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Change, Feedback, Forget, NonSigns, Sample, Settle, Sight, Teach, Undo
from edge_handsign.core.session import Habits, Session
from tests.ear import OWN_TUNE, Ear
from tests.scene import DIMENSION, Scene

TICK_S = 0.01
CHATTER_S = 0.02
DEFAULT_SIGNS = (Sign("fist", 0), Sign("palm", 1), Sign("nothing", background=True))


class Play:
    """One transcript being played."""

    def __init__(self, path: Path) -> None:
        lines = enumerate((line.split("#")[0].split() for line in path.read_text().splitlines()), 1)
        self.lines = [(number, words) for number, words in lines if words]
        self.name = path.name
        self.scene, self.ear = Scene(), Ear()
        self.signs: list[Sign] = []
        self.buttons = ["teach", "next"]
        self.numbers = {"capacity": 100.0, "fps": 10.0, "latency": 0.05}
        self.card_full = False
        self.now, self.next_frame = 0.0, 0.0
        self.coming: deque[Sight] = deque()
        self.chatter: dict[str, float] = {}
        self.outside: Feedback | None = None
        self.switches = 0
        self.durable: list[Sample] = []
        self.room: NonSigns | None = None

    def play(self) -> None:
        for _, words in self.lines:
            if not words[0][0].isdigit():
                self.prepare(words)
        self.open()
        for number, (at, *words) in [line for line in self.lines if line[1][0][0].isdigit()]:
            self.run_until(float(at))
            problem = self.happen(words)
            assert not problem, f"{self.name}:{number}: at {at} s {' '.join(words)}: {problem}"

    def prepare(self, words: list[str]) -> None:
        match words:
            case ["sign", name, *rest]:
                led = int(rest[rest.index("led") + 1]) if "led" in rest else None
                self.signs.append(Sign(name, led, OWN_TUNE if "tune" in rest else (), "background" in rest))
            case ["buttons", *names]:
                self.buttons = names
            case [name, number] if name in self.numbers:
                self.numbers[name] = float(number)
            case _:
                raise AssertionError(f"{self.name}: what is {' '.join(words)!r}?")

    def open(self) -> None:
        signs = tuple(self.signs) or DEFAULT_SIGNS
        roles = {"teach": Button(Role.TEACH), "next": Button(Role.NEXT)}
        buttons = tuple(roles.get(name) or Button(Role.TEACH, name) for name in self.buttons)
        self.box = Box(signs, buttons, 1 + max((sign.led for sign in signs if sign.led is not None), default=-1))
        self.memory = Memory(DIMENSION, MemorySettings(capacity=int(self.numbers["capacity"])))
        self.session = Session(self.box, self.memory, Habits())
        self.levels = dict.fromkeys(self.buttons, False)

    def run_until(self, at: float) -> None:
        while self.now < at - 1e-6:
            self.tick()

    def tick(self) -> None:
        if self.now >= self.next_frame - 1e-6:
            self.next_frame += 1 / self.numbers["fps"]
            self.coming.extend([self.scene.sight(self.now)] * self.scene.running)
        for change in self.session.step(self.now, [self.level(name) for name in self.buttons], self.arrived()):
            self.settle(change)
        feedback = self.session.feedback(self.now)
        self.switches += self.outside is not None and feedback.leds != self.outside.leds
        self.outside = feedback
        self.ear.hear(feedback.tone_hz, self.now)
        self.now = round(self.now + TICK_S, 6)

    def arrived(self) -> Sight | None:
        latest = self.now - self.numbers["latency"] + 1e-6
        return self.coming.popleft() if self.coming and self.coming[0].frame.taken_at <= latest else None

    def level(self, name: str) -> bool:
        since = self.now - self.chatter.get(name, -1.0)
        return self.levels[name] if since > CHATTER_S else round(since / TICK_S) % 2 == 0

    def settle(self, change: Change) -> None:
        if self.card_full:
            self.session.refused(change, "the card is full", self.now)
        elif isinstance(change, Teach):
            number = 1 + max((sample.id for sample in self.durable), default=0)
            self.durable.append(Sample(number, change.sign, change.lesson, change.vector))
            self.session.saved(self.durable[-1], self.now)
        else:
            self.keep(change)
            self.session.done(change, self.now)

    def keep(self, change: Undo | Forget | Settle) -> None:
        match change:
            case Undo(lesson):
                self.durable = [sample for sample in self.durable if sample.lesson != lesson]
            case Forget(sign):
                self.durable = [sample for sample in self.durable if sample.sign != sign]
            case Settle(room):
                self.room = room

    def happen(self, words: list[str]) -> str | None:
        deeds: dict[str, Callable[[str], None]] = {
            "show": lambda name: setattr(self.scene, "shows", name),
            "camera": lambda state: setattr(self.scene, "running", state == "on"),
            "card": lambda state: setattr(self, "card_full", state == "full"),
            "down": lambda name: self.levels.update({name: True}),
            "up": lambda name: self.levels.update({name: False}),
            "tap": self.tap,
            "bounce": self.bounce,
        }
        match words:
            case ["expect", what, *wanted]:
                return self.expect(what, wanted)
            case ["hold-still" | "move" as how]:
                self.scene.moving = how == "move"
            case ["blur" | "dark" | "bright" | "clear" as picture]:
                self.scene.picture = picture
            case ["ask", *what]:
                self.ask(*what)
            case [deed, what] if deed in deeds:
                deeds[deed](what)
            case _:
                return "not understood"
        return None

    def ask(self, what: str, sign: str = "") -> None:
        if what == "teach":
            self.session.teach(sign, self.now)
        elif what == "quiet":
            self.session.quiet(self.now)
        for change in self.session.undo(self.now) if what == "undo" else ():
            self.settle(change)

    def tap(self, button: str) -> None:
        self.levels[button] = True
        self.run_until(self.now + 0.1)
        self.levels[button] = False

    def bounce(self, button: str) -> None:
        self.levels[button] = True
        self.chatter[button] = self.now

    def expect(self, what: str, wanted: list[str]) -> str | None:
        finds: dict[str, Callable[[], list[str]]] = {
            "lit": self.lit,
            "decided": lambda: [self.session.decision.sign or "nothing"],
            "heard": self.ear.since_last_time,
            "samples": lambda: [str(word) for pair in sorted(self.memory.counts().items()) for word in pair],
            "selected": lambda: [self.session.selected.name],
            "status": lambda: ["on" if self.outside and self.outside.status else "off"],
            "switches": lambda: [str(self.switches)],
            "room": lambda: ["known" if self.room else "unknown"],
            "condition": lambda: [self.session.condition.value],
            "logged": lambda: [fault.value for fault, _ in self.session.state.diary.lines()],
        }
        found = finds[what]() or ["nothing"]
        durable = dict(Counter(sample.sign for sample in self.durable))
        if durable != self.memory.counts():
            return f"memory has {self.memory.counts()}, the store {durable}"
        return None if found == wanted else f"but: {' '.join(found)} ({self.session.message})"

    def lit(self) -> list[str]:
        leds = self.outside.leds if self.outside else ()
        return [sign.name for sign in self.box.signs if sign.led is not None and leds[sign.led]]
