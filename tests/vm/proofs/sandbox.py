"""The unit's sandbox, tried from inside: the probe runs before the box, in the box's own sandbox."""

import json
from pathlib import Path

from tests.vm.bench import until
from tests.vm.daemon import START_S, UNIT, active, changed, said

EXPOSED = 1.0  # of systemd-analyze's 0 to 10
PROBE = "/opt/edge-handsign/bin/python -I /tree/tests/vm/probe.py"
FOUND = Path("/run/edge-handsign/probe.json")
OPEN = Path("/home/outsider/open.txt")
# Devices that file permissions alone do not keep from it. A pseudo-terminal, /dev/ptmx, is none of them: DevicePolicy
# closed leaves it open, as it does /dev/null.
EVERYBODYS = ("/dev/vda", "/dev/kmsg", "/dev/fuse")


def score() -> str:
    """What systemd-analyze says of the installed unit."""
    told = said("systemd-analyze", "security", "--no-pager", UNIT).splitlines()[-1]
    exposed = float(told.split(": ")[1].split()[0])
    assert exposed <= EXPOSED, told
    return f"systemd-analyze security of the installed unit: {exposed}"


def denies() -> str:
    """What the sandbox refuses is there for the same user outside of it."""
    OPEN.parent.chmod(0o777)
    OPEN.write_text("anybody may read this")
    for device in EVERYBODYS:
        Path(device).chmod(0o666)
    Path("/proc/sys/kernel/dmesg_restrict").write_text("0")  # else Debian's kernel keeps its log from everybody
    outside = json.loads(said("runuser", "-u", "edge-handsign", "-G", "video", "-G", "gpio", "--", *PROBE.split()))
    with changed(f"ExecStartPre=/bin/sh -c '{PROBE} > $RUNTIME_DIRECTORY/probe.json'"):
        said("systemctl", "restart", UNIT)
        inside = json.loads(FOUND.read_text())
    until(active, "the box is back", START_S)
    allowed = {name for name, trouble in inside.items() if not trouble}
    assert allowed == {name for name in inside if name.startswith("needed:")}, f"inside: {inside}"
    weak = {name for name, trouble in outside.items() if trouble and not name.startswith("root:")}
    assert not weak, f"outside too, so nothing is shown: { {name: outside[name] for name in weak} }"
    refused = sorted(set(inside) - allowed)
    return f"inside refused: {', '.join(name.removeprefix('root:') for name in refused)}; camera and pins open"
