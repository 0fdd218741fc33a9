"""Facts from files that are laid as a Pi has them, from processes apart, and from boxes that run."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge_handsign import runtimes
from edge_handsign.config import Config
from edge_handsign.control import ControlSettings
from edge_handsign.core.messages import Teach
from edge_handsign.devices.bench import BenchBackbone
from edge_handsign.doctor import (
    Occupant,
    Patient,
    Verdict,
    apart,
    board,
    camera,
    card,
    examination,
    examine,
    groups,
    libraries,
    memory,
    model,
    occupant,
    pins,
    power,
    runtime,
    service,
    system,
)
from edge_handsign.doctor import python as pythons
from edge_handsign.doctor.finding import Findings
from edge_handsign.doctor.tree import Tree
from edge_handsign.store import Store, StoreSettings
from tests.doctor.systems import PI_3, PI_4, PI_5, SYSTEMS, lay
from tests.simulator import Simulator

FOLDER = Path("/var/lib/edge-handsign")


@pytest.fixture(params=SYSTEMS)
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Tree:
    return Tree(lay(tmp_path, SYSTEMS[request.param]))


def test_every_pi_is_known_by_its_files(tree: Tree) -> None:
    assert board.judge(replace(board.look(tree), machine="aarch64")).verdict is Verdict.OK
    assert board.look(tree).memory_mb > 400
    row = runtimes.system("aarch64", (3, 11))
    assert system.judge(replace(system.look(tree), row=row)).verdict is Verdict.OK
    assert power.look(tree) == power.Power(0, 48.312)
    assert camera.obstacles(tree) == ()
    assert card.look(FOLDER, tree).kind == "ext4"


def test_a_pi_5_is_one(tmp_path: Path) -> None:
    assert board.look(Tree(lay(tmp_path / "5", PI_5))).is_pi_5
    assert not board.look(Tree(lay(tmp_path / "4", PI_4))).is_pi_5
    module = {"proc/device-tree/model": "Raspberry Pi Compute Module 5 Rev 1.0\0"}
    assert board.look(Tree(lay(tmp_path / "module", module))).is_pi_5


def test_an_empty_tree_says_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    assert board.look(tree).model is None
    assert board.look(tree).memory_mb == 0
    assert system.look(tree).name == ""
    assert camera.obstacles(tree) == ()
    assert power.look(tree).celsius is None
    assert card.look(FOLDER, tree).kind == ""


def test_raspbian_is_raspberrys_without_its_mark(tmp_path: Path) -> None:
    files = {name: text for name, text in PI_3.items() if name != "etc/rpi-issue"}
    assert system.look(Tree(lay(tmp_path, files))).raspberry


@pytest.mark.parametrize(
    ("place", "word"),
    [
        ("soc/soc:firmware", "50005"),
        ("soc@107c000000/soc@107c000000:firmware", "50005\n"),
    ],
)
def test_the_firmwares_word_is_hexadecimal(tmp_path: Path, place: str, word: str) -> None:
    tree = Tree(lay(tmp_path, {f"sys/devices/platform/{place}/get_throttled": word}))
    assert power.flags(tree) == 0x50005


MOUNTS = {
    "the card": ("/dev/mmcblk0p2 / ext4 rw,noatime 0 0", "/", "ext4", False),
    "raspi-config's overlay": (
        "/dev/mmcblk0p2 /media/root-ro ext4 ro 0 0\noverlayroot / overlay rw,lowerdir=/media/root-ro 0 0",
        *("/", "overlay", False),
    ),
    "a partition of its own": (
        "overlayroot / overlay rw 0 0\n/dev/mmcblk0p3 /var/lib/edge-handsign ext4 ro,relatime 0 0",
        *("/var/lib/edge-handsign", "ext4", True),
    ),
    "mounted over": (
        "/dev/mmcblk0p2 / ext4 rw 0 0\ntmpfs /var/lib tmpfs rw 0 0\n/dev/sda1 /var/lib ext4 rw 0 0",
        *("/var/lib", "ext4", False),
    ),
    "a neighbour of like name": ("/dev/mmcblk0p2 / ext4 rw 0 0\ntmpfs /var/li tmpfs rw 0 0", "/", "ext4", False),
    "a name with a blank": (
        "/dev/sda1 / ext4 rw 0 0\ntmpfs /my\\040stick tmpfs rw 0 0",
        *("/", "ext4", False),
    ),
}


@pytest.mark.parametrize(("table", "mount", "kind", "read_only"), MOUNTS.values(), ids=MOUNTS)
def test_what_the_folder_lies_on(tmp_path: Path, table: str, mount: str, kind: str, *, read_only: bool) -> None:
    found = card.look(FOLDER, Tree(lay(tmp_path, {"proc/mounts": table + "\n"})))
    assert (found.mount, found.kind, found.read_only) == (mount, kind, read_only)
    assert found.free > 0


CONFIG_TXT = {
    "as it ships": ("camera_auto_detect=1\n", ()),
    "detection off": ("# camera\ncamera_auto_detect=0  # for another one\n", ("camera_auto_detect=0",)),
    "detection off, the sensor named": ("camera_auto_detect=0\ndtoverlay=imx219,cam0\n", ()),
    "the old stack": ("start_x=1\ngpu_mem=128\n", ("start_x=1",)),
    "the old stack, taken back": ("#start_x=1\n", ()),
}


@pytest.mark.parametrize(("text", "found"), CONFIG_TXT.values(), ids=CONFIG_TXT)
@pytest.mark.parametrize("place", camera.BOOT)
def test_what_keeps_libcamera_from_the_camera(tmp_path: Path, place: str, text: str, found: tuple[str, ...]) -> None:
    assert camera.obstacles(Tree(lay(tmp_path, {place.lstrip("/"): text}))) == found


def test_groups_are_those_of_the_tables(tmp_path: Path) -> None:
    found = groups.look(Tree(lay(tmp_path, PI_4)), (1000, 44), 1000, installed=True)
    assert found.me == "ada"
    assert found.mine == {"ada", "video"}
    assert found.service == frozenset({"edge-handsign", "video", "gpio"})
    assert found.missing == frozenset()


def test_groups_of_a_system_without_the_user(tmp_path: Path) -> None:
    found = groups.look(
        Tree(lay(tmp_path, {"etc/passwd": "root:x:0:0:root:/root:/bin/sh\nbroken\n"})), (5,), 7, installed=True
    )
    assert (found.me, found.service, found.missing) == ("7", None, frozenset({"video", "gpio"}))


def test_this_python_and_its_libraries_are_found() -> None:
    assert pythons.look().version[:2] >= (3, 11)
    found = libraries.look()
    assert Path(found.numpy.file).is_file()
    assert found.numpy.trouble == ""


def test_a_simplejpeg_that_was_built_for_another_numpy_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(
        tmp_path,
        {"simplejpeg/__init__.py": "raise ValueError('numpy.dtype size changed')", "picamera2/__init__.py": "1 / 0"},
    )
    monkeypatch.syspath_prepend(tmp_path)
    found = libraries.look()
    assert found.simplejpeg.trouble == "ValueError: numpy.dtype size changed"
    assert found.picamera2.file == str(tmp_path / "picamera2/__init__.py")  # looked for, not imported
    assert "does not fit" in libraries.judge_picamera2(found).says


def test_the_runtime_is_the_one_that_the_settings_ask_for() -> None:
    found = runtime.look("auto")
    assert runtime.judge(found).verdict is (Verdict.FAULT if found.trouble else Verdict.OK)
    assert found.title or found.trouble


def test_a_runtime_that_dies_while_it_is_loaded_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    suicide = "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n"
    lay(tmp_path, {"ai_edge_litert/__init__.py": suicide})
    monkeypatch.syspath_prepend(tmp_path)
    finding = runtime.judge(runtime.look("litert"))
    assert finding.verdict is Verdict.FAULT
    assert "it died of SIGSEGV" in finding.says


def sleep_for_ever() -> apart.Answer:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)
    return {}


def say_nothing() -> apart.Answer:
    os._exit(3)


def say_where(word: str) -> apart.Answer:
    return {"word": word, "folder": os.listdir(), "pid": os.getpid()}  # noqa: PTH208


def test_a_process_apart_answers_from_an_empty_folder() -> None:
    answer = apart.ask(say_where, 30, "hällo")
    assert (answer["word"], answer["folder"]) == ("hällo", [])
    assert answer["pid"] != os.getpid()


def test_a_process_apart_that_hangs_is_killed() -> None:
    with pytest.raises(apart.Silent, match=r"no answer within 0\.5 s"):
        apart.ask(sleep_for_ever, 0.5)


def test_a_process_apart_that_ends_without_a_word_is_told_of() -> None:
    with pytest.raises(apart.Silent, match="status 3 and no answer"):
        apart.ask(say_nothing, 30)


def test_the_shipped_model_is_what_its_card_says(tmp_path: Path) -> None:
    assert model.judge(model.look("handsign")).says.endswith("as its card says")
    found = model.look("handsign")
    broken = tmp_path / "handsign.tflite"
    broken.write_bytes(Path(found.path).read_bytes()[:-1000])
    assert model.judge(model.look(str(broken))).verdict is Verdict.FAULT


def teach(folder: Path, count: int) -> None:
    backbone = BenchBackbone()
    vector = backbone._projection[0] / (backbone._projection[0] ** 2).sum() ** 0.5
    with Store(folder, backbone.fingerprint, backbone.dimension, backbone.name) as store:
        for number in range(count):
            store.teach(Teach("fist", number + 1, vector))


def test_a_memory_is_read_where_no_box_runs(tmp_path: Path) -> None:
    nobody = Occupant()
    folder = tmp_path / "state"
    assert memory.look(folder, nobody) == memory.Memory(str(folder))
    teach(folder, 3)
    assert memory.look(folder, nobody) == memory.Memory(str(folder), awake=3, signs=1)
    (folder / "samples.db").write_bytes(b"not a database, by no means" * 100)
    assert memory.judge(memory.look(folder, nobody)).verdict is Verdict.FAULT
    assert memory.look(folder, Occupant(locked=True)).hidden


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Config]:
    """One that runs in a process of its own, and is seen from outside."""
    config = box_in(tmp_path / "state")
    with Simulator("--state", config.store.folder):
        until = time.monotonic() + 120
        while (seen(config).told or {}).get("frame_age_s") is None and time.monotonic() < until:
            time.sleep(0.1)
        yield config


def box_in(folder: Path) -> Config:
    return replace(Config(), store=StoreSettings(folder), control=ControlSettings(folder / "control.sock"))


def seen(config: Config) -> Occupant:
    return occupant.look(config.control.socket, config.store.folder, Tree())


def test_a_box_that_runs_is_asked_and_left_alone(box: Config) -> None:
    found = seen(box)
    assert found.busy
    assert found.locked
    assert found.told is not None
    patient = Patient(settings=box, occupant=found)
    assert camera.look(patient, nobody_looks).age_s is not None
    assert pins.look(patient).busy
    assert service.check(patient)["box"].verdict is Verdict.OK
    assert memory.look(box.store.folder, found).hidden == ""


def nobody_looks(spec: str, file: str | None) -> apart.Answer:
    raise AssertionError(f"the {spec} camera of {file} was opened")


def test_a_box_that_does_not_answer_is_there_all_the_same(box: Config, tmp_path: Path) -> None:
    moved = replace(box, control=ControlSettings(tmp_path / "elsewhere.sock"))
    found = seen(moved)
    assert (found.told, found.locked, found.busy) == (None, True, True)
    assert camera.judge(camera.look(Patient(occupant=found), nobody_looks)).verdict is Verdict.WARNING


def test_where_nothing_runs_nobody_is_busy(tmp_path: Path) -> None:
    found = seen(box_in(tmp_path))
    assert (found.told, found.refusal, found.locked) == (None, "", False)
    teach(tmp_path, 1)
    assert not seen(box_in(tmp_path)).locked


def gives_a_picture(spec: str, file: str | None) -> apart.Answer:
    return {"fps": 10.0, "mean": 90.0, "spread": 30.0} if (spec, file) == ("drawn", None) else {"trouble": "no"}


def test_a_camera_that_nobody_holds_is_opened_in_a_process_apart() -> None:
    assert camera.look(Patient(camera="drawn"), gives_a_picture).fps == 10.0
    assert camera.look(Patient(camera="webcam"), gives_a_picture).trouble == "no"


def hang(_: Patient) -> Findings:
    time.sleep(600)
    return {}


def faint(_: Patient) -> Findings:
    raise LookupError("a bug")


def test_a_check_that_hangs_is_not_waited_for() -> None:
    (finding,) = examination.in_time("card", hang, Patient(), 0.2).values()
    assert finding.verdict is Verdict.FAULT
    assert "no answer within 0.2 s" in finding.says


def test_a_check_that_fails_is_a_line_and_no_traceback() -> None:
    (finding,) = examination.in_time("card", faint, Patient(), 5).values()
    assert finding.verdict is Verdict.FAULT
    assert "LookupError: a bug" in finding.says


@pytest.mark.usefixtures("gpio")
def test_a_healthy_pi_4_on_bookworm_is_told_so_line_by_line(tmp_path: Path) -> None:
    """Files as there; Python, libraries and systemd are this machine's."""
    root = lay(tmp_path / "root", PI_4)
    patient = Patient(Tree(root), box_in(tmp_path / "state"), camera="drawn")
    found = dict(examine(patient, gives_a_picture))
    well = ("board", "power", "groups", "settings", "model", "card", "keeping", "memory", "camera")
    assert {found[name].verdict for name in well} == {Verdict.OK}, found
    assert list(found)[:3] == ["board", "power", "system"]
    assert all(finding.mend for finding in found.values() if finding.verdict)


