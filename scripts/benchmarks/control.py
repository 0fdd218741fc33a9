"""A frame of the running daemon while 1,000 requests a second come over the control socket, beside one in peace."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from edge_handsign.commands.daemon import serve
from edge_handsign.config import Config
from edge_handsign.control import ControlSettings
from edge_handsign.hardware import Backbone
from scripts.benchmarks.box import Endless, Fingers, a_hand, taught
from scripts.benchmarks.figure import Figure

ROUNDS, FRAMES = 7, 1000
CALLERS, EACH_S = 8, 125  # requests a second of each


def measure() -> Iterator[Figure]:
    """95th percentiles, wall time, in turns, median of the rounds. In peace the requests go to a socket of nobody."""
    with taught(1_000) as (usual, backbone), TemporaryDirectory(prefix="eh") as folder:
        config = replace(usual, control=ControlSettings(Path(folder) / "control.sock"))
        rounds = [
            (_p95_s(config, backbone, config.control.socket), _p95_s(config, backbone, Path(folder) / "nobody"))
            for _ in range(ROUNDS)
        ]
    asked, quiet = zip(*rounds, strict=True)
    (asked_s, sent, answered), (quiet_s, _, _) = (map(median, zip(*side, strict=True)) for side in (asked, quiet))
    yield Figure("a frame under 1,000 requests/s, p95", asked_s * 1e3, "ms", "in peace", quiet_s * 1e3, most_times=1.05)
    yield Figure("requests that were sent", sent, "/s", "answered or refused", answered)


def _p95_s(config: Config, backbone: Backbone, path: Path) -> tuple[float, float, float]:
    """Seconds, and requests a second that were sent and answered."""
    camera, box = Endless(a_hand(backbone.input_size), FRAMES), config.box()
    with socket.socket(socket.AF_UNIX) as nobody:
        if path != config.control.socket:
            path.unlink(missing_ok=True)
            nobody.bind(str(path))
            nobody.listen(CALLERS)
        flood = subprocess.Popen(
            [sys.executable, "-c", FLOOD, path, str(CALLERS), str(EACH_S)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        serve(config, box, backbone, lambda: camera, Fingers(len(box.buttons)))
        told, _ = flood.communicate("")
    sent, answered = map(float, told.split())
    gaps = [later - earlier for earlier, later in pairwise(camera.asked_at[10:])]
    return quantiles(gaps, n=20)[18], sent, answered


# Paces itself, and sends whether or not it is answered; what the kernel does not take any more counts as sent.
FLOOD = r"""
import select, socket, sys, time
path, callers, each_s = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
connections = []
while len(connections) < callers:
    one = socket.socket(socket.AF_UNIX)
    try:
        one.connect(path)
    except OSError:
        time.sleep(0.01)
        continue
    one.setblocking(False)
    connections.append(one)
began, rounds, sent, answered = time.monotonic(), 0, 0, 0
while connections and not select.select([sys.stdin], [], [], 0)[0]:
    rounds += 1
    for one in list(connections):
        try:
            sent += 1
            one.send(b'{"do": "status"}\n')
        except BlockingIOError:
            pass
        except OSError:
            connections.remove(one)
            continue
        try:
            answered += one.recv(65536).count(b"\n")
        except BlockingIOError:
            pass
        except OSError:
            connections.remove(one)
    time.sleep(max(0.0, began + rounds / each_s - time.monotonic()))
seconds = time.monotonic() - began
print(sent / seconds, answered / seconds)
"""
