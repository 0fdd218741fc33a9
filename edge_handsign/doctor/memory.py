"""What was taught: readable, whole, and of the network that looks now."""

from dataclasses import dataclass
from pathlib import Path

from edge_handsign.doctor.finding import Finding, Findings, fault, ok, warning
from edge_handsign.doctor.occupant import Occupant
from edge_handsign.doctor.patient import Patient
from edge_handsign.errors import StoreError
from edge_handsign.store import Store
from edge_handsign.store.places import Places

CLOSED = "this user may not look"


@dataclass(frozen=True, slots=True)
class Memory:
    """Counts are of samples. `hidden`: somebody keeps samples there, or this user may not look."""

    folder: str
    awake: int = 0  # of the network that looked last
    asleep: int = 0  # of others
    damaged: int = 0
    signs: int = 0
    hidden: str = ""
    trouble: str = ""


def look(folder: Path, occupant: Occupant) -> Memory:
    """Asked of the box while one runs; else read, by a visitor that mends nothing."""
    if occupant.told is not None:
        counts = occupant.told["samples"]
        return Memory(str(folder), sum(counts.values()), signs=sum(count > 0 for count in counts.values()))
    if occupant.busy:
        return Memory(str(folder), hidden="a box runs and holds it")
    return _read(folder)


def _read(folder: Path) -> Memory:
    try:
        if not {Places(folder).main, Places(folder).copy} & set(folder.iterdir()):
            return Memory(str(folder))
        with Store(folder) as store:
            census = store.census()
    except FileNotFoundError:
        return Memory(str(folder))
    except PermissionError:
        return Memory(str(folder), hidden=CLOSED)
    except StoreError as error:
        denied = isinstance(error.__cause__, PermissionError)
        return Memory(str(folder), hidden=CLOSED if denied else "", trouble=str(error))
    awake, asleep = (sum(getattr(sign, kind) for sign in census.signs) for kind in ("awake", "asleep"))
    return Memory(str(folder), awake, asleep, census.damaged, len(census.signs))


def judge(memory: Memory) -> Finding:
    """Nothing at all is in order too."""
    if memory.hidden:
        return warning(f"{memory.folder}: {memory.hidden}", "sudo edge-handsign doctor")
    if memory.trouble:
        return fault(memory.trouble, "sudo edge-handsign samples restore")
    if memory.damaged:
        return warning(
            f"{memory.folder}: {memory.damaged} samples are damaged; the service brings back what its copy has",
            "sudo systemctl restart edge-handsign",
        )
    if memory.asleep and not memory.awake:
        return warning(
            f"{memory.folder}: all {memory.asleep} samples are of another network and sleep",
            "sudo edge-handsign samples reembed  # or name that network as backbone.model again",
        )
    if not memory.awake:
        return ok(f"{memory.folder}: nothing is taught yet")
    rest = f", {memory.asleep} of another network asleep" if memory.asleep else ""
    return ok(f"{memory.folder}: {memory.awake} samples of {memory.signs} signs{rest}")


def check(patient: Patient) -> Findings:
    """Look and judge."""
    return {"memory": judge(look(patient.settings.store.folder, patient.occupant))}
