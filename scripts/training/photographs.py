"""Which photographs may teach, which may only measure, and the proof of what was used.

The law: a `dev` photograph never trains; a share-alike set never trains, because weights made from it might have to be
shared alike; nor does a set whose author cannot be named; two sets without hands are kept whole for measuring. The
index's role column decides, this file obeys.
"""

import csv
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

MEASURED_ONLY = frozenset({"neg_faces_office", "neg_google_testdata"})
UNATTRIBUTED = frozenset({"words_shikha", "words_mandalor"})  # CC BY, but whom to name is not recorded
LETTERS = frozenset({"asl_hawkcodesz", "asl_hackmit", "asl_t32rahman"})


@dataclass(frozen=True, slots=True)
class Photograph:
    """One row of INDEX.csv; sizes in pixels, `box`, if known, (x0, y0, x1, y1) around the hand in fractions of them."""

    path: str
    set: str
    sign: str
    role: str
    person: str
    session: str
    licence: str
    sha256_16: str
    width: int
    height: int
    box: tuple[float, float, float, float] | None = None

    @property
    def share_alike(self) -> bool:
        """Whether weights made from it might have to be shared alike."""
        return "SA" in self.licence.replace("-", " ").split()


def data_folder(given: str | None = None) -> Path:
    """The folder that holds `data` and `models`: what was given, else $EDGE_HANDSIGN_DATA, else ../shared."""
    beside = Path(__file__).resolve().parents[2].parent / "shared"
    return Path(given or os.environ.get("EDGE_HANDSIGN_DATA") or beside)


def read_index(folder: Path) -> list[Photograph]:
    """Every photograph in `folder`/data, in the order of INDEX.csv."""
    boxes = _read_boxes(folder / "data" / "BOXES.csv")
    with (folder / "data" / "INDEX.csv").open(newline="", encoding="utf-8") as rows:
        return [_photograph(row, boxes) for row in csv.DictReader(rows)]


def _photograph(row: dict[str, str], boxes: dict[str, tuple[float, float, float, float]]) -> Photograph:
    columns = ("path", "set", "sign", "role", "person", "session", "licence", "sha256_16")
    about = {column: row[column] for column in columns}
    return Photograph(**about, width=int(row["width"]), height=int(row["height"]), box=boxes.get(row["path"]))


def _read_boxes(path: Path) -> dict[str, tuple[float, float, float, float]]:
    """The largest box of each photograph."""
    boxes: dict[str, tuple[float, float, float, float]] = {}
    with path.open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            box = (float(row["x0"]), float(row["y0"]), float(row["x1"]), float(row["y1"]))
            boxes[row["path"]] = max(box, boxes.get(row["path"], box), key=_area)
    return boxes


def _area(box: tuple[float, float, float, float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def hands_to_train(photographs: list[Photograph]) -> list[Photograph]:
    """Photographs of hands that may change a weight."""
    return [p for p in photographs if p.role == "train" and not p.share_alike and p.set not in UNATTRIBUTED]


def rooms_to_train(photographs: list[Photograph]) -> list[Photograph]:
    """Photographs without hands that may serve as backgrounds and as "nothing here"."""
    return [p for p in photographs if p.role == "negative" and not p.share_alike and p.set not in MEASURED_ONLY]


def to_measure(photographs: list[Photograph], name: str) -> list[Photograph]:
    """The photographs of set `name` that no training has seen: role dev, or a set without hands kept for measuring."""
    return [p for p in photographs if p.set == name and (p.role == "dev" or name in MEASURED_ONLY)]


def manifest(folder: Path, used: list[Photograph]) -> dict[str, object]:
    """SHA-256 of every picture used, and one digest over all: equal digests, equal pictures.

    The digest is that of the lines "sha256  path" in the order of paths. The list holds, set by set in that order, the
    first 16 digits of each hash, which INDEX.csv has beside the path.
    """
    hashes = {p.path: hashlib.sha256((folder / "data" / p.path).read_bytes()).hexdigest() for p in used}
    lines = "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes))
    sets: dict[str, list[str]] = {}
    for path in sorted(hashes):
        sets.setdefault(path.partition("/")[0], []).append(hashes[path][:16])
    return {"digest": hashlib.sha256(lines.encode()).hexdigest(), "pictures": len(hashes), "sets": sets}
