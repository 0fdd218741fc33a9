"""A frame of the running daemon while 1,000 requests a second come over the control socket, or errands without a pause,
beside one in peace.
"""

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

ROUNDS, FRAMES = 9, 2000
CALLERS, EACH_S = 8, 125  # requests a second of each


def measure() -> Iterator[Figure]:
    """95th percentiles, wall time, in turns, median of the rounds. In peace the requests go to a socket of nobody."""
    with taught(1_000) as (usual, backbone), TemporaryDirectory(prefix="eh") as folder:
        config = replace(usual, control=ControlSettings(Path(folder) / "control.sock"))
        box, nobody = config.control.socket, Path(folder) / "nobody"
        rounds = [
            (
                _p95_s(config, backbone, box, FLOOD),
                _p95_s(config, backbone, box, ERRANDS),
                _p95_s(config, backbone, nobody, FLOOD),
            )
            for _ in range(ROUNDS)
        ]
    asked, busy, quiet = (tuple(map(median, zip(*side, strict=True))) for side in zip(*rounds, strict=True))
    for what, (seconds, _, _) in (("under 1,000 requests/s", asked), ("with errands without a pause", busy)):
        yield Figure(f"a frame {what}, p95", seconds * 1e3, "ms", "in peace", quiet[0] * 1e3, most_times=1.05)
    yield Figure("requests that were sent", asked[1], "/s", "answered or refused", asked[2])
    yield Figure("copies and renames, of 1,000 samples, that were asked for", busy[1], "/s", "done", busy[2])


def _p95_s(config: Config, backbone: Backbone, path: Path, visitors: str) -> tuple[float, float, float]:
    """Seconds, and requests a second that were sent and answered."""
    camera, box = Endless(a_hand(backbone.input_size), FRAMES), config.box()
    with socket.socket(socket.AF_UNIX) as nobody:
        if path != config.control.socket:
            path.unlink(missing_ok=True)
            nobody.bind(str(path))
            nobody.listen(CALLERS)
        flood = subprocess.Popen(
            [sys.executable, "-c", visitors, path, str(CALLERS), str(EACH_S)],
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

# Eight that ask for a copy, or rename a sign back and forth, each as soon as it is answered; a refusal is waited out.
ERRANDS = r"""
import json, select, socket, sys, time
path, callers, _ = sys.argv[1:]
SIGNS = ("fist", "palm", "peace", "point")
connections = []
while len(connections) < int(callers):
    one = socket.socket(socket.AF_UNIX)
    try:
        one.connect(path)
    except OSError:
        time.sleep(0.01)
        continue
    connections.append(one)
signs, asked, done, began = {}, 0, 0, time.monotonic()

def ask(one):
    global asked
    asked += 1
    number = connections.index(one)
    if number % 2:
        one.send(b'{"do": "backup"}\n')
    else:
        old, new = signs.setdefault(one, [SIGNS[number // 2], SIGNS[number // 2] + " too"])
        one.send(json.dumps({"do": "rename", "sign": old, "name": new}).encode() + b"\n")

for one in connections:
    ask(one)
while connections and not select.select([sys.stdin], [], [], 0)[0]:
    for one in select.select(connections, [], [], 0.01)[0]:
        try:
            told, files, _, _ = socket.recv_fds(one, 4096, 1)
        except OSError:
            told = b""
        if not told:
            connections.remove(one)
            break
        for file in files:
            socket.close(file)
        done += b'"ok":true' in told
        if b'"ok":true' in told or b"unknown-sign" in told:  # a round before may have left the other name
            signs.get(one, []).reverse()
        ask(one)
seconds = time.monotonic() - began
print(asked / seconds, done / seconds)
"""
