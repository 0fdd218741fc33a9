"""May the machine be rebooted because a driver hangs? At most once an hour, and not where that is forbidden.

A Pi has no clock that runs on while it is off, so an hour is counted as an hour of being up: a machine that has ever
been rebooted for this reason has to run for an hour before it may be again.
"""

from dataclasses import dataclass

PAUSE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Case:
    """What the decision needs to know."""

    up_s: float  # since this boot
    before: bool  # it has been rebooted for this reason before, in whichever boot
    forbidden: bool


def reason_not_to(case: Case) -> str:
    """Why not to reboot, empty when to do it."""
    if case.forbidden:
        return "this machine is not to be rebooted"
    if case.before and case.up_s < PAUSE_S:
        return f"it has been rebooted for this before and is up for {case.up_s / 60:.0f} minutes only"
    return ""
