"""The unit that starts the box at boot: systemd accepts it, and it keeps the promises made to the program."""

import configparser
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from edge_handsign.config.file import INSTALLED
from edge_handsign.control import ControlSettings
from edge_handsign.control.client import NOT_ALLOWED
from edge_handsign.store import StoreSettings

DEPLOY = Path(__file__).parents[1] / "deploy"
UNIT = DEPLOY / "edge-handsign.service"
RESCUE = DEPLOY / "edge-handsign-rescue.service"
DROP_INS = sorted((DEPLOY / "drop-ins").glob("*.conf"))
MOST_EXPOSED = 10  # in tenths: 1.0 of 10
PROGRAM = "/opt/edge-handsign/bin/python"
FOR_PID_1 = "hardware-watchdog.conf"
USERS = DEPLOY / "edge-handsign.sysusers"


def keys() -> dict[str, list[str]]:
    found = defaultdict(list)
    for line in UNIT.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            key, value = line.split("=", 1)
            found[key].append(value)
    return found


def needs(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


def verified(text: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    unit = folder / UNIT.name
    unit.write_text(text)
    (folder / RESCUE.name).write_text(RESCUE.read_text().replace(PROGRAM, sys.executable))
    return subprocess.run(
        [needs("systemd-analyze"), "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    done = verified(UNIT.read_text().replace(PROGRAM, sys.executable), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert keys()["ExecStart"] == [f"{PROGRAM} -I -m edge_handsign run --config {INSTALLED}"]
    assert keys()["ExecStopPost"] == [f"-{PROGRAM} -I -m edge_handsign silence --config {INSTALLED}"]


def test_systemd_would_have_said_so_if_not(tmp_path: Path) -> None:
    broken = UNIT.read_text().replace(PROGRAM, sys.executable).replace("WatchdogSec=10", "WatchdogSex=10")
    assert "WatchdogSex" in verified(broken, tmp_path).stderr


PROMISES = {
    "Type": "notify",
    "NotifyAccess": "main",
    "Restart": "always",
    "RestartSec": "2",
    "RestartPreventExitStatus": "71",  # only what a restart cannot mend and a reboot can
    "OnFailure": RESCUE.name,
    "TimeoutAbortSec": "5",
    "StartLimitIntervalSec": "0",  # never give up
    "WatchdogSec": "10",
    "TimeoutStartSec": "60",  # a camera warms up slowly
    "User": "edge-handsign",
    "SupplementaryGroups": "video gpio",
    "StateDirectory": "edge-handsign",
    "RuntimeDirectory": "edge-handsign",
    "RuntimeDirectoryPreserve": "restart",  # so that crashes can be counted
    "RuntimeDirectoryMode": "0750",  # its group may pass through to the control socket
    "StateDirectoryMode": "0700",
    "WorkingDirectory": "%S/edge-handsign",
    "Environment": "LG_WD=%t/edge-handsign MALLOC_ARENA_MAX=1",  # for rpi-lgpio's .lgd-nfy files; one heap
    "UMask": "0077",
    "IPAddressDeny": "any",  # what sees has no network
    "PrivateNetwork": "yes",
    "DevicePolicy": "closed",
    "NoNewPrivileges": "yes",
    "WantedBy": "multi-user.target",
}


@pytest.mark.parametrize("unit", [UNIT, RESCUE], ids=lambda unit: unit.name)
def test_hardly_anything_is_exposed(unit: Path) -> None:
    command = [needs("systemd-analyze"), "security", "--offline=true", "--no-pager"]
    done = subprocess.run([*command, f"--threshold={MOST_EXPOSED}", unit], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout.splitlines()[-1]


def test_an_open_unit_would_be_noticed(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("PrivateNetwork=yes", "").replace("SystemCallFilter=", "#"))
    command = [needs("systemd-analyze"), "security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(unit)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("drop_in", [file for file in DROP_INS if file.name != FOR_PID_1], ids=lambda file: file.name)
def test_systemd_accepts_what_only_a_board_can_decide(drop_in: Path, tmp_path: Path) -> None:
    version = subprocess.run([needs("systemd-analyze"), "--version"], capture_output=True, text=True, check=True).stdout
    if drop_in.name == "backoff.conf" and int(version.split()[1]) < 254:
        pytest.skip("backoff.conf is for systemd 254 or newer")
    folder = tmp_path / f"{UNIT.name}.d"
    folder.mkdir()
    (folder / drop_in.name).write_text(drop_in.read_text().replace(PROGRAM, sys.executable))
    done = verified(UNIT.read_text().replace(PROGRAM, sys.executable), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("drop_in", DROP_INS, ids=lambda file: file.name)
def test_each_says_where_it_goes(drop_in: Path) -> None:
    goes = "system.conf.d/" if drop_in.name == FOR_PID_1 else f"system/{UNIT.name}.d/"
    assert f"-> /etc/systemd/{goes}" in drop_in.read_text()
    assert drop_in.name in (DEPLOY / "README.md").read_text()


@pytest.mark.parametrize("key", PROMISES)
def test_the_unit_keeps_its_promise(key: str) -> None:
    assert keys()[key] == [PROMISES[key]]


def test_the_limit_stands_where_systemd_reads_it() -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read(UNIT)
    assert parser["Unit"]["StartLimitIntervalSec"] == "0"


def test_the_state_directory_is_where_the_store_keeps_samples() -> None:
    assert str(StoreSettings().folder) == f"/var/lib/{keys()['StateDirectory'][0]}"


def test_the_socket_is_in_the_runtime_directory_of_the_group_that_may_talk_to_it() -> None:
    assert ControlSettings().socket.parent == Path("/run") / keys()["RuntimeDirectory"][0]
    assert f"usermod -aG {keys()['Group'][0]} " in NOT_ALLOWED


def test_systemd_reloads_through_the_socket() -> None:
    start, reload = keys()["ExecStart"][0], keys()["ExecReload"][0]
    assert reload == start.partition(" run ")[0] + " config reload"


def test_the_user_is_made_in_the_groups_that_own_camera_and_pins(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    subprocess.run([needs("systemd-sysusers"), f"--root={tmp_path}", USERS], check=True, capture_output=True)
    groups = {line.split(":")[0]: line.split(":")[3] for line in (tmp_path / "etc/group").read_text().splitlines()}
    user = keys()["User"][0]
    assert [groups[group] for group in keys()["SupplementaryGroups"][0].split()] == [user, user]
    assert (tmp_path / "etc/passwd").read_text().splitlines()[-1].split(":")[0] == user
