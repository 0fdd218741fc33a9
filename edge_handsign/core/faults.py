"""What can go wrong with the box, by codes that stay. FAULTS is the one table; docs/when-something-fails.md shows it.

The first digit says what it is about: 1 camera, 2 settings, 3 storage, 4 model, 5 pins and buttons, 6 power and heat,
7 the process.
"""

from dataclasses import dataclass
from enum import Enum

from edge_handsign.core.feedback import Signal

AGAIN_S = 600.0  # between two lines in the log about the same fault: the journal must not wear the card
HOURLY_S = 3600.0


class Fault(Enum):
    """By its code."""

    NO_CAMERA = "EH-101"
    SILENT = "EH-102"
    FROZEN = "EH-103"
    UNUSABLE = "EH-104"
    BLACK = "EH-105"
    CAMERA_LOST = "EH-106"
    DEVICE = "EH-107"
    SELDOM = "EH-108"
    SETTINGS = "EH-201"
    MENDED = "EH-301"
    VANISHED = "EH-302"
    READ_ONLY = "EH-303"
    NO_COPY = "EH-304"
    NOT_MENDED = "EH-305"
    NOT_ERASED = "EH-306"
    NO_PICTURES = "EH-307"
    NOT_SAVED = "EH-308"
    STORE = "EH-309"
    NEWER = "EH-310"
    MODEL = "EH-401"
    STALLED = "EH-402"
    ASLEEP = "EH-403"
    INTERPRETER = "EH-404"
    NO_PINS = "EH-501"
    STUCK_BUTTON = "EH-502"
    POWER = "EH-601"
    HEAT = "EH-602"
    MEMORY = "EH-701"
    LOG_LOST = "EH-702"
    NO_SOCKET = "EH-703"
    STUCK_PROCESS = "EH-704"
    RESTARTS = "EH-705"


@dataclass(frozen=True, slots=True)
class Advice:
    """How a fault shows, and what a person should know of it."""

    signal: Signal | None  # None: the LEDs do not tell
    failed: str
    do: str  # empty: nothing
    again_s: float = AGAIN_S

    def __str__(self) -> str:
        return f"{self.failed}: {self.do}" if self.do else self.failed


CABLE = "reseat its ribbon cable at both ends with the Pi switched off, and check the power supply"

