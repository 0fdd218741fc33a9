"""`samples export | import | backup | restore`: what was taught, out of the box and back into one.

Files are opened here, with the rights of whoever types: the box that runs sees no folder but its own.
"""

import argparse
import os
import shutil
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from edge_handsign.commands import asking, choice, holder
from edge_handsign.control import Client
from edge_handsign.errors import PlainError, StoreError
from edge_handsign.store import MOST_BYTES, Parcel, ParcelError, Unpacking, parcel_of, restore

VERBS = (
    ("export", "write everything taught to a file that another box can import", None),
    ("import", "add what another box exported; all of it, or nothing when anything in the file is wrong", None),
    ("backup", "make the box's own copy now, and one to FILE", "?"),
    ("restore", "put the box's own copy, or FILE, in the place of what is taught now, which is set aside", "?"),
)


def add_to(kinds: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the four."""
    runs = (export, take, backup, put_back)
    for (name, text, count), run in zip(VERBS, runs, strict=True):
        kind = kinds.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        kind.add_argument("file", metavar="FILE", type=Path, nargs=count)
        choice.add_folder_arguments(kind)
        asking.add_socket_argument(kind)
        kind.set_defaults(run=run)


def export(args: argparse.Namespace) -> int:
    """Write a parcel; PlainError when that does not work."""
    with asking.box_or_none(args, asking.ERRAND_S) as box:
        parcel = _fetched(box) if box else _opened(args)
    write(args.file, BytesIO(parcel.packed()))
    print(f"{samples(len(parcel.rows))} in {args.file}: they show how hands look, so treat it as personal")
    return 0


def take(args: argparse.Namespace) -> int:
    """Add a parcel; PlainError when anything in it is wrong, and then nothing has changed."""
    try:
        with args.file.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        Parcel.unpacked(content)
    except OSError as error:
        raise PlainError(f"{args.file}: {error.strerror}") from error
    except ParcelError as error:
        raise ParcelError(f"{args.file}: {error}; nothing was imported") from error
    with asking.box_or_none(args, asking.ERRAND_S) as box:
        told = box.give("import", content) if box else _taken(args, content)
    print(f"imported {samples(told['imported'])}" + (f"; here already: {told['known']}" if told["known"] else ""))
    if told["asleep"]:
        print(f"{samples(told['asleep'])} of another model than the box's: asleep until that model is back")
    return 0


def backup(args: argparse.Namespace) -> int:
    """Make a copy, and another where the person wants it."""
    with asking.box_or_none(args, asking.ERRAND_S) as box:
        if box:
            with box.fetch("backup") as copy:
                if args.file:
                    write(args.file, copy)
        else:
            with holder.store(args) as store, store.orders.copying().run().open("rb") as copy:
                if args.file:
                    write(args.file, copy)
    print(f"copied to {args.file}" if args.file else "the box's own copy is fresh")
    return 0


def put_back(args: argparse.Namespace) -> int:
    """Make a copy the truth; StoreError leaves all as it was."""
    asking.insist_on_rest(args, f"samples restore {args.file or ''}".strip())
    folder = choice.folder(args)
    if not folder.is_dir():
        raise StoreError(f"{folder} is not there: edge-handsign has not kept anything there yet")
    restored = restore(folder, args.file)
    print(f"{samples(restored.samples)} of {restored.source} are what the box knows now")
    if restored.aside:
        print(f"what it knew before is kept as {restored.aside}")
    return 0


def samples(count: int) -> str:
    """In words."""
    return f"{count} sample{'s' * (count != 1)}"


def write(file: Path, content: BinaryIO) -> None:
    """For the owner alone, and durably: where that does not work (PlainError), what was there before still is."""
    draft = file.with_name(f".{file.name}.new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as writing:
            shutil.copyfileobj(content, writing)
            writing.flush()
            os.fsync(writing.fileno())
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise PlainError(f"{file}: {error.strerror}: nothing was written there") from error


def _fetched(box: Client) -> Parcel:
    with TemporaryDirectory(prefix="edge-handsign-") as name, box.fetch("backup") as copy:
        file = Path(name) / "samples.db"
        with file.open("wb") as writing:
            shutil.copyfileobj(copy, writing)
        return parcel_of(file)


def _opened(args: argparse.Namespace) -> Parcel:
    with holder.store(args) as store:
        return store.orders.contents.parcel()


def _taken(args: argparse.Namespace, content: bytes) -> dict[str, int]:
    with holder.store(args) as store:
        room = choice.configured(args).memory.capacity - sum(counted.awake for counted in store.census().signs)
        taken = store.orders.taking(Unpacking(BytesIO(content)), lambda: room).run()
    return {"imported": len(taken.rows), "known": taken.known, "asleep": taken.asleep}
