"""Each verdict from facts of systems that exist: what is in order, what is not, and the command that mends it."""

from dataclasses import replace
from pathlib import Path

import pytest

from edge_handsign import runtimes
from edge_handsign.doctor import (
    Finding,
    Verdict,
    board,
    camera,
    card,
    groups,
    installed,
    libraries,
    memory,
    model,
    pins,
    power,
    runtime,
    service,
    settings,
    system,
)
from edge_handsign.doctor import python as pythons

OK, WARNING, FAULT = Verdict
VENV = Path("/opt/edge-handsign")
APT = "/usr/lib/python3/dist-packages"
SITE = "/opt/edge-handsign/lib/python3.11/site-packages"

NUMPY = libraries.Library("numpy", "1.24.2", f"{APT}/numpy/__init__.py")
NUMPY_2 = libraries.Library("numpy", "2.3.1", f"{SITE}/numpy/__init__.py")
PICAMERA2 = libraries.Library("picamera2", "0.3.31", f"{APT}/picamera2/__init__.py")
SIMPLEJPEG = libraries.Library("simplejpeg", "1.8.1", f"{APT}/simplejpeg/__init__.py")
CLASH = replace(SIMPLEJPEG, trouble="ValueError: numpy.dtype size changed, may indicate binary incompatibility")
PIP_SIMPLEJPEG = replace(SIMPLEJPEG, file=f"{SITE}/simplejpeg/__init__.py")
WELL = libraries.Libraries(NUMPY, SIMPLEJPEG, PICAMERA2)

HEADER = pins.Header(True, False, {"rpi-lgpio": "0.6"}, {"gpiochip0": True}, False)
GROUPS = groups.Groups(
    "ada",
    frozenset({"ada", "video", "gpio", "edge-handsign"}),
    frozenset({"edge-handsign", "video", "gpio"}),
    True,
    frozenset(),
)
UNIT = {
    "LoadState": "loaded",
    "ActiveState": "active",
    "SubState": "running",
    "UnitFileState": "enabled",
    "Result": "success",
    "ExecMainStatus": "0",
    "NRestarts": "0",
}
CARD = card.Card("/var/lib/edge-handsign", 20 << 30, "/", "ext4", False)
MODEL = model.Model("handsign", "/opt/handsign.tflite", "ab" * 32, "ab" * 32)
MEMORY = memory.Memory("/var/lib/edge-handsign", awake=312, signs=4)
PYTHON = pythons.Python((3, 11, 2), Path("/usr"), VENV, True)
PI_4 = board.Board("Raspberry Pi 4 Model B Rev 1.4", "aarch64", 3885)

ROWS = [runtimes.system(machine, python) for machine in ("aarch64", "armv7l") for python in ((3, 11), (3, 13))]
BOOKWORM_64, TRIXIE_64, BOOKWORM_32, TRIXIE_32 = ROWS