@pytest.mark.usefixtures("gpio")
def test_pins_that_nobody_holds_are_claimed_and_given_back(tmp_path: Path) -> None:
    header = pins.Header(True, False, {"rpi-lgpio": "0.6"}, {"gpiochip0": True}, False)
    assert pins.tried(header, Patient()) == header
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("pins: {buttons_pull: down}\n")
    assert pins.tried(header, Patient(file=wrong)).pressed == ()


def program(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that stands where the system's would."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_what_systemd_says_of_the_unit_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "LoadState=loaded ActiveState=active SubState=running UnitFileState=enabled Result=success ExecMainStatus=0"
    program(tmp_path, "systemctl", f"printf '%s\\n' {said} NRestarts=5", monkeypatch)
    found = seen(box_in(tmp_path / "state"))
    assert found.busy, "an active unit holds the devices, whatever else cannot be seen"
    told = service.check(Patient(occupant=found))
    assert (told["unit"].verdict, told["service"].verdict) == (Verdict.OK, Verdict.WARNING)


def test_a_unit_that_nobody_has_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "LoadState=not-found ActiveState=inactive SubState=dead UnitFileState= Result=success ExecMainStatus=0"
    program(tmp_path, "systemctl", f"printf '%s\\n' {said} NRestarts=0", monkeypatch)
    found = seen(box_in(tmp_path / "state"))
    assert not found.busy
    assert "not installed" in service.check(Patient(occupant=found))["unit"].says


def test_a_system_without_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "systemctl", "echo 'System has not been booted with systemd' >&2; exit 1", monkeypatch)
    assert occupant.unit_state() == {}


@pytest.mark.parametrize(
    ("script", "flags"),
    [("echo throttled=0x50005", 0x50005), ("echo 'error: no /dev/vcio'; exit 255", None), ("echo nonsense", None)],
)
def test_the_firmwares_program_is_asked_where_there_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, flags: int | None
) -> None:
    program(tmp_path, "vcgencmd", script, monkeypatch)
    assert power.flags(Tree(tmp_path / "empty")) == flags


@pytest.mark.usefixtures("gpio")
def test_a_pi_with_the_module_has_its_pins_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = "Metadata-Version: 2.1\nName: rpi-lgpio\nVersion: 0.6\n"
    monkeypatch.syspath_prepend(lay(tmp_path / "site", {"rpi_lgpio-0.6.dist-info/METADATA": metadata}))
    patient = Patient(Tree(lay(tmp_path / "root", PI_4)))
    assert pins.check(patient)["pins"].says == "rpi-lgpio 0.6, all pins can be used, no button is pressed"
    busy = replace(patient, occupant=Occupant(locked=True))
    assert pins.check(busy)["pins"].says == "rpi-lgpio 0.6; the box that runs holds the pins"
