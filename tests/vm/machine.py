"""The virtual machine: QEMU with a disk that forgets, folders of this machine, and a wire to `inside`."""

import json
import os
import platform
import re
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from select import select
from typing import Any, Self

from tests.vm.image import LABEL, Image
from tests.vm.patience import within

MEMORY = "1024"  # MB, as a small Pi 4
BOOT_S, PROOF_S, OFF_S = 600, 900, 180  # longest waits; an emulated processor is slow
BOARDS = {  # Debian's architecture -> QEMU, its board, an emulated processor, its console
    # Without AVX2 the backbone is so slow that what one picture shows goes out before the next is seen.
    "amd64": ("qemu-system-x86_64", "q35", "Haswell", "ttyS0"),
    "arm64": ("qemu-system-aarch64", "virt", "cortex-a72", "ttyAMA0"),
}
NATIVE = {"amd64": "x86_64", "arm64": "aarch64"}
# A kernel that panics ends, and what it and the services warn of is on the console, which outlives the machine.
TALE = "quiet panic=-1 systemd.show_status=0"
TALE += " systemd.journald.forward_to_console=1 systemd.journald.max_level_console=warning"
GASP_S, LINES = 5, 40


class Unproved(Exception):
    """What should have been so inside was not, or the machine is gone; the text says what was seen."""


def accelerated(architecture: str) -> bool:
    """Whether this machine's processor can run the guest itself.

    /dev/kvm alone does not say so: some clouds offer one without the processor's help, for their own kernels only.
    """
    if platform.machine() != NATIVE[architecture] or not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    return architecture != "amd64" or bool(re.search(r"\b(vmx|svm)\b", Path("/proc/cpuinfo").read_text()))


class Machine:
    """Runs for as long as its `with` lasts; then it is killed, should it still run."""

    def __init__(
        self, architecture: str, image: Image, overlay: Path, shares: Mapping[str, Path], more: Sequence[str] = ()
    ) -> None:
        """`overlay` (qcow2) takes what is written to the image's disk; `shares` are mounted by /etc/fstab inside."""
        self._wire, self.console = overlay.with_suffix(".wire"), overlay.with_suffix(".console")
        self._complaints = overlay.with_suffix(".qemu")
        if not overlay.exists():
            backing = ["-b", str(image.disk), "-F", "raw"]
            subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", *backing, str(overlay)], check=True)
        program, board, processor, console = BOARDS[architecture]
        if accelerated(architecture):
            speed, lighter = ["-accel", "kvm", "-cpu", "host", "-smp", "2"], ""
        else:
            # Its clock goes by its instructions, 2 ns each: however busy this machine is, the guest is as fast.
            # Guards against other tenants cost an emulated processor half its time, and protect nobody here.
            speed = ["-accel", "tcg", "-cpu", processor, "-smp", "1", "-icount", "shift=1", "-rtc", "clock=vm"]
            lighter = "mitigations=off"
        self._command = [
            *(program, "-M", board, *speed, "-m", MEMORY, "-nodefaults", "-no-reboot"),
            *("-display", "none", "-monitor", "none", "-serial", f"file:{self.console}"),
            *("-kernel", str(image.kernel), "-initrd", str(image.initrd)),
            *("-append", f"root=LABEL={LABEL} rw console={console} {TALE} {lighter}"),
            *("-drive", f"file={overlay},if=virtio,format=qcow2,cache=writeback"),
            *("-device", "virtio-serial", "-chardev", f"socket,id=wire,path={self._wire},server=on,wait=off"),
            *("-device", "virtserialport,chardev=wire,name=test"),
        ]
        for name, folder in shares.items():
            self._command += ["-virtfs", f"local,path={folder},mount_tag={name},security_model=none,readonly=off"]
        self._command += more

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self._wire.unlink(missing_ok=True)
            with self._complaints.open("w") as complaints:
                self._qemu = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stderr=complaints)
            opened.callback(self.cut)
            self._socket = opened.enter_context(socket.socket(socket.AF_UNIX))
            self._connect()
            self._lines = opened.enter_context(self._socket.makefile("rb"))
            self._heard(BOOT_S)  # `inside` says that it is there
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def prove(self, proof: str, **facts: object) -> str:
        """Have `tests.vm.proofs.MODULE.FUNCTION` done inside; what it found, or Unproved."""
        self.ask(proof, **facts)
        return self.answer()

    def ask(self, proof: str, **facts: object) -> None:
        """Begin a proof."""
        try:
            self._socket.sendall(json.dumps({"proof": proof, "facts": facts}).encode() + b"\n")
        except OSError:
            raise Unproved(f"the machine ended: {self._end()}") from None

    def answer(self) -> str:
        """The end of the proof that was begun."""
        told = self._heard(PROOF_S)
        if "found" not in told:
            raise Unproved(told["missed"])
        return str(told["found"])

    def off(self) -> str:
        """Shut down in order."""
        self.ask("machine.off")
        if not self.within(OFF_S, self._ends):
            raise Unproved(f"it does not shut down: {self._end()}")
        return "shut down in order"

    def within(self, patience_s: float, happens: Callable[[float], bool]) -> bool:
        """Whether it happens in so much of QEMU's time."""
        return within(patience_s, self._qemu.pid, happens)

    def cut(self) -> None:
        """Pull its plug."""
        self._qemu.kill()
        self._qemu.wait()

    def _connect(self) -> None:
        deadline = time.monotonic() + BOOT_S
        while time.monotonic() < deadline and self._qemu.poll() is None:
            with suppress(FileNotFoundError, ConnectionRefusedError):
                self._socket.connect(str(self._wire))
                return
            time.sleep(0.1)
        raise Unproved(f"QEMU did not start: {self._end()}")

    def _heard(self, patience_s: float) -> Mapping[str, Any]:
        if not self.within(patience_s, self._speaks):
            raise Unproved(f"nothing was heard for {patience_s:g} s; on its console:\n{_last(self.console)}")
        if not (line := self._lines.readline()):
            raise Unproved(f"the machine ended: {self._end()}")
        told: Mapping[str, Any] = json.loads(line)
        return told

    def _speaks(self, wait_s: float) -> bool:
        return bool(select([self._socket], [], [], wait_s)[0])

    def _ends(self, wait_s: float) -> bool:
        with suppress(subprocess.TimeoutExpired):
            self._qemu.wait(wait_s)
        return self._qemu.returncode is not None

    def _end(self) -> str:
        """How: a guest that reboots ends QEMU too, with status 0 (-no-reboot)."""
        self._ends(GASP_S)
        complaints, console = _last(self._complaints), _last(self.console)
        return f"QEMU's status is {self._qemu.poll()}, it said {complaints!r}; on the machine's console:\n{console}"


def _last(text: Path) -> str:
    """Of what was written there."""
    lines = text.read_text(errors="replace").splitlines() if text.exists() else []
    return "\n".join(lines[-LINES:])
