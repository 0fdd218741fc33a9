"""A run as lines for a terminal, as plain values for a program, and as a row of docs/results.md."""

from collections.abc import Iterator
from dataclasses import asdict

from edge_handsign import __version__
from edge_handsign.speed.machine import Machine
from edge_handsign.speed.run import STAGES, Run

HEADING = (
    *("board", "system", "clock, MHz", "°C", "throttled", "runtime", "threads", "camera"),
    *(f"{stage}, ms" for stage in STAGES),
    *("pictures a second", "could", "resident, MB", "version"),
)
UNTOLD = "-"
Machines = tuple[Machine, Machine]  # before and after


def lines(run: Run, machines: Machines, backbone: str, threads: int, camera: str) -> Iterator[str]:
    """What a person reads."""
    before, after = machines
    yield f"board       {before.name}, {before.memory_mb} MB"
    yield f"system      {before.system or UNTOLD}, Python {before.python}"
    yield f"clock       {_told(after.clock_mhz)} MHz of {_told(after.highest_mhz)}"
    yield f"heat        {_told(before.celsius)} °C before, {_told(after.celsius)} °C after"
    yield f"throttled   {_flags(before)} before, {_flags(after)} after"
    yield f"backbone    {backbone}, {_many(threads, 'thread')}"
    yield f"camera      {camera}"
    yield f"memory      {run.samples} samples; {after.resident_mb:.0f} MB resident"
    yield ""
    yield f"{'ms a picture':<12}{'median':>9}{'95 %':>9}"
    for stage in STAGES:
        cells = (_ms(run.median_ms.get(stage)), _ms(run.p95_ms.get(stage)))
        yield f"{stage:<12}{cells[0]:>9}{cells[1]:>9}"
    yield ""
    yield f"{run.frames} pictures, {run.invokes:.2f} invokes each: {run.fps:.1f} pictures a second came"
    yield f"without waiting for the camera it could be {run.could_fps:.0f}"
    if before.board is None:
        yield "This is no Raspberry Pi: nothing here says how fast a box is."


def plain(run: Run, machines: Machines, backbone: str, threads: int, camera: str) -> dict[str, object]:
    """What a program reads."""
    return {
        "version": __version__,
        "before": asdict(machines[0]),
        "after": asdict(machines[1]),
        "backbone": backbone,
        "threads": threads,
        "camera": camera,
        **asdict(run),
    }


def row(run: Run, machines: Machines, backbone: str, threads: int, camera: str) -> str:
    """Markdown, under HEADING."""
    before, after = machines
    runtime = backbone.rpartition(" on ")[2]
    cells = (
        *(before.name, f"{before.system or UNTOLD}, {before.processor}", _told(after.clock_mhz), _told(after.celsius)),
        *(_flags(after), runtime, str(threads), camera),
        *(_ms(run.median_ms.get(stage)) for stage in STAGES),
        *(f"{run.fps:.1f}", f"{run.could_fps:.0f}", f"{after.resident_mb:.0f}", __version__),
    )
    return f"| {' | '.join(cells)} |"


def _ms(value: float | None) -> str:
    return UNTOLD if value is None else f"{value:.3g}"


def _told(value: float | None) -> str:
    return UNTOLD if value is None else f"{value:.0f}"


def _flags(machine: Machine) -> str:
    return UNTOLD if machine.throttled is None else f"{machine.throttled:#x}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
