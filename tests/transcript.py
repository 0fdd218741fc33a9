"""Plays a transcript: a box, a hand and a story in virtual time. The transcripts are the specification of the box.

Before the story, one a line:
    sign NAME [led N] [tune NOTE...] [background] [button]     default: fist led 0, palm led 1, nothing background
    buttons NAME...                                            default: teach next; a sign's own button has its name
    capacity N | fps N | latency SECONDS | last-lesson N
The story, `SECONDS what happens`:
    show NAME|none    hold-still | move     blur | dark | bright | clear     camera off | on
    down BUTTON | up BUTTON | tap BUTTON | bounce BUTTON (20 ms of chatter, then down)
    card full | card works
    expect lit NAME...|nothing          sign LEDs that are on now, by sign
    expect decided NAME|nothing
    expect heard SIGNAL...|nothing      everything heard since the last such line; `click` is a turn, `tune` a sign's own
    expect samples NAME N...            exactly these
    expect selected NAME
    expect status on|off
    expect switches N                   how often any sign LED has changed so far
"""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from edge_handsign.core.box import Box, Button, Role, Sign
from edge_handsign.core.feedback import SIGNALS, TURN_TUNE, Signal
from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Change, Embedding, Feedback, Forget, Frame, Sample, Sight, Teach, Undo
from edge_handsign.core.session import Habits, Session

TICK_S = 0.01
DIMENSION = 32
REST_S = 0.05  # silence that ends a tune
OWN_TUNE = ((2000, 0.1), (2500, 0.1))


def tones(tune: tuple[tuple[int, float], ...]) -> tuple[int, ...]:
    """The audible frequencies of a tune, in order."""
    return tuple(hertz for hertz, _ in tune if hertz)


HEARD = {tones(form.tune): signal.value.replace(" ", "-") for signal, form in SIGNALS.items() if form.tune}
HEARD |= {tones(TURN_TUNE): "click", tones(OWN_TUNE): "tune"}


