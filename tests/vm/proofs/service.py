"""The service comes, comes back, and is careful when it cannot."""

import os
import signal
import time
from functools import partial
from pathlib import Path

from tests.vm.bench import hold_up, photographs, until
from tests.vm.daemon import RESCUE, START_S, UNIT, active, asked, changed, journal, knows, pid, said, shown

FORBIDDEN = Path("/etc/edge-handsign/no-reboot")
ACTED = "EH-704 a driver hangs"  # of the rescue


def _again(before: int) -> bool:
    return pid() not in {0, before} and active()


def ready() -> str:
    """Active by itself after the boot, with the first picture that went through the network."""
    hold_up(photographs("palm")[0])
    until(active, "the service is active", START_S)
    told = asked("status")
    assert told["frame_age_s"] is not None, "it was ready before it had seen anything"
    assert told["condition"] == "ready", told
    assert shown("NRestarts") == "0", "it needed a restart"
    return f"enabled, active after the boot without a restart; {told['backbone']}"


def blind() -> str:
    """Without a camera the box says so, and sees as soon as there is one; the libraries of the driver stay loaded."""
    said("systemctl", "stop", UNIT)
    said("rmmod", "vimc")
    before = journal("no camera was found")
    said("systemctl", "start", UNIT)
    until(lambda: journal("no camera was found") > before, "it misses its camera")
    told = asked("status")
    assert (told["condition"], told["frame_age_s"]) == ("camera", None), told
    held = pid()
    said("modprobe", "vimc")
    took = until(lambda: asked("status")["condition"] == "ready", "it sees again")
    assert pid() == held, "it needed a fresh process"
    return f"camera's driver taken away: 'no camera was found', two flashes; back again: seeing after {took:.0f} s"


def stopped() -> str:
    """A process that does nothing any more is restarted by the watchdog."""
    before, waits = pid(), shown("WatchdogUSec")
    os.kill(before, signal.SIGSTOP)
    barks = journal("Watchdog timeout")
    took = until(partial(_again, before), "the watchdog restarts it", START_S)
    assert journal("Watchdog timeout") > barks, "it was not the watchdog"
    return f"SIGSTOP, WatchdogSec {waits}: seeing again after {took:.0f} s"


def killed() -> str:
    """A killed process comes back and still knows."""
    before, known = pid(), knows()
    assert known, "it was taught nothing that could be lost"
    os.kill(before, signal.SIGKILL)
    took = until(partial(_again, before), "it comes back", START_S)
    assert knows() == known, f"it knew {known} and knows {knows()}"
    return f"SIGKILL: seeing again after {took:.0f} s, {sum(known.values())} of {sum(known.values())} samples"


def safe_mode() -> str:
    """Three crashes in five minutes, those of before among them, and it stays up in safe mode; a restart ends that."""
    said("systemctl", "restart", UNIT)
    crashes, began = 0, time.monotonic()
    while asked("status").get("condition") != "safe mode":
        assert crashes < 3, f"still not in safe mode after {crashes} crashes in {time.monotonic() - began:.0f} s"
        before = pid()
        os.kill(before, signal.SIGSEGV)
        crashes += 1
        until(partial(_again, before), "it comes back", START_S)
    why = asked("status")["message"]
    assert why.startswith("it crashed 3 times in 5 minutes"), why
    held = pid()
    time.sleep(15)  # longer than the watchdog waits
    assert pid() == held, "safe mode does not last"
    said("systemctl", "restart", UNIT)
    told = asked("status")
    assert told["condition"] == "ready", told
    return f"'it crashed 3 times in 5 minutes', {crashes} of them here; stable under the watchdog; gone after a restart"


def rescued() -> str:
    """The rescue acts after the one status that means a hanging driver, and after none of the crashes before."""
    assert journal("so nothing is done", RESCUE), "no crash came before"
    assert not journal(ACTED, RESCUE), "it acted after a crash"
    FORBIDDEN.touch()
    try:
        with changed("ExecStart=\nExecStart=/bin/sh -c 'exit 71'"):
            said("systemctl", "restart", UNIT, status=1)
            until(lambda: journal("this machine is not to be rebooted", RESCUE), "it acts", START_S)
        until(active, "it starts the box again", START_S)
    finally:
        FORBIDDEN.unlink()
    return "it left every crash to systemd; after status 71 it wanted to reboot, was forbidden to, and started the box"
