"""Inside the machine: does what the test outside asks for.

A line of JSON comes in, the name of a proof and its facts; a line goes out, what was found or what was missed.
"""

import json
import subprocess
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

PORT = Path("/dev/virtio-ports/test")
LOG_LINES = 60


def main() -> None:
    """Until the machine ends."""
    with PORT.open("r+b", buffering=0) as port, open(port.fileno(), "rb", closefd=False) as lines:
        port.write(b'{"found": "it has booted"}\n')
        for line in lines:
            port.write(json.dumps(_answer(json.loads(line))).encode() + b"\n")


def _answer(asked: Mapping[str, Any]) -> Mapping[str, str]:
    module, function = asked["proof"].split(".")
    try:
        return {"found": getattr(import_module(f"tests.vm.proofs.{module}"), function)(**asked["facts"])}
    except Exception:  # noqa: BLE001 the test outside tells it
        log = ["journalctl", "--boot", "--no-pager", "--lines", str(LOG_LINES), "--output", "short-monotonic"]
        said = subprocess.run(log, capture_output=True, text=True, check=False).stdout
        return {"missed": f"{traceback.format_exc()}\n{said}"}


if __name__ == "__main__":
    main()