@dataclass
class Scene:
    """What the camera would see."""

    fps: float = 10.0
    latency_s: float = 0.05
    shows: str = "none"
    moving: bool = True
    picture: str = "clear"
    running: bool = True
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))
    jitter: np.ndarray = field(default_factory=lambda: np.zeros(DIMENSION))

    def sight(self, taken_at: float) -> Sight:
        if self.moving:
            self.jitter = self.rng.normal(size=DIMENSION)
        base = np.random.default_rng(sum(self.shows.encode())).normal(size=DIMENSION)
        vector = base / np.linalg.norm(base) + 0.5 * self.jitter / np.linalg.norm(self.jitter + 1e-9)
        unit = (vector / np.linalg.norm(vector)).astype(np.float32)
        return Sight(Frame(self.pixels(), taken_at), Embedding(unit, 1.0))

    def pixels(self) -> np.ndarray:
        texture = np.random.default_rng(2).integers(60, 200, (16, 16, 3))
        looks = {"clear": texture, "blur": texture * 0 + 130, "dark": texture // 40, "bright": texture * 0 + 254}
        return looks[self.picture].astype(np.uint8)


class Play:
    """One transcript being played."""

    def __init__(self, path: Path) -> None:
        self.lines = [(n, line.split("#")[0].split()) for n, line in enumerate(path.read_text().splitlines(), 1)]
        self.name = path.name
        self.scene = Scene()
        self.signs: list[Sign] = []
        self.buttons = ["teach", "next"]
        self.capacity, self.last_lesson, self.card_full = 100, 0, False
        self.now, self.next_frame = 0.0, 0.0
        self.coming: deque[Sight] = deque()
        self.levels: dict[str, bool] = {}
        self.chatter: dict[str, float] = {}
        self.heard: list[tuple[float, int]] = []
        self.outside: Feedback | None = None
        self.switches = 0
        self.ids = 0
        self.durable: list[Sample] = []

    def play(self) -> None:
        story = [(n, words) for n, words in self.lines if words and words[0][0].isdigit()]
        for _, words in ((n, words) for n, words in self.lines if words and not words[0][0].isdigit()):
            self.prepare(words)
        self.open()
        for number, (at, *words) in story:
            self.run_until(float(at))
            problem = self.happen(words)
            assert not problem, f"{self.name}:{number}: at {at} s {' '.join(words)}: {problem}"
        assert story, f"{self.name}: no story"

    def prepare(self, words: list[str]) -> None:
        match words:
            case ["sign", name, *rest]:
                led = int(rest[rest.index("led") + 1]) if "led" in rest else None
                self.signs.append(Sign(name, led, OWN_TUNE if "tune" in rest else (), "background" in rest))
            case ["buttons", *names]:
                self.buttons = names
            case ["fps", number]:
                self.scene.fps = float(number)
            case ["latency", seconds]:
                self.scene.latency_s = float(seconds)
            case ["capacity", number]:
                self.capacity = int(number)
            case _:
                raise AssertionError(f"{self.name}: what is {' '.join(words)!r}?")

    def open(self) -> None:
        signs = self.signs or [Sign("fist", 0), Sign("palm", 1), Sign("nothing", background=True)]
        roles = {"teach": Button(Role.TEACH), "next": Button(Role.NEXT)}
        buttons = tuple(roles.get(name) or Button(Role.TEACH, name) for name in self.buttons)
        leds = 1 + max((sign.led for sign in signs if sign.led is not None), default=-1)
        self.box = Box(tuple(signs), buttons, leds)
        self.memory = Memory(DIMENSION, MemorySettings(capacity=self.capacity))
        self.session = Session(self.box, self.memory, Habits())
        self.levels = dict.fromkeys(self.buttons, False)

    def run_until(self, at: float) -> None:
        while self.now < at - 1e-6:
            self.tick()

    def tick(self) -> None:
        self.camera()
        sight = self.coming.popleft() if self.coming and self.arrived(self.coming[0]) else None
        levels = [self.level(name) for name in self.buttons]
        for change in self.session.step(self.now, levels, sight):
            self.settle(change)
        self.watch(self.session.feedback(self.now))
        self.now = round(self.now + TICK_S, 6)

    def camera(self) -> None:
        if self.now >= self.next_frame - 1e-6:
            self.next_frame += 1 / self.scene.fps
            if self.scene.running:
                self.coming.append(self.scene.sight(self.now))

    def arrived(self, sight: Sight) -> bool:
        return sight.frame.taken_at + self.scene.latency_s <= self.now + 1e-6

    def level(self, name: str) -> bool:
        since = self.now - self.chatter.get(name, -1.0)
        return self.levels[name] if since > 0.02 else round(since / TICK_S) % 2 == 0

    def settle(self, change: Change) -> None:
        if self.card_full:
            self.session.refused(change, "the card is full", self.now)
        elif isinstance(change, Teach):
            self.ids += 1
            self.durable.append(Sample(self.ids, change.sign, change.lesson, change.vector))
            self.session.saved(self.durable[-1], self.now)
        else:
            gone = (lambda s: s.lesson == change.lesson) if isinstance(change, Undo) else (lambda s: s.sign == change.sign)
            self.durable = [sample for sample in self.durable if not gone(sample)]
            self.session.removed(change, self.now)

    def watch(self, feedback: Feedback) -> None:
        if self.outside and feedback.leds != self.outside.leds:
            self.switches += 1
        if not self.heard or feedback.tone_hz != self.heard[-1][1]:
            self.heard.append((self.now, feedback.tone_hz))
        self.outside = feedback

    def happen(self, words: list[str]) -> str | None:
        deeds: dict[str, Callable[[str], None]] = {
            "show": lambda name: setattr(self.scene, "shows", name),
            "camera": lambda state: setattr(self.scene, "running", state == "on"),
            "down": lambda name: self.levels.update({name: True}),
            "up": lambda name: self.levels.update({name: False}),
            "bounce": lambda name: (self.chatter.update({name: self.now}), self.levels.update({name: True}))[0],
            "card": lambda state: setattr(self, "card_full", state == "full"),
        }
        match words:
            case ["expect", what, *rest]:
                return self.expect(what, rest)
            case ["tap", name]:
                self.levels[name] = True
                self.run_until(self.now + 0.1)
                self.levels[name] = False
            case ["hold-still" | "move" as how]:
                self.scene.moving = how == "move"
            case ["blur" | "dark" | "bright" | "clear" as picture]:
                self.scene.picture = picture
            case [deed, what] if deed in deeds:
                deeds[deed](what)
            case _:
                return "not understood"
        return None

    def expect(self, what: str, wanted: list[str]) -> str | None:
        found = {
            "lit": lambda: self.lit(),
            "decided": lambda: [self.session.decision.sign or "nothing"],
            "heard": lambda: self.listen(),
            "samples": lambda: [str(x) for pair in sorted(self.memory.counts().items()) for x in pair] or ["nothing"],
            "selected": lambda: [self.session.selected.name],
            "status": lambda: ["on" if self.outside and self.outside.status else "off"],
            "switches": lambda: [str(self.switches)],
        }[what]()
        durable = Counter(sample.sign for sample in self.durable)
        if durable != Counter(self.memory.counts()):
            return f"memory has {self.memory.counts()}, the store {dict(durable)}"
        return None if found == wanted else f"but: {' '.join(found)} ({self.session.message})"

    def lit(self) -> list[str]:
        leds = self.outside.leds if self.outside else ()
        return [sign.name for sign in self.box.signs if sign.led is not None and leds[sign.led]] or ["nothing"]

    def listen(self) -> list[str]:
        """The tunes since the last time, each ended by a rest; a run of the same is spelled `tick*12`."""
        tunes: list[list[int]] = []
        silent_since = -1.0
        for at, hertz in self.heard:
            if hertz and (silent_since is not None and at - silent_since >= REST_S or not tunes):
                tunes.append([])
            if hertz:
                tunes[-1].append(hertz)
            silent_since = at if not hertz else 1e9
        self.heard = self.heard[-1:] if self.heard and self.heard[-1][1] == 0 else []
        return counted([name for tune in tunes for name in named(tune)]) or ["nothing"]


def named(tune: list[int]) -> list[str]:
    """What was heard without a rest: one signal, or ticks in quick succession."""
    if HEARD.get((tune[0],)) == "tick" and len(set(tune)) == 1:
        return ["tick"] * len(tune)
    return [HEARD.get(tuple(tune), f"garbled{tune}")]


def counted(names: list[str]) -> list[str]:
    """Runs of the same name as name*N."""
    runs: list[tuple[str, int]] = []
    for name in names:
        runs = [*runs[:-1], (name, runs[-1][1] + 1)] if runs and runs[-1][0] == name else [*runs, (name, 1)]
    return [name if count == 1 else f"{name}*{count}" for name, count in runs]


__all__ = ["Forget", "Play", "Signal"]
