"""The network: a file that can be run, and is the one that was published."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from edge_handsign.doctor.finding import Finding, Findings, fault, ok
from edge_handsign.doctor.installed import again
from edge_handsign.doctor.patient import Patient
from edge_handsign.errors import ModelError
from edge_handsign.models import shelf

CARD_HASH = re.compile(r"SHA-256 `([0-9a-f]{64})`")


@dataclass(frozen=True, slots=True)
class Model:
    """`promised` is the hash on the card beside the file, empty where there is no card."""

    name: str  # as the settings say it
    path: str = ""
    sha256: str = ""
    promised: str = ""
    trouble: str = ""


def look(name: str) -> Model:
    """Read and verified as the box does it, never run."""
    try:
        path = shelf.find(name)
        shelf.load(name)
    except ModelError as error:
        return Model(name, trouble=str(error))
    return Model(name, str(path), hashlib.sha256(shelf.raw(path)).hexdigest(), _promised(path))


def _promised(path: Path) -> str:
    try:
        told = CARD_HASH.search(path.with_suffix(".md").read_text(encoding="utf-8"))
    except OSError:
        return ""
    return told[1] if told else ""


def judge(model: Model) -> Finding:
    """What cannot be run, what is not what was published, and the rest."""
    if model.trouble:
        return fault(model.trouble, again() if model.name == shelf.DEFAULT else "edge-handsign model list")
    if model.promised and model.sha256 != model.promised:
        return fault(f"{model.path} is not what its card says: SHA-256 {model.sha256[:12]}…", again())
    known = "as its card says" if model.promised else "not on any card"
    return ok(f"{model.path}, SHA-256 {model.sha256[:12]}…, {known}")


def check(patient: Patient) -> Findings:
    """Look and judge."""
    return {"model": judge(look(patient.settings.backbone.model))}
