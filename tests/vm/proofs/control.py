"""The control socket: for whom it is open, for whom it is closed."""

import json
import subprocess
import time

from tests.vm.bench import photographs, until
from tests.vm.daemon import knows, said, show

CLI = "/usr/bin/edge-handsign"
NOT_ALLOWED = 77
STARTS_S = 15  # until an emulated processor has begun to watch


def member() -> str:
    """Somebody in the group edge-handsign asks, watches and teaches."""
    show(photographs("palm")[0])
    before = knows().get("palm", 0)
    told = json.loads(_as("insider", "status", "--json"))
    assert told["condition"] == "ready", told
    watch = ["runuser", "-u", "insider", "--", CLI, "watch"]
    with subprocess.Popen(watch, stdout=subprocess.PIPE, text=True) as watching:
        try:
            time.sleep(STARTS_S)
            _as("insider", "teach", "palm")
            assert watching.stdout is not None
            event = json.loads(watching.stdout.readline())
        finally:
            watching.terminate()
    assert knows()["palm"] == before + 1, knows()
    assert "event" in event, event
    _as("insider", "undo")
    until(lambda: knows().get("palm", 0) == before, "undo takes it back")
    return f"status, watch ({event['event']}), teach and undo as a member of the group"


def stranger() -> str:
    """Somebody else is refused, and told what to do."""
    for verb in (("status",), ("watch",), ("teach", "palm")):
        refused = _as("outsider", *verb, status=NOT_ALLOWED)
        assert "usermod -aG edge-handsign" in refused, refused
    said("runuser", "-u", "outsider", "--", "ls", "/var/lib/edge-handsign", status=2)
    return f"the same three, as somebody outside: status {NOT_ALLOWED}, and the memory's folder is closed"


def _as(user: str, *verb: str, status: int = 0) -> str:
    return said("runuser", "-u", user, "--", CLI, *verb, status=status)