FAULTS = {
    Fault.NO_CAMERA: Advice(
        Signal.CAMERA,
        "there is no camera that can be opened; the box tries again after 1, 2, 4 … 60 s and answers meanwhile",
        f"plug it in; one with a ribbon cable is only found at boot: {CABLE}, then try rpicam-hello --list-cameras",
    ),
    Fault.SILENT: Advice(
        Signal.CAMERA,
        "the camera gives no more pictures; signs go off within a second, after three the box opens it again",
        CABLE,
    ),
    Fault.FROZEN: Advice(
        Signal.CAMERA, "the camera gives the same picture again and again; the box opens it again", CABLE
    ),
    Fault.UNUSABLE: Advice(
        Signal.CAMERA,
        "thirty pictures in a row were damaged or of a wrong size; the box opens the camera again",
        f"{CABLE}; for a USB camera try another port",
    ),
    Fault.BLACK: Advice(
        Signal.CAMERA,
        "the picture is black: no sign is shown and nothing can be taught",
        "take off the lens cap, or make light",
    ),
    Fault.CAMERA_LOST: Advice(
        Signal.CAMERA,
        "opening the camera again did not help, so the program starts afresh, with all that was taught",
        f"when it comes again and again: {CABLE}; then restart the Pi",
    ),
    Fault.DEVICE: Advice(
        Signal.CAMERA, "a device or what drives it is missing or failed, so the program ends", "do what the line says"
    ),
    Fault.SELDOM: Advice(
        None,
        "pictures come so seldom that LEDs flicker or stay dark: what is shown may be 0.9 s old at most",
        "make light, since cameras are slow in the dark; end what else runs on the Pi; or name a smaller model",
    ),
    Fault.SETTINGS: Advice(
        Signal.SETTINGS, "the settings are wrong", "edge-handsign config check says where and what is allowed"
    ),
    Fault.MENDED: Advice(
        Signal.STORAGE,
        "the file was damaged and has been made anew; the line says how many samples are kept, and how many lost",
        "when it comes again, replace the card",
    ),
    Fault.VANISHED: Advice(
        Signal.STORAGE,
        "the file had vanished or was empty, and came back from the copy",
        "teach again what was taught after that copy",
    ),
    Fault.READ_ONLY: Advice(
        Signal.STORAGE,
        "the card is read-only: the box recognises, but learns nothing; or it can be written again",
        "look at the card; the box tries again each minute",
    ),
    Fault.NO_COPY: Advice(Signal.STORAGE, "no copy could be made", "free some space; the samples themselves are safe"),
    Fault.NOT_MENDED: Advice(
        Signal.STORAGE,
        "damage was found, but the card takes no fresh file: what is good is used",
        "free some space and restart",
    ),
    Fault.NOT_ERASED: Advice(
        Signal.STORAGE,
        "a sign is forgotten, but a copy of it could not be deleted",
        "delete samples.bak.db and quarantine/, restart",
    ),
    Fault.NO_PICTURES: Advice(None, "the pictures of samples were damaged and dropped", ""),
    Fault.NOT_SAVED: Advice(
        Signal.STORAGE,
        "the card took nothing, so a lesson was not saved, or something not taken back",
        "free some space",
    ),
    Fault.STORE: Advice(
        Signal.STORAGE,
        "what was taught cannot be opened, so the program ends and tries again",
        "do what the line says: another edge-handsign may be running, or a newer one has written the file",
    ),
    Fault.NEWER: Advice(
        Signal.STORAGE,
        "the file was written by a newer release: the box recognises, but learns nothing",
        "install the newer release again, or choose another store.folder",
    ),
    Fault.MODEL: Advice(
        Signal.MODEL,
        "the model's file is missing, damaged or not what its hash says, so it is not loaded; the box runs with "
        "the one that comes with the program, to which what was taught to another means nothing, and ends without "
        "that one",
        "edge-handsign model list; edge-handsign model install brings a fresh one; then restart",
    ),
    Fault.STALLED: Advice(
        Signal.MODEL,
        "the network has not answered for two seconds; if it goes on, systemd starts the program afresh",
        "when it comes again and again, look at power and heat",
    ),
    Fault.ASLEEP: Advice(
        Signal.MODEL,
        "everything that was taught belongs to another network, so nothing is recognised until it is taught again",
        "name the former model as backbone.model, or edge-handsign samples reembed where pictures were kept",
    ),
    Fault.INTERPRETER: Advice(
        Signal.MODEL, "what runs the network is missing or failed, so the program ends", "do what the line says"
    ),
    Fault.NO_PINS: Advice(
        None,
        "the pins cannot be used: no buttons, no LEDs, no buzzer; the box recognises and can be talked to all the same",
        "do what the line says, then restart",
    ),
    Fault.STUCK_BUTTON: Advice(
        Signal.SETTINGS,
        "a button has been down for 30 s; it is ignored until it is let go",
        "free the button; is its wire shorted, or pins.buttons_pull not as it is wired?",
    ),
    Fault.POWER: Advice(
        Signal.POWER,
        "the supply voltage is too low: the Pi may lose its camera, its card or itself",
        "use the Pi's own power supply and a short, thick cable",
        HOURLY_S,
    ),
    Fault.HEAT: Advice(
        Signal.POWER,
        "the processor is at 80 °C or slowed by heat; the box looks less often until it has cooled down",
        "give it air, or a heat sink",
        HOURLY_S,
    ),
    Fault.MEMORY: Advice(
        None, "the program has grown to 80 % of the memory it may use, and starts afresh while idle", ""
    ),
    Fault.LOG_LOST: Advice(
        None, "the journal took no lines for a while; the line says how many were dropped", "is the card full?"
    ),
    Fault.NO_SOCKET: Advice(
        None, "the control socket cannot be opened: nobody can talk to the box; it recognises", "do what the line says"
    ),
    Fault.STUCK_PROCESS: Advice(
        Signal.CAMERA,
        "the program before this one hangs in a driver and cannot be killed: the Pi reboots, at most once an hour",
        f"when it comes again: {CABLE}",
    ),
    Fault.RESTARTS: Advice(
        Signal.SAFE,
        "three crashes in five minutes: safe mode, without camera, for five minutes",
        "journalctl -t edge-handsign shows the crashes; please report them",
    ),
}