CASES: dict[str, tuple[Finding, Verdict, str, str]] = {  # finding, verdict, in what it says, in the command
    "a Pi 4": (board.judge(PI_4), OK, "Raspberry Pi 4", ""),
    "a Pi 5": (board.judge(board.Board("Raspberry Pi 5 Model B Rev 1.0", "aarch64", 8256)), OK, "Pi 5", ""),
    "a Pi 3": (board.judge(board.Board("Raspberry Pi 3 Model B Plus Rev 1.3", "armv7l", 945)), OK, "armv7l", ""),
    "a Zero 2 W": (board.judge(board.Board("Raspberry Pi Zero 2 W Rev 1.0", "aarch64", 426)), OK, "426 MB", ""),
    "a Zero W": (board.judge(board.Board("Raspberry Pi Zero W Rev 1.1", "armv6l", 426)), FAULT, "ARMv6", "Zero 2 W"),
    "a laptop": (board.judge(board.Board(None, "x86_64", 16000)), FAULT, "no Raspberry Pi", "simulate"),
    "a Rock": (board.judge(board.Board("Radxa ROCK 5B", "aarch64", 8000)), FAULT, "Radxa", "simulate"),
    "Bookworm 64": (system.judge(system.System("Debian 12", "bookworm", True, BOOKWORM_64)), OK, "64-bit", ""),
    "Bookworm 32": (system.judge(system.System("Raspbian 12", "bookworm", True, BOOKWORM_32)), OK, "32-bit", ""),
    "Trixie 64": (system.judge(system.System("Debian 13", "trixie", True, TRIXIE_64)), OK, "64-bit", ""),
    "Trixie 32": (
        *(system.judge(system.System("Raspbian 13", "trixie", True, TRIXIE_32)), FAULT, "no interpreter"),
        "Raspberry Pi OS (64-bit)",
    ),
    "Bullseye": (system.judge(system.System("Raspbian 11", "bullseye", True, None)), FAULT, "too old", "rpi-imager"),
    "Ubuntu": (system.judge(system.System("Ubuntu 24.04", "noble", False, None)), WARNING, "nobody", "rpi-imager"),
    "a bare system": (system.judge(system.System("", "", False, TRIXIE_64)), WARNING, "without a name", "rpi-imager"),
    "the venv as it should be": (pythons.judge(PYTHON), OK, "3.11.2 in /opt/edge-handsign", ""),
    "the system's own Python": (pythons.judge(replace(PYTHON, venv=None)), OK, "in /usr", ""),
    "a venv shut off": (pythons.judge(replace(PYTHON, sees_system=False)), WARNING, "picamera2", "--clear /opt"),
    "a Python of another maker": (
        *(pythons.judge(replace(PYTHON, base=Path("/home/ada/.pyenv"))), WARNING),
        *("not the system's", "/usr/bin/python3 -m venv --system-site-packages"),
    ),
    "an old Python": (pythons.judge(replace(PYTHON, version=(3, 9, 2))), FAULT, "older than 3.11", "venv"),
    "LiteRT": (
        *(runtime.judge(runtime.Runtime("LiteRT 2.3.0", "", "aarch64", (3, 13))), OK),
        *("LiteRT 2.3.0 on Python 3.13 for aarch64; Raspberry Pi OS Trixie, 64-bit gets ai-edge-litert", ""),
    ),
    "an interpreter where nobody has tried": (
        *(runtime.judge(runtime.Runtime("LiteRT 2.3.0", "", "riscv64", (3, 13))), OK, "no table says", ""),
    ),
    "no interpreter on 64 bits": (
        *(runtime.judge(runtime.Runtime("", "it is missing", "aarch64", (3, 13))), FAULT, "it is missing"),
        "-m pip install ai-edge-litert",
    ),
    "no interpreter on 32 bits": (
        *(runtime.judge(runtime.Runtime("", "it is missing", "armv7l", (3, 11))), FAULT, "it is missing"),
        "-m pip install tflite-runtime==2.14.0 'numpy<2'",
    ),
    "no interpreter for 32-bit Trixie": (
        *(runtime.judge(runtime.Runtime("", "it is missing", "armv7l", (3, 13))), FAULT, "it is missing"),
        "Raspberry Pi OS (64-bit)",
    ),
    "apt's NumPy": (libraries.judge_numpy(WELL), OK, f"numpy 1.24.2 in {APT}", ""),
    "pip's NumPy over apt's": (
        *(libraries.judge_numpy(replace(WELL, numpy=NUMPY_2)), FAULT, "hides the system's"),
        "pip uninstall --yes numpy",
    ),
    "pip's NumPy where no picamera2 is": (
        *(libraries.judge_numpy(libraries.Libraries(NUMPY_2, SIMPLEJPEG, libraries.Library("picamera2"))), OK),
        *("2.3.1", ""),
    ),
    "no NumPy": (
        *(libraries.judge_numpy(replace(WELL, numpy=libraries.Library("numpy"))), FAULT, "not there"),
        "apt install python3-numpy",
    ),
    "apt's picamera2": (libraries.judge_picamera2(WELL), OK, "simplejpeg 1.8.1", ""),
    "no picamera2": (
        *(libraries.judge_picamera2(replace(WELL, picamera2=libraries.Library("picamera2"))), FAULT, "missing"),
        "apt install python3-picamera2",
    ),
    "a simplejpeg that does not fit": (
        *(libraries.judge_picamera2(libraries.Libraries(NUMPY_2, CLASH, PICAMERA2)), FAULT, "does not fit NumPy 2.3.1"),
        "pip uninstall --yes numpy",
    ),
    "pip's simplejpeg over apt's": (
        *(libraries.judge_picamera2(replace(WELL, simplejpeg=PIP_SIMPLEJPEG)), WARNING, "hides the system's"),
        "pip uninstall --yes simplejpeg",
    ),
    "no simplejpeg": (
        *(libraries.judge_picamera2(replace(WELL, simplejpeg=libraries.Library("simplejpeg"))), FAULT, "no simplejpeg"),
        "apt install python3-simplejpeg",
    ),
    "pins that are free": (pins.judge(HEADER), OK, "rpi-lgpio 0.6, all pins can be used", ""),
    "pins of a box that runs": (pins.judge(replace(HEADER, busy=True)), OK, "the box that runs holds", ""),
    "the old module on a Pi 4": (pins.judge(replace(HEADER, modules={"RPi.GPIO": "0.7.1"})), OK, "RPi.GPIO", ""),
    "the old module on a Pi 5": (
        *(pins.judge(replace(HEADER, modules={"RPi.GPIO": "0.7.1"}, is_pi_5=True)), FAULT, "does not know the Pi 5"),
        "apt install python3-rpi-lgpio",
    ),
    "no module": (pins.judge(replace(HEADER, modules={})), FAULT, "missing", "apt install python3-rpi-lgpio"),
    "two modules": (
        *(pins.judge(replace(HEADER, modules={"rpi-lgpio": "0.6", "RPi.GPIO": "0.7.1"})), FAULT, "two packages"),
        "apt remove python3-rpi.gpio",
    ),
    "no chip": (pins.judge(replace(HEADER, chips={})), FAULT, "no /dev/gpiochip* for rpi-lgpio", "full-upgrade"),
    "a closed chip": (
        *(pins.judge(replace(HEADER, chips={"gpiochip0": False, "gpiochip4": False})), FAULT, "may not use"),
        "usermod -aG gpio",
    ),
    "a pin that another program holds": (
        *(pins.judge(replace(HEADER, trouble="button pin BCM 17 cannot be used (GPIO busy)")), FAULT, "BCM 17"),
        "config show",
    ),
    "a button that nobody presses": (
        *(pins.judge(replace(HEADER, pressed=("teach button",))), WARNING, "teach button: pressed"),
        "doctor --wiring",
    ),
    "groups as they should be": (groups.judge(GROUPS), OK, "ada may talk to it", ""),
    "nobody has made the user": (groups.judge(replace(GROUPS, service=None)), FAULT, "its user", "systemd-sysusers"),
    "the user without gpio": (
        *(groups.judge(replace(GROUPS, service=frozenset({"video"}))), FAULT, "not in gpio"),
        "sudo usermod -aG gpio edge-handsign && sudo systemctl restart",
    ),
    "a person who may not talk to it": (
        *(groups.judge(replace(GROUPS, mine=frozenset({"ada"}))), WARNING, "ada may not talk"),
        "sudo usermod -aG edge-handsign ada",
    ),
    "by hand, without groups": (
        *(groups.judge(replace(GROUPS, installed=False, mine=frozenset({"video"}))), WARNING, "not in gpio"),
        "sudo usermod -aG gpio ada",
    ),
    "by hand, on a system without gpio": (
        *(groups.judge(replace(GROUPS, installed=False, mine=frozenset({"video"}), missing=frozenset({"gpio"}))), OK),
        *("may use", ""),
    ),
    "root by hand": (groups.judge(replace(GROUPS, installed=False, me="root", mine=frozenset())), OK, "root", ""),
    "settings in order": (settings.judge(settings.Settings("/etc/x.yaml", (), 5, 8)), OK, "5 signs, 8 pins", ""),
    "no settings": (settings.judge(settings.Settings("", (), 5, 8)), OK, "the defaults", ""),
    "wrong settings": (
        *(settings.judge(settings.Settings("/etc/x.yaml", ("x.yaml:3: no", "x.yaml:4: no"), 5, 8)), FAULT),
        *("x.yaml:3: no (and 1 more)", "edge-handsign config check /etc/x.yaml"),
    ),
    "the model": (model.judge(MODEL), OK, "as its card says", ""),
    "a model of one's own": (model.judge(replace(MODEL, promised="")), OK, "not on any card", ""),
    "another file in its place": (
        *(model.judge(replace(MODEL, sha256="cd" * 32)), FAULT, "not what its card says"),
        "pip install --force-reinstall --no-deps .",
    ),
    "a model that is missing": (
        *(model.judge(model.Model("mine", trouble="no model 'mine' is installed")), FAULT, "mine"),
        "edge-handsign model list",
    ),
    "a damaged model": (model.judge(model.Model("handsign", trouble="cut short")), FAULT, "cut short", "reinstall"),
    "a memory": (memory.judge(MEMORY), OK, "312 samples of 4 signs", ""),
    "a memory with sleepers": (memory.judge(replace(MEMORY, asleep=3)), OK, "3 of another network asleep", ""),
    "an empty memory": (memory.judge(memory.Memory("/x")), OK, "nothing is taught yet", ""),
    "all asleep": (memory.judge(memory.Memory("/x", asleep=9)), WARNING, "all 9 samples", "samples reembed"),
    "damaged samples": (memory.judge(replace(MEMORY, damaged=2)), WARNING, "2 samples", "systemctl restart"),
    "a damaged file": (memory.judge(memory.Memory("/x", trouble="it is damaged")), FAULT, "damaged", "samples restore"),
    "a memory behind a door": (memory.judge(memory.Memory("/x", hidden="no")), WARNING, "no", "sudo edge-handsign"),
    "room": (card.judge_room(CARD), OK, "20,480 MB", ""),
    "little room": (card.judge_room(replace(CARD, free=100 << 20)), WARNING, "100 MB", "apt clean"),
    "no room": (card.judge_room(replace(CARD, free=1 << 20)), FAULT, "nothing more can be taught", "vacuum"),
    "a card that keeps": (card.judge_keeping(CARD), OK, "keeps what is written", ""),
    "an overlay": (
        *(card.judge_keeping(replace(CARD, kind="overlay")), FAULT, "gone at the next boot"),
        "sudo raspi-config nonint do_overlayfs 1 && sudo reboot",
    ),
    "a folder in memory": (
        *(card.judge_keeping(replace(CARD, folder="/tmp/x", mount="/tmp", kind="tmpfs")), FAULT, "tmpfs"),
        "config show",
    ),
    "a partition that the overlay made read-only": (
        *(card.judge_keeping(replace(CARD, mount="/data", read_only=True)), FAULT, "read-only"),
        "sudo mount -o remount,rw /data",
    ),
    "well supplied": (power.judge(power.Power(0, 48.3)), OK, "48 °C", ""),
    "nobody tells": (power.judge(power.Power(None, None)), OK, "nothing here tells", ""),
    "under-voltage now": (power.judge(power.Power(0x50005, 51.0)), FAULT, "too low, 51 °C", "power supply"),
    "under-voltage before": (power.judge(power.Power(0x50000, None)), WARNING, "since the last boot", "power supply"),
    "throttled by heat": (power.judge(power.Power(0x80008, 82.4)), WARNING, "slowed down by heat", "heat sink"),
    "hot, and no flags": (power.judge(power.Power(None, 84.0)), WARNING, "84 °C", "heat sink"),
    "hot before": (power.judge(power.Power(0x80000, 40.0)), WARNING, "was slowed down", "heat sink"),
    "installed": (service.judge_unit(UNIT), OK, "starts at boot", ""),
    "disabled": (service.judge_unit(UNIT | {"UnitFileState": "disabled"}), WARNING, "disabled", "systemctl enable"),
    "not installed": (service.judge_unit(UNIT | {"LoadState": "not-found"}), WARNING, "not-found", "deploy/install.sh"),
    "no systemd": (service.judge_unit({}), WARNING, "systemd says nothing", "edge-handsign run"),
    "active": (service.judge_service(UNIT), OK, "active", ""),
    "stopped": (
        *(service.judge_service(UNIT | {"ActiveState": "inactive", "SubState": "dead"}), WARNING, "inactive (dead)"),
        "sudo systemctl start edge-handsign",
    ),
    "ended by its settings": (
        *(service.judge_service(UNIT | {"ActiveState": "failed", "ExecMainStatus": "78"}), FAULT, "settings"),
        "edge-handsign config check",
    ),
    "held by a driver": (
        *(service.judge_service(UNIT | {"ActiveState": "failed", "ExecMainStatus": "71"}), FAULT, "hangs in a driver"),
        "sudo reboot",
    ),
    "crashing": (
        *(service.judge_service(UNIT | {"ActiveState": "activating", "Result": "watchdog", "NRestarts": "9"}), FAULT),
        *("activating (watchdog), started again 9 times", "journalctl -u edge-handsign"),
    ),
    "starting": (
        *(service.judge_service(UNIT | {"ActiveState": "activating", "SubState": "start"}), WARNING),
        *("activating (start)", "journalctl"),
    ),
    "restless": (service.judge_service(UNIT | {"NRestarts": "4"}), WARNING, "again 4 times", "journalctl"),
    "a box that is well": (service.judge_box({"condition": "ready", "uptime_s": 61.2}), OK, "ready, runs for 61 s", ""),
    "a box in safe mode": (service.judge_box({"condition": "safe mode"}), FAULT, "safe mode", "edge-handsign status"),
    "a box without pictures": (service.judge_box({"condition": "camera"}), FAULT, "cable", "journalctl"),
    "a camera that delivers": (camera.judge(camera.Sight(fps=10.0, mean=91.0, spread=40.0)), OK, "10.0 pictures", ""),
    "a camera of a box": (camera.judge(camera.Sight(fps=9.9, age_s=0.1)), OK, "the newest 0.1 s old", ""),
    "a camera that stopped": (camera.judge(camera.Sight(fps=9.9, age_s=31.0)), FAULT, "31 s old", "restart"),
    "a box that has seen nothing": (camera.judge(camera.Sight()), WARNING, "nothing yet", "journalctl"),
    "a lens cap": (camera.judge(camera.Sight(fps=10.0, mean=2.0, spread=1.0)), WARNING, "black", "rpicam-hello"),
    "a camera that hangs": (
        *(camera.judge(camera.Sight(trouble="the camera hangs: no answer within 40 s")), FAULT, "hangs"),
        "rpicam-hello --list-cameras",
    ),
    "a camera of another program": (
        *(camera.judge(camera.Sight(trouble="the camera is in use by rpicam-vid (812): stop that first")), FAULT),
        *("rpicam-vid (812)", "sudo fuser -v"),
    ),
    "detection switched off": (
        *(camera.judge(camera.Sight(trouble="no camera was found", boot=("camera_auto_detect=0",))), FAULT),
        *("camera_auto_detect=0", "config.txt && sudo reboot"),
    ),
    "detection switched off, yet it sees": (
        *(camera.judge(camera.Sight(fps=10.0, mean=91.0, spread=40.0, boot=("start_x=1",))), OK, "10.0"),
        "",
    ),
    "a camera behind a door": (camera.judge(camera.Sight(hidden="you may not")), WARNING, "you may not", "sudo"),
}


@pytest.mark.parametrize(("finding", "verdict", "says", "mend"), CASES.values(), ids=CASES)
def test_the_verdict_and_the_command_that_mends(finding: Finding, verdict: Verdict, says: str, mend: str) -> None:
    assert finding.verdict is verdict
    assert says in finding.says
    assert mend in finding.mend
    assert bool(finding.mend) is (verdict is not OK)


def test_what_came_as_a_package_is_mended_by_it() -> None:
    assert installed.with_pip("uninstall numpy", packaged=True) == "sudo edge-handsign-setup"
    assert installed.again(packaged=True).startswith("sudo apt install --reinstall")
