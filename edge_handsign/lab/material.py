"""What there is to teach and to ask about: of each picture its sign, and the group that must not be on both sides.

Pictures of one recording resemble each other so much that asking about one while its neighbour is taught measures
nothing. Therefore a whole group teaches or is asked: a recording, a lesson or, at worst, a block of neighbours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_handsign.core.messages import Sample
from edge_handsign.devices.album import Album
from edge_handsign.errors import PictureError, PlainError

BLOCKS = 3  # of which one is asked


class Apart(Enum):
    """What keeps teaching and asking apart; completes "split by ..."."""

    FOLDERS = "folder"
    RECORDINGS = "recording"
    LESSONS = "lesson"
    BLOCKS = "block of neighbouring pictures"


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """n pictures or samples."""

    signs: tuple[str, ...]  # that are taught; at least two
    sign: NDArray[np.intp]  # (n,) index into `signs`
    group: NDArray[np.intp]  # (n,) number of the recording, lesson or block
    apart: Apart
    asked: NDArray[np.bool_] | None = None  # (n,) what is always asked and never taught; None: drawn by group


def of_albums(teach: Album, test: Album) -> tuple[Material, list[Path]]:
    """Teach from one album, ask about the other; its pictures of signs that are not taught are left out."""
    signs = _signs(teach)
    taught = [(sign, path) for sign in signs for path in teach.signs[sign]]
    asked = [(sign, path) for sign in signs for path in test.signs.get(sign, ())]
    if not asked:
        raise PictureError(f"{test.folder} shows none of the signs of {teach.folder}: {', '.join(signs)}")
    pictures = [*taught, *asked]
    which = np.arange(len(pictures)) >= len(taught)
    return _material(signs, [sign for sign, _ in pictures], which.tolist(), Apart.FOLDERS, which), _paths(pictures)


def of_album(album: Album) -> tuple[Material, list[Path]]:
    """Split one album by its recordings, DIR/sign/recording/picture; by blocks in name order if it has none."""
    signs = _signs(album)
    pictures = [(sign, path) for sign in signs for path in album.signs[sign]]
    groups, apart = {sign: [_recording(album, path) for path in album.signs[sign]] for sign in signs}, Apart.RECORDINGS
    if any(len(set(recordings)) < 2 for recordings in groups.values()):
        groups, apart = {sign: _blocks(album, sign) for sign in signs}, Apart.BLOCKS
    flat = [group for sign in signs for group in groups[sign]]
    return _material(signs, [sign for sign, _ in pictures], flat, apart), _paths(pictures)


def of_samples(samples: Iterable[Sample]) -> tuple[Material, NDArray[np.float32]]:
    """Split what was taught by lesson, with its (n, d) vectors; a sign of a single lesson is left out."""
    kept = list(samples)
    lessons = {sample.sign: {other.lesson for other in kept if other.sign == sample.sign} for sample in kept}
    signs = tuple(sign for sign, of_sign in lessons.items() if len(of_sign) > 1)
    if len(signs) < 2:
        raise PlainError(
            f"{len(signs)} signs were taught in more than one lesson, two are needed: "
            "press teach again for each sign, at another time or place, then ask again"
        )
    used = [sample for sample in kept if sample.sign in signs]
    material = _material(signs, [each.sign for each in used], [each.lesson for each in used], Apart.LESSONS)
    return material, np.stack([each.vector for each in used])


def _material(
    signs: tuple[str, ...],
    shown: Sequence[str],
    groups: Sequence[object],
    apart: Apart,
    asked: NDArray[np.bool_] | None = None,
) -> Material:
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    sign = np.array([signs.index(name) for name in shown], np.intp)
    return Material(signs, sign, np.array([numbers[group] for group in groups], np.intp), apart, asked)


def _signs(album: Album) -> tuple[str, ...]:
    if len(album.signs) < 2:
        raise PictureError(f"{album.folder} has one sign, {next(iter(album.signs))}: two are needed to tell apart")
    return tuple(album.signs)


def _recording(album: Album, path: Path) -> str:
    return "/".join(path.relative_to(album.folder).parts[1:-1])


def _blocks(album: Album, sign: str) -> list[str]:
    count = len(album.signs[sign])
    if count < BLOCKS:
        raise PictureError(f"{album.folder} has {count} pictures of {sign}: {BLOCKS} are needed, or a TEST_DIR")
    return [f"{sign}, block {place * BLOCKS // count}" for place in range(count)]


def _paths(pictures: Sequence[tuple[str, Path]]) -> list[Path]:
    return [path for _, path in pictures]
