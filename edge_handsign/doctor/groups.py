"""Who may use camera and pins, and who may talk to the box."""

import os
from dataclasses import dataclass

from edge_handsign.doctor.finding import Finding, Findings, fault, ok, warning
from edge_handsign.doctor.patient import Patient
from edge_handsign.doctor.tree import Tree

NAME = "edge-handsign"  # of the service's user, and of the group that may talk to it
DEVICES = ("video", "gpio")


@dataclass(frozen=True, slots=True)
class Groups:
    """`service` is None where its user does not exist; `mine` are the groups of this process."""

    me: str
    mine: frozenset[str]
    service: frozenset[str] | None
    installed: bool  # there is a unit for that user
    missing: frozenset[str]  # of DEVICES, that the system does not have


def look(tree: Tree, ids: tuple[int, ...], uid: int, *, installed: bool) -> Groups:
    """From the system's two tables; `ids` are the numbers of this process's groups, `uid` of its user."""
    users = {fields[0]: fields for fields in _table(tree, "/etc/passwd", 7)}
    groups = {fields[0]: fields for fields in _table(tree, "/etc/group", 4)}
    me = next((name for name, fields in users.items() if fields[2] == str(uid)), str(uid))
    mine = {name for name, fields in groups.items() if fields[2] in map(str, ids)}
    service = None
    if NAME in users:
        primary = users[NAME][3]
        service = frozenset(
            name for name, fields in groups.items() if fields[2] == primary or NAME in fields[3].split(",")
        )
    return Groups(me, frozenset(mine), service, installed, frozenset(DEVICES) - set(groups))


def _table(tree: Tree, path: str, width: int) -> list[list[str]]:
    rows = [line.split(":") for line in tree.lines(path)]
    return [row for row in rows if len(row) == width]


def judge(groups: Groups) -> Finding:
    """The service's user first, then whoever asks."""
    if groups.installed:
        return _judge_service(groups)
    lacking = sorted(set(DEVICES) - groups.mine - groups.missing)
    if lacking and groups.me != "root":
        return warning(
            f"{groups.me} is not in {' and '.join(lacking)}, so may not run the box by hand",
            f"sudo usermod -aG {','.join(lacking)} {groups.me}  # then log in again",
        )
    return ok(f"{groups.me} may use camera and pins")


def _judge_service(groups: Groups) -> Finding:
    if groups.service is None:
        return fault(f"the unit is there, its user {NAME} is not", "sudo systemd-sysusers")
    if lacking := sorted(set(DEVICES) - groups.service):
        return fault(
            f"the service's user is not in {' and '.join(lacking)}",
            f"sudo usermod -aG {','.join(lacking)} {NAME} && sudo systemctl restart {NAME}",
        )
    if groups.me != "root" and NAME not in groups.mine:
        return warning(
            f"{groups.me} may not talk to the box (status, teach, undo)",
            f"sudo usermod -aG {NAME} {groups.me}  # then log in again",
        )
    return ok(f"the service may use camera and pins, {groups.me} may talk to it")


def check(patient: Patient) -> Findings:
    """Look and judge."""
    installed = patient.occupant.unit.get("LoadState") == "loaded"
    return {"groups": judge(look(patient.tree, (os.getegid(), *os.getgroups()), os.geteuid(), installed=installed))}
