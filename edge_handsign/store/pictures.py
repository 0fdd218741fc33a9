"""Pictures of what was taught, if the box's owner wants them: a second file, which may be lost without anything else.

They are written after the sample is durable, without waiting for the card. Whatever goes wrong, the file is dropped and
begun anew, and the log says so.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from io import BytesIO
from typing import TypeVar

import numpy as np

from edge_handsign.core.messages import Frame
from edge_handsign.store.places import Places, give_to_owner_of

QUALITY = 90  # of the JPEG
SETTINGS = ("journal_mode = MEMORY", "synchronous = OFF", "secure_delete = ON", "trusted_schema = OFF")
TABLE = "CREATE TABLE IF NOT EXISTS picture (id INTEGER PRIMARY KEY, jpeg BLOB NOT NULL) STRICT"
DENSE = 100  # pixels an inch that the JPEG tells across, of a frame that is not squeezed; upright it is always this
Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


class Pictures:
    """By the ids of their samples. Never raises for the file's sake; main thread only."""

    def __init__(self, places: Places, *, wanted: bool) -> None:
        """Unless they are `wanted`, no file is made and none is added; those that there are can be seen and go."""
        self._folder, self._path, self._wanted = places.folder, places.pictures, wanted
        self._db: sqlite3.Connection | None = None

    def close(self) -> None:
        """Let go of the file."""
        if self._db is not None:
            self._db.close()
        self._db = None

    def keep(self, sample_id: int, frame: Frame) -> None:
        """Add one, if they are wanted."""
        if self._wanted:
            self._try(lambda db: db.execute("INSERT OR REPLACE INTO picture VALUES (?, ?)", (sample_id, _jpeg(frame))))

    def retain(self, ids: Iterable[int]) -> None:
        """Those of all other samples go."""
        if self._path.exists():
            kept = set(ids)
            self.drop(sample_id for sample_id in self.ids() if sample_id not in kept)

    def drop(self, ids: Iterable[int]) -> None:
        """Those of these samples go."""
        if self._path.exists():
            gone = [(sample_id,) for sample_id in ids]
            self._try(lambda db: db.executemany("DELETE FROM picture WHERE id = ?", gone))

    def renumber(self, ids: Mapping[int, int]) -> None:
        """Each sample has another id."""
        self._try(lambda db: db.executemany("UPDATE picture SET id = ? WHERE id = ?", [(b, a) for a, b in ids.items()]))

    def ids(self) -> list[int]:
        """Of which samples there are any."""
        if not self._path.exists():
            return []
        return self._try(lambda db: [row[0] for row in db.execute("SELECT id FROM picture ORDER BY id")]) or []

    def of(self, sample_id: int) -> Frame | None:
        """The sample's, None where there is none that can be read."""
        question = "SELECT jpeg FROM picture WHERE id = ?"
        found = self._try(lambda db: db.execute(question, (sample_id,)).fetchone())
        return _frame(found[0]) if found else None

    def _try(self, act: Callable[[sqlite3.Connection], Answer]) -> Answer | None:
        try:
            return act(self._opened())
        except (sqlite3.Error, OSError) as error:
            log.warning("EH-307: the pictures of samples are dropped: %s", error, extra={"CODE": "EH-307"})
            self.close()
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            return None

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = sqlite3.connect(self._path, isolation_level=None)
            for setting in SETTINGS:
                self._db.execute(f"PRAGMA {setting}")
            self._db.execute(TABLE)
            self._path.chmod(0o600)
            give_to_owner_of(self._folder, self._path)
        return self._db


def _jpeg(frame: Frame) -> bytes:
    """Its density says how the frame was squeezed, so that others show it as it was."""
    from PIL import Image

    content, picture = BytesIO(), Image.fromarray(frame.pixels)
    across = DENSE * picture.width / picture.height / frame.proportion
    picture.save(content, "JPEG", quality=QUALITY, dpi=(round(across), DENSE))
    return content.getvalue()


def _frame(jpeg: bytes) -> Frame | None:
    from PIL import Image

    try:
        with Image.open(BytesIO(jpeg), formats=["JPEG"]) as picture:
            across, upright = picture.info.get("dpi", (DENSE, DENSE))  # older pictures tell none
            return Frame(np.asarray(picture.convert("RGB")), 0.0, picture.width / across * upright / picture.height)
    except (OSError, ValueError, TypeError, ZeroDivisionError, Image.DecompressionBombError):
        return None
