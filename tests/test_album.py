"""Photographs: found by sign, and turned into what the backbone sees in one way only."""

import struct
import zlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge_handsign.devices.album import Album, read_picture
from edge_handsign.devices.crop import Closer, Half, seen
from edge_handsign.errors import PictureError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

Image = import_module("PIL.Image")

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def noise(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def stripes(*colours: tuple[int, int, int], height: int = 60, each: int = 60) -> "Picture":
    """Upright stripes of these colours, from left to right."""
    row = np.repeat(np.array(colours, np.uint8), each, axis=0)
    picture: Picture = Image.fromarray(np.tile(row, (height, 1, 1)))
    return picture


def test_a_square_picture_of_the_right_size_comes_through_unchanged(tmp_path: Path) -> None:
    Image.fromarray(noise(128, 128)).save(tmp_path / "a.png")
    pixels = read_picture(tmp_path / "a.png", (128, 128)).pixels
    np.testing.assert_array_equal(pixels, noise(128, 128))
    assert pixels.flags.c_contiguous


def test_the_middle_of_a_wide_picture_is_seen_and_of_a_tall_one(tmp_path: Path) -> None:
    wide = stripes(RED, GREEN, BLUE)
    wide.save(tmp_path / "wide.png")
    wide.rotate(90, expand=True).save(tmp_path / "tall.png")
    for name in ("wide.png", "tall.png"):
        assert (read_picture(tmp_path / name, (20, 20)).pixels[4:-4, 4:-4] == GREEN).all()  # the rest is squeezed in


@pytest.mark.parametrize(
    ("region", "colour"),
    [((0, 0, 1 / 3, 1), RED), ((1 / 3, 0, 2 / 3, 1), GREEN), ((2 / 3, 0, 1, 1), BLUE), ((0, 0.25, 1, 0.75), GREEN)],
)
def test_a_region_is_all_that_is_seen(
    tmp_path: Path, region: tuple[float, float, float, float], colour: tuple[int, int, int]
) -> None:
    stripes(RED, GREEN, BLUE).save(tmp_path / "a.png")
    assert (read_picture(tmp_path / "a.png", (30, 30), region).pixels[1:-1, 1:-1] == colour).all()


@pytest.mark.parametrize(
    ("picture", "size", "region", "box"),
    [
        ((640, 480), (128, 128), None, (0, 0, 640, 480)),
        ((480, 640), (128, 128), None, (0, 0, 480, 640)),
        ((1280, 720), (128, 128), None, (160, 0, 1120, 720)),
        ((300, 300), (50, 25), None, (0, 50, 300, 250)),
        ((400, 400), (128, 128), (0.4, 0, 1, 0.9), (160, 20, 400, 340)),
    ],
)
def test_a_picture_is_squeezed_as_far_as_four_to_three(
    picture: tuple[int, int],
    size: tuple[int, int],
    region: tuple[float, float, float, float] | None,
    box: tuple[float, float, float, float],
) -> None:
    assert seen(picture, size, region) == pytest.approx(box)


SIDES = st.integers(1, 4000)
SHARES = st.tuples(*[st.floats(0, 1)] * 4).map(lambda four: (*sorted(four[:2]), *sorted(four[2:])))


@given(st.tuples(SIDES, SIDES), st.sampled_from([(160, 160), (320, 320), (128, 96)]), SHARES)
@example((640, 480), (160, 160), (0.0, 0.81, 0.0, 0.38))
def test_what_is_seen_lies_within_the_picture(
    picture: tuple[int, int], size: tuple[int, int], sides: tuple[float, float, float, float]
) -> None:
    left, top, right, bottom = seen(picture, size, (sides[0], sides[2], sides[1], sides[3]))
    assert 0 <= left <= right <= picture[0]
    assert 0 <= top <= bottom <= picture[1]


@pytest.mark.parametrize("size", [(8, 6), (160, 160), (2, 30)])
def test_half_a_picture_is_the_mean_of_each_four_pixels(size: tuple[int, int]) -> None:
    width, height = size
    half = Half(size)
    for seed in range(2):
        picture = noise(2 * height, 2 * width, seed)
        picture.setflags(write=False)
        blocks = picture.reshape(height, 2, width, 2, 3).astype(int)
        half.write(picture, made := np.empty((height, width, 3), np.uint8))
        np.testing.assert_array_equal(made, blocks.sum(axis=(1, 3)) // 4)


@given(st.tuples(SIDES, SIDES), st.tuples(SIDES, SIDES), SHARES)
def test_a_closer_look_takes_pixels_of_its_part_from_right_to_left(
    frame: tuple[int, int], size: tuple[int, int], sides: tuple[float, float, float, float]
) -> None:
    frame, size = (min(frame[0], 200), min(frame[1], 200)), (min(size[0], 200), min(size[1], 200))
    left, right, top, bottom = sides
    column, row = np.meshgrid(np.arange(frame[0]), np.arange(frame[1]))
    picture = np.stack([column, row, 0 * row], axis=2).astype(np.uint8)
    picture.setflags(write=False)
    Closer(frame, size).write(picture, (left, top, right, bottom), made := np.empty((size[1], size[0], 3), np.uint8))
    across = (left + (np.arange(size[0]) + 0.5) / size[0] * (right - left)) * frame[0]
    upright = (top + (np.arange(size[1]) + 0.5) / size[1] * (bottom - top)) * frame[1]
    assert (np.abs(made[:, ::-1, 0] + 0.5 - across) <= 0.5 + 1e-6).all()
    assert (np.abs(made[:, :, 1].T + 0.5 - upright) <= 0.5 + 1e-6).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_upright_however_the_camera_was_held(tmp_path: Path, orientation: int) -> None:
    upright = Image.fromarray(noise(8, 8).repeat(32, axis=0).repeat(32, axis=1))
    undo = {  # how the sensor saw it, for each value of the EXIF tag
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = upright if undo is None else upright.transpose(undo)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "a.jpg", quality=95, subsampling=0, exif=exif)
    upright.save(tmp_path / "upright.png")
    wanted = read_picture(tmp_path / "upright.png", (64, 64)).pixels.astype(int)
    assert np.abs(read_picture(tmp_path / "a.jpg", (64, 64)).pixels.astype(int) - wanted).mean() < 3


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1", "CMYK"])
def test_every_common_kind_of_picture_becomes_rgb(tmp_path: Path, mode: str) -> None:
    name = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    Image.new("RGB", (40, 40), WHITE).convert(mode).save(name)
    pixels = read_picture(name, (32, 32)).pixels
    assert pixels.shape == (32, 32, 3)
    assert pixels.dtype == np.uint8
    assert (pixels >= 250).all()


def test_detail_too_fine_for_the_backbone_becomes_grey_instead_of_a_pattern(tmp_path: Path) -> None:
    board = (np.indices((512, 512)).sum(axis=0) % 2 * 255).astype(np.uint8)
    Image.fromarray(board).save(tmp_path / "a.png")
    pixels = read_picture(tmp_path / "a.png", (128, 128)).pixels.astype(int)
    assert np.abs(pixels[4:-4, 4:-4] - 127.5).max() < 3


def test_a_big_jpeg_is_decoded_small_without_looking_different(tmp_path: Path) -> None:
    smooth = Image.fromarray(noise(24, 32)).resize((1600, 1200), Image.Resampling.BICUBIC)
    smooth.save(tmp_path / "a.jpg", quality=95)
    smooth.save(tmp_path / "a.png", compress_level=1)
    quick, whole = (read_picture(tmp_path / name, (128, 128)).pixels.astype(int) for name in ("a.jpg", "a.png"))
    difference = np.abs(quick - whole)
    assert difference.mean() < 1.5
    assert difference.max() < 16


def test_a_photograph_looks_the_same_through_the_quick_decoder(data: Path) -> None:
    photograph = next(path for path in Album(data / "words_mandalor").paths())
    with Image.open(photograph) as image:
        image.load()
        whole = np.asarray(image.convert("RGB").resize((48, 48), Image.Resampling.BILINEAR, box=_middle(image)))
    assert np.abs(read_picture(photograph, (48, 48)).pixels.astype(int) - whole.astype(int)).mean() < 2


def _middle(image: "Picture") -> tuple[float, float, float, float]:
    side = min(image.size)
    left, top = (image.width - side) / 2, (image.height - side) / 2
    return left, top, left + side, top + side


def empty_png(width: int, height: int) -> bytes:
    """A picture that claims a size, with nothing in it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"")))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


@pytest.mark.parametrize("side", [8_001, 10_000, 60_000])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(tmp_path: Path, side: int) -> None:
    (tmp_path / "a.png").write_bytes(empty_png(side, side))
    with pytest.raises(PictureError, match="smaller than 64 megapixels"):
        read_picture(tmp_path / "a.png", (128, 128))


def test_a_picture_with_deeper_colours_is_refused_instead_of_turning_white(tmp_path: Path) -> None:
    Image.fromarray(np.full((40, 40), 30_000, np.uint16)).save(tmp_path / "depth.png")
    with pytest.raises(PictureError, match="more than 8 bits"):
        read_picture(tmp_path / "depth.png", (32, 32))


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"])
def test_what_is_not_a_picture_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(PictureError, match=r"a\.jpg"):
        read_picture(tmp_path / "a.jpg", (32, 32))


def test_a_picture_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="No such file"):
        read_picture(tmp_path / "a.jpg", (32, 32))


@pytest.mark.filterwarnings("ignore")  # Pillow warns of the damage too
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "bmp"])
def test_a_damaged_picture_is_a_picture_or_a_sentence_and_never_anything_else(tmp_path: Path, suffix: str) -> None:
    random, path = Random(suffix), tmp_path / f"a.{suffix}"
    Image.fromarray(noise(48, 64)).save(path)
    whole, refused = path.read_bytes(), 0
    for _ in range(120):
        hurt = bytearray(whole[: random.randrange(len(whole))] if random.random() < 0.5 else whole)
        for _ in range(random.randrange(1, 6)):
            if hurt:
                hurt[random.randrange(min(len(hurt), 400))] = random.randrange(256)
        path.write_bytes(hurt)
        try:
            assert read_picture(path, (32, 32)).pixels.shape == (32, 32, 3)
        except PictureError:
            refused += 1
    assert refused > 20


def plant(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def test_folders_are_signs_and_numbers_are_counted_as_people_do(tmp_path: Path) -> None:
    plant(tmp_path, "sign 10/1.jpg", "sign 9/10.JPG", "sign 9/2.jpeg", "sign 9/evening/1.png", "fist/a.webp")
    album = Album(tmp_path)
    assert list(album.signs) == ["fist", "sign 9", "sign 10"]
    assert [str(path.relative_to(tmp_path / "sign 9")) for path in album.paths("sign 9")] == [
        "2.jpeg",
        "10.JPG",
        "evening/1.png",
    ]
    assert len(album) == len(album.paths()) == 5


def test_what_computers_leave_behind_does_not_count(tmp_path: Path) -> None:
    plant(tmp_path, "fist/1.jpg", "fist/.DS_Store", "fist/._1.jpg", ".git/x/1.jpg", "__MACOSX/1.jpg", "fist/notes.txt")
    (tmp_path / "empty").mkdir()
    album = Album(tmp_path)
    assert {sign: [path.name for path in paths] for sign, paths in album.signs.items()} == {"fist": ["1.jpg"]}


def test_an_accent_is_the_same_letter_however_a_computer_writes_it(tmp_path: Path) -> None:
    plant(tmp_path, "e\N{COMBINING ACUTE ACCENT}/1.jpg")
    assert list(Album(tmp_path).signs) == ["\N{LATIN SMALL LETTER E WITH ACUTE}"]


@pytest.mark.parametrize(
    ("make", "sentence"),
    {
        "away": (
            lambda folder: folder / "away",
            r"away does not exist: expected one sub-folder .*away/thumbs_up/1\.jpg",
        ),
        "a file": (lambda folder: plant(folder, "a") / "a", "is not a folder"),
        "empty": (lambda folder: folder, "has no signs: expected one sub-folder"),
        "loose pictures": (lambda folder: plant(folder, "1.jpg", "2.jpg"), "has no signs: expected one sub-folder"),
        "telephone": (lambda folder: plant(folder, "fist/1.HEIC"), r"fist has no pictures, only \.HEIC: convert them"),
    }.values(),
    ids=["away", "a file", "empty", "loose pictures", "telephone"],
)
def test_a_folder_that_is_no_album_says_what_is_expected(
    tmp_path: Path, make: Callable[[Path], Path], sentence: str
) -> None:
    with pytest.raises(PictureError, match=sentence):
        Album(make(tmp_path))


def test_a_sign_that_is_not_there_says_which_are(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="no pictures of 'palm'; it has fist, point"):
        Album(plant(tmp_path, "fist/1.jpg", "point/1.jpg")).paths("palm")


def test_a_real_album_is_read(data: Path) -> None:
    album = Album(data / "ardamavi_digits")
    assert list(album.signs) == [str(digit) for digit in range(10)]
    for paths in album.signs.values():
        pixels = read_picture(paths[0], (160, 160)).pixels
        assert pixels.shape == (160, 160, 3)
        assert pixels.std() > 5
