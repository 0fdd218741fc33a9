"""`samples export | import | backup | restore`: what was taught, out of the box and back into one."""

import argparse
import shutil
from pathlib import Path

from edge_handsign.commands import choice
from edge_handsign.errors import PlainError, StoreError
from edge_handsign.store import MOST_BYTES, Parcel, ParcelError, Store, restore

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
        kind.set_defaults(run=run)


def export(args: argparse.Namespace) -> int:
    """Write a parcel; PlainError when that does not work."""
    with Store(choice.folder(args)) as store:
        parcel = store.parcel()
    content = parcel.packed()
    try:
        args.file.write_bytes(content)
    except OSError as error:
        raise PlainError(f"{args.file}: {error.strerror}: nothing was exported") from error
    print(f"{samples(len(parcel.rows))} in {args.file}: they show how hands look, so treat it as personal")
    return 0


def take(args: argparse.Namespace) -> int:
    """Add a parcel; PlainError when anything in it is wrong, and then nothing has changed."""
    try:
        with args.file.open("rb") as file:
            parcel = Parcel.unpacked(file.read(MOST_BYTES + 1))
    except OSError as error:
        raise PlainError(f"{args.file}: {error.strerror}") from error
    except ParcelError as error:
        raise ParcelError(f"{args.file}: {error}; nothing was imported") from error
    with Store(choice.folder(args)) as store:
        taken = store.take(parcel)
        asleep = sum(counted.asleep for counted in store.census().signs)
    known = len(parcel.rows) - taken
    print(f"imported {samples(taken)}" + (f"; here already: {known}" if known else ""))
    if asleep:
        print(f"{samples(asleep)} in the box {'is' if asleep == 1 else 'are'} of another model, and asleep")
    return 0


def backup(args: argparse.Namespace) -> int:
    """Make a copy, and another where the person wants it."""
    with Store(choice.folder(args)) as store:
        copy = store.make_copy()
        try:
            target = Path(shutil.copy(copy, args.file)) if args.file else copy
        except OSError as error:
            raise PlainError(f"{args.file}: {error.strerror}: no copy is there") from error
    print(f"copied to {target}")
    return 0


def put_back(args: argparse.Namespace) -> int:
    """Make a copy the truth; StoreError leaves all as it was."""
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
