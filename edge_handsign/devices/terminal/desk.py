"""What lies before the box: fingers on its buttons, and what is held before its camera."""

from collections.abc import Callable, Sequence

from edge_handsign.core.box import Box
from edge_handsign.core.messages import Feedback
from edge_handsign.devices.terminal.fingers import Finger
from edge_handsign.devices.terminal.orders import Keep, Names, Order, Press, Quit, Show, State, Wait, button_names
from edge_handsign.devices.terminal.outside import Outside, View


class Desk:
    """Obeys orders; remembers how the box looks."""

    def __init__(self, box: Box, choices: Sequence[str], show: Callable[[str | None], None]) -> None:
        self.box = box
        self.names = Names(button_names(box), tuple(choices))
        self.fingers = tuple(Finger() for _ in box.buttons)
        self.outside = Outside(Feedback(status=False, leds=(False,) * box.leds, tone_hz=0), View(), shown=None)
        self.over = False
        self._show = show

    def obey(self, order: Order) -> None:
        """Do it; what concerns only the telling (wait, state) is the teller's."""
        match order:
            case Show(name):
                self._show(name)
                self.outside = Outside(self.outside.feedback, self.outside.view, name)
            case Press(button, seconds):
                self.fingers[button].press(seconds)
            case Keep(button, down):
                self.fingers[button].keep(down=down)
            case Quit():
                self.over = True
            case Wait() | State():
                pass

    @property
    def held(self) -> tuple[bool, ...]:
        """Which buttons stay down until something is done about it."""
        return tuple(finger.stays_down() for finger in self.fingers)

    def levels(self, now: float) -> tuple[bool, ...]:
        """Which buttons are down."""
        return tuple(finger.down(now) for finger in self.fingers)
