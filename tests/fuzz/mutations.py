"""Bytes as accidents and people with intentions leave them: turned, cut, doubled, put where they do not belong."""

from collections.abc import Sequence
from hashlib import sha256

from hypothesis import strategies as st

EDGES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
MOST = 5  # changes to one case


class Large(bytes):
    """Bytes of which nobody wants to see all."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} bytes of SHA-256 {sha256(self).hexdigest()}>"


def spoilt(seeds: Sequence[bytes], pieces: Sequence[bytes] = ()) -> st.SearchStrategy[bytes]:
    """One of the seeds with a few changes; `pieces` are what it is likely to trip over."""
    return st.builds(_spoil, st.sampled_from(seeds), st.lists(_changes(tuple(pieces)), min_size=1, max_size=MOST))


def _changes(pieces: tuple[bytes, ...]) -> st.SearchStrategy[tuple[str, float, int, bytes]]:
    """What is done; where, as a share of the whole; to how much; what comes in its place."""
    numbers = st.sampled_from(EDGES).map(lambda number: number.to_bytes(4, "little"))
    content = st.binary(max_size=8) | numbers | st.sampled_from(pieces or (b"\0",))
    return st.tuples(
        st.sampled_from(("flip", "replace", "replace", "insert", "cut out", "cut off", "double", "move")),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 64),
        content,
    )


def _spoil(seed: bytes, changes: list[tuple[str, float, int, bytes]]) -> bytes:
    content = bytearray(seed)
    for what, share, size, piece in changes:
        if not content:
            break
        _change(content, what, int(share * len(content)), size, piece)
    return bytes(content)


def _change(content: bytearray, what: str, at: int, size: int, piece: bytes) -> None:
    match what:
        case "flip":
            content[at] ^= 1 << size % 8
        case "replace":
            content[at : at + len(piece)] = piece
        case "insert":
            content[at:at] = piece
        case "cut out":
            del content[at : at + size]
        case "cut off":
            del content[at:]
        case "double":
            content[at:at] = content[at : at + size]
        case _:
            moved = content[at : at + size]
            del content[at : at + size]
            content[:0] = moved
