"""The paper that pages are painted on: words, pictures, a scale and how they are saved, through Pillow."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from edge_handsign.errors import PlainError
from edge_handsign.explanation.heat import tinted
from edge_handsign.explanation.occlusion import Map, Pixels

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

INK, FAINT, PALE, WARNING = "#1d2329", "#5d6872", "#eceae4", "#9a4a00"
SHEET = "#fcfbf8"
FONT = "DejaVuSans.ttf"  # knows most alphabets; Pillow looks for it where the system keeps fonts


class Paper:
    """One page; lengths are in pixels, from the upper left."""

    def __init__(self, width: int, height: int) -> None:
        from PIL import Image, ImageDraw

        self._image = Image.new("RGB", (width, height), SHEET)
        self._draw = ImageDraw.Draw(self._image)

    def words(self, at: tuple[int, int], text: str, size: int, colour: str = INK, room: int | None = None) -> int:
        """Write one line and return its length; what does not fit into `room` ends in dots."""
        font = lettering(size)
        if room is not None and font.getlength(text) > room:
            while text and font.getlength(text + "…") > room:
                text = text[:-1]
            text += "…"
        self._draw.text(at, text, fill=colour, font=font)
        return round(font.getlength(text))

    def picture(self, at: tuple[int, int], pixels: Pixels) -> None:
        """Lay a picture down as it is."""
        from PIL import Image

        self._image.paste(Image.fromarray(pixels), at)

    def tile(self, at: tuple[int, int], side: int) -> None:
        """A plain square where there is no picture."""
        self._draw.rectangle((*at, at[0] + side - 1, at[1] + side - 1), fill=PALE)

    def bar(self, at: tuple[int, int], length: int, share: float) -> None:
        """A share of a length, 0..1."""
        x, y = at
        self._draw.rectangle((x, y, x + length, y + 5), fill=PALE)
        self._draw.rectangle((x, y, x + round(length * min(max(share, 0.0), 1.0)), y + 5), fill=FAINT)

    def scale(self, at: tuple[int, int], length: int, words: tuple[str, str, str]) -> None:
        """The colours from one end to the other, and what both ends and the middle mean."""
        strength = np.tile(np.linspace(-1, 1, length), (16, 1))
        self.picture(at, tinted(np.full(strength.shape, 190, np.float32), strength))
        for text, share in zip(words, (0.0, 0.5, 1.0), strict=True):
            ahead = round(share * lettering(15).getlength(text))
            self.words((at[0] + round(share * length) - ahead, at[1] + 22), text, 15, FAINT)

    def save(self, path: Path) -> None:
        """Write it as PNG, whatever the name ends in; PlainError when it cannot be written."""
        try:
            self._image.save(path, "PNG", optimize=True)
        except OSError as error:
            raise PlainError(f"{path} cannot be written ({error.strerror or error}): choose another place") from error


def within(pixels: Pixels, side: int) -> tuple[int, int]:
    """(width, height) that fits a picture into a square, never squeezed."""
    height, width = pixels.shape[:2]
    return round(side * width / max(width, height)), round(side * height / max(width, height))


def enlarged(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """A picture at `size`, (width, height)."""
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))


def spread(values: Map, size: tuple[int, int]) -> Map:
    """A map at `size`, (width, height), smoothly."""
    from PIL import Image

    image = Image.fromarray(values.astype(np.float32))
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR), np.float64)


@lru_cache
def lettering(size: int) -> "FreeTypeFont":
    """A font of so many pixels; PlainError when this machine has none."""
    from PIL import ImageFont

    try:
        return ImageFont.truetype(FONT, size)
    except OSError:
        font = ImageFont.load_default(size) if _own_font() else None
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise PlainError("there is no font to write with in a picture: sudo apt install fonts-dejavu-core")
    return font


def _own_font() -> bool:
    """From 10.1 on Pillow brings a font for the Latin alphabet."""
    from PIL import __version__

    return tuple(int(part) for part in __version__.split(".")[:2]) >= (10, 1)
