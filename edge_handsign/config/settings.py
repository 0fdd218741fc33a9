"""All settings of the box. A section of the file is a dataclass that lives beside the code that obeys it."""

from dataclasses import dataclass

from edge_handsign.config.signs import DEFAULT_SIGNS, SignSettings
from edge_handsign.config.tunes import tune_of
from edge_handsign.config.wiring import WiringSettings
from edge_handsign.control import ControlSettings
from edge_handsign.core.box import Box, Button, Role, Sign
from edge_handsign.core.buttons import ButtonSettings
from edge_handsign.core.decider import DeciderSettings
from edge_handsign.core.knob import knob
from edge_handsign.core.lesson import LessonSettings
from edge_handsign.core.memory import MemorySettings
from edge_handsign.devices.camera import CameraSettings
from edge_handsign.devices.tflite import BackboneSettings
from edge_handsign.store import StoreSettings


@dataclass(frozen=True, slots=True)
class LogSettings:
    """The `log` section of the settings."""

    level: str = knob("info", "how much is told in the journal", choices=("debug", "info", "warning", "error"))


@dataclass(frozen=True, slots=True)
class Config:
    """What a file of settings says, complete; `Config()` is what an empty one says."""

    signs: tuple[SignSettings, ...] = knob(DEFAULT_SIGNS, "what can be taught")
    pins: WiringSettings = knob(WiringSettings(), "which wire goes where, in BCM numbers")
    buttons: ButtonSettings = knob(ButtonSettings(), "how contacts are cleaned")
    lesson: LessonSettings = knob(LessonSettings(), "what a press and a held press of a teach button take in")
    memory: MemorySettings = knob(MemorySettings(), "how what was taught is compared")
    decider: DeciderSettings = knob(DeciderSettings(), "how sure is sure enough to switch a sign on")
    camera: CameraSettings = knob(CameraSettings(), "how the Pi's camera looks")
    backbone: BackboneSettings = knob(BackboneSettings(), "the network that makes pictures comparable")
    store: StoreSettings = knob(StoreSettings(), "where what was taught is kept")
    control: ControlSettings = knob(ControlSettings(), "how the box is talked to while it runs")
    log: LogSettings = knob(LogSettings(), "what is told")

    @property
    def led_pins(self) -> tuple[int, ...]:
        """BCM numbers of the signs' LEDs, in the order of Feedback.leds: as they first appear."""
        return tuple(dict.fromkeys(sign.led for sign in self.signs if sign.led is not None))

    @property
    def button_pins(self) -> tuple[int, ...]:
        """BCM numbers of the buttons, in the order of Box.buttons."""
        return tuple(pin for pin, _ in self._buttons())

    def box(self) -> Box:
        """The front of the box, without pin numbers."""
        leds = {pin: index for index, pin in enumerate(self.led_pins)}
        signs = tuple(
            Sign(
                sign.name,
                None if sign.led is None else leds[sign.led],
                () if sign.tune is None else tune_of(sign.tune),
                sign.background,
            )
            for sign in self.signs
        )
        return Box(signs, tuple(button for _, button in self._buttons()), len(leds))

    def _buttons(self) -> list[tuple[int, Button]]:
        """The common teach button, next, then the signs' own."""
        common = [(self.pins.teach, Button(Role.TEACH)), (self.pins.next, Button(Role.NEXT))]
        own = [(sign.button, Button(Role.TEACH, sign.name)) for sign in self.signs]
        return [(pin, button) for pin, button in common + own if pin is not None]
