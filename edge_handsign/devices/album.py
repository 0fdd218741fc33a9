"""Photographs in folders named by sign, and the one way in which a photograph becomes what the backbone sees.

`classify`, `evaluate` and the camera that plays pictures all read through here, so that a figure measured on
photographs is a figure about the running box.
"""

import re
import unicodedata
from collections.abc import Mapping
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from edge_handsign.core.messages import Frame
from edge_handsign.devices.crop import WHOLE, Region, fit
from edge_handsign.errors import PictureError

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp")
FORMATS = ("JPEG", "PNG", "WEBP", "BMP")  # what those suffixes hold; Pillow knows many more, some of them risky
PIXELS = 64_000_000  # as RGB about 190 MB: more than any hand needs, less than what stops a small Pi
EXPECTED = "expected one sub-folder of pictures for each sign, such as {folder}/thumbs_up/1.jpg"


class Album:
    """A folder with a sub-folder for each sign; pictures may lie deeper in it. Hidden files do not count."""

    def __init__(self, folder: Path) -> None:
        """Look, without opening a picture. PictureError when there is not at least one sign with one picture."""
        if not folder.is_dir():
            what = "is not a folder" if folder.exists() else "does not exist"
            raise PictureError(f"{folder} {what}: {EXPECTED.format(folder=folder)}")
        found = {_name(sub): _pictures(sub) for sub in sorted(folder.iterdir(), key=_natural) if _is_sign(sub)}
        self.folder = folder
        self.signs: Mapping[str, tuple[Path, ...]] = {sign: paths for sign, paths in found.items() if paths}
        if not self.signs:
            raise PictureError(f"{folder} has no signs: {EXPECTED.format(folder=folder)}")

    def __len__(self) -> int:
        """How many pictures there are."""
        return sum(map(len, self.signs.values()))

    def paths(self, sign: str | None = None) -> tuple[Path, ...]:
        """The pictures of one sign, or of all signs one after another; PictureError when there is no such sign."""
        if sign is None:
            return tuple(path for paths in self.signs.values() for path in paths)
        if sign not in self.signs:
            raise PictureError(f"{self.folder} has no pictures of {sign!r}; it has {', '.join(self.signs)}")
        return self.signs[sign]


def read_picture(path: Path, size: tuple[int, int], region: Region | None = None) -> Frame:
    """The photograph as the backbone sees it, at `size`, read-only; taken at 0.

    Turned upright by its EXIF, cropped by `crop.seen`, antialiased. PictureError when the file cannot be used.
    """
    import struct

    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(path, formats=FORMATS) as image:
            _refuse(image, path)
            _draft(image, size, region)
            return fit(ImageOps.exif_transpose(image).convert("RGB"), size, region)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(f"{path} has too many pixels: make it smaller than {PIXELS // 10**6} megapixels") from error
    except UnidentifiedImageError as error:
        raise PictureError(f"{path} is not a picture that can be read: use JPEG, PNG, WebP or BMP") from error
    except OSError as error:
        raise PictureError(f"{path} cannot be read ({error.strerror or error}): replace or remove it") from error
    except (SyntaxError, ValueError, TypeError, EOFError, IndexError, struct.error) as error:  # Pillow on damaged files
        raise PictureError(f"{path} is damaged ({error}): replace or remove it") from error


def _refuse(image: "Image", path: Path) -> None:
    """PictureError for what would be decoded to nonsense, or not at all, before it is decoded."""
    if image.width * image.height > PIXELS:
        raise PictureError(
            f"{path} has {image.width} x {image.height} pixels: make it smaller than {PIXELS // 10**6} megapixels"
        )
    if image.mode.startswith(("I", "F")):
        raise PictureError(f"{path} has more than 8 bits a colour (mode {image.mode}): save it as an 8-bit picture")


def _draft(image: "Image", size: tuple[int, int], region: Region | None) -> None:
    """Let the JPEG decoder leave out detail beyond twice what is needed; other formats take no notice."""
    left, top, right, bottom = region or WHOLE
    smallest = min(image.size) * min(right - left, bottom - top)  # px; no crop is less, however the camera was held
    needed = 2 * max(size) / smallest
    if needed < 1:
        image.draft("RGB", (ceil(image.width * needed), ceil(image.height * needed)))


def _is_sign(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith((".", "__"))


def _name(folder: Path) -> str:
    """The sign's name; composed, because macOS writes letters and their accents apart."""
    return unicodedata.normalize("NFC", folder.name)


def _natural(path: Path) -> list[tuple[int, str]]:
    """Sorts 2.jpg before 10.jpg."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", str(path).casefold())]


def _pictures(folder: Path) -> tuple[Path, ...]:
    """All pictures below a sign's folder. PictureError when there are files, none of which is a picture."""
    files = [path for path in folder.rglob("*") if path.is_file() and not _hidden(path.relative_to(folder))]
    pictures = [path for path in files if path.suffix.lower() in SUFFIXES]
    if files and not pictures:
        kinds = ", ".join(sorted({path.suffix or path.name for path in files})[:4])
        raise PictureError(f"{folder} has no pictures, only {kinds}: convert them to {', '.join(SUFFIXES)}")
    return tuple(sorted(pictures, key=_natural))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
