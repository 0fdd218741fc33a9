"""The service: installed, enabled at boot, and well; and the box that runs, as it says itself."""

from collections.abc import Mapping
from typing import Any

from edge_handsign.core.feedback import SIGNALS, Signal
from edge_handsign.doctor.finding import Finding, Findings, fault, ok, warning
from edge_handsign.doctor.patient import Patient

JOURNAL = "journalctl -u edge-handsign -b -e"
ENDS = {  # statuses after which it waits for somebody
    "71": ("the process before it hangs in a driver", "sudo reboot"),
    "78": ("it ended because of its settings", "edge-handsign config check"),
}
TROUBLES = (Signal.CAMERA, Signal.STORAGE, Signal.MODEL, Signal.SETTINGS, Signal.POWER, Signal.SAFE)
MANY = 3  # restarts that are no accident any more

Unit = Mapping[str, str]  # as systemd tells it; empty where it tells nothing


def judge_unit(unit: Unit) -> Finding:
    """There, and started at every boot."""
    if not unit:
        return warning("systemd says nothing, so nobody starts the box at boot", "edge-handsign run")
    if unit["LoadState"] != "loaded":
        return warning(
            f"edge-handsign.service is not installed ({unit['LoadState']}): the box runs by hand only",
            "sudo deploy/install.sh  # in a clone of the repository",
        )
    if unit["UnitFileState"] not in ("enabled", "enabled-runtime", "static"):
        return warning(
            f"the service is {unit['UnitFileState']}: it does not start at boot", "sudo systemctl enable edge-handsign"
        )
    return ok("installed, starts at boot")


def judge_service(unit: Unit) -> Finding:
    """What a loaded unit is at, how it ended, how often it began again."""
    state = unit["ActiveState"]
    restarts = int(unit["NRestarts"])
    if state != "active" and (end := ENDS.get(unit["ExecMainStatus"])):
        return fault(*end)
    if state in ("failed", "activating") and (restarts or state == "failed"):
        return fault(f"{state} ({unit['Result']}), started again {restarts} times", JOURNAL)
    if state != "active":
        return warning(
            f"{state} ({unit['SubState']})", "sudo systemctl start edge-handsign" if state == "inactive" else JOURNAL
        )
    if restarts >= MANY:
        return warning(f"active, but started again {restarts} times", JOURNAL)
    return ok("active")


def judge_box(told: Mapping[str, Any]) -> Finding:
    """Its condition, as its status LED shows it; `told` is its answer to `status`."""
    signal = next((signal for signal in TROUBLES if signal.value == told["condition"]), None)
    if signal is None:
        return ok(f"{told['condition']}, runs for {told['uptime_s']:.0f} s")
    return fault(f"it shows: {SIGNALS[signal].meaning}", f"edge-handsign status && {JOURNAL}")


def check(patient: Patient) -> Findings:
    """Judge what was asked already, as far as there is something."""
    unit, told = patient.occupant.unit, patient.occupant.told
    found = {"unit": judge_unit(unit)}
    if unit.get("LoadState") == "loaded":
        found["service"] = judge_service(unit)
    if told is not None:
        found["box"] = judge_box(told)
    return found
