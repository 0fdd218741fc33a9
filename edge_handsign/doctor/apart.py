"""A process apart, for what may hang in a driver or die in C: given a time, and left behind when it is over.

The child calls one function and prints its answer, a JSON object. It runs in an empty folder, because lgpio leaves a
pipe wherever it is imported.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

FAREWELL_S = 1.0  # for a killed child; one that a driver holds stays
Answer = Mapping[str, Any]


class Silent(Exception):
    """No answer; says why."""


def ask(function: Callable[..., Answer], seconds: float, *arguments: object) -> Answer:
    """What a module's function answers in a process of its own, its arguments being JSON's; Silent if it does not."""
    flags = ["-I"] if sys.flags.isolated else []
    called = [function.__module__, function.__name__, json.dumps(arguments)]
    with TemporaryDirectory(prefix="edge-handsign-", ignore_cleanup_errors=True) as folder:
        child = subprocess.Popen(
            [sys.executable, *flags, "-m", __name__, *called],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # libcamera talks a lot
            cwd=folder,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(_path()), "LG_WD": folder},
        )
        return _answer(child, seconds)


def _answer(child: "subprocess.Popen[bytes]", seconds: float) -> Answer:
    try:
        said, _ = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        with suppress(subprocess.TimeoutExpired):
            child.communicate(timeout=FAREWELL_S)
        raise Silent(f"no answer within {seconds:g} s") from None
    if child.returncode < 0:
        raise Silent(f"it died of {signal.Signals(-child.returncode).name}")
    try:
        answer: Answer = json.loads(said.splitlines()[-1])
    except (ValueError, IndexError):
        raise Silent(f"it ended with status {child.returncode} and no answer") from None
    return answer


def _path() -> list[str]:
    """So that the child finds what this process finds, wherever it runs."""
    return [str(Path(entry or ".").resolve()) for entry in sys.path]


def main() -> None:
    """The child."""
    module, name, arguments = sys.argv[1:]
    answer = getattr(import_module(module), name)(*json.loads(arguments))
    sys.stdout.write("\n" + json.dumps(answer) + "\n")
    sys.stdout.flush()
    os._exit(0)  # closing what it opened may hang


if __name__ == "__main__":
    main()
