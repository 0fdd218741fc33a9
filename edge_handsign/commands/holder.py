"""Whoever holds the samples is asked: the box while it runs; else, or of another folder, the store is opened."""

import argparse
from collections.abc import Sequence

from edge_handsign.commands import asking, choice
from edge_handsign.errors import PlainError
from edge_handsign.store import Census, LessonCount, SignCount, Store


def census(args: argparse.Namespace) -> Census:
    """How many samples each sign has."""
    with asking.box_or_none(args, asking.ERRAND_S) as box:
        if box:
            signs, damaged = box.all("samples", "signs"), box.ask("samples")["damaged"]
            return Census(tuple(SignCount(**sign) for sign in signs), damaged)
    with store(args) as opened:
        return opened.census()


def lessons(args: argparse.Namespace) -> Sequence[LessonCount]:
    """Of `args.sign`; PlainError when there is nothing of that name."""
    with asking.box_or_none(args, asking.ERRAND_S) as box:
        if box:
            return [LessonCount(**one) for one in box.all("show", "lessons", sign=args.sign)]
    with store(args) as opened:
        counted = opened.census()
    found = next((sign for sign in counted.signs if sign.sign == args.sign), None)
    if found is None:
        raise PlainError(counted.missing(args.sign))
    return found.lessons


def forget(args: argparse.Namespace) -> int:
    """How many samples of `args.sign` went; PlainError when there is nothing of that name."""
    with asking.box_or_none(args, asking.ERRAND_S) as box:
        if box:
            return int(box.ask("forget", sign=args.sign)["removed"])
    with store(args) as opened:
        removed = opened.forget(args.sign)
        if not removed:
            raise PlainError(opened.census().missing(args.sign))
        return removed


def rename(args: argparse.Namespace) -> None:
    """`args.sign` is called `args.name`; PlainError when there is no such sign, or that name is taken."""
    with asking.box_or_none(args, asking.ERRAND_S) as box:
        if box:
            box.ask("rename", sign=args.sign, name=args.name)
            return
    with store(args) as opened:
        if not opened.orders.renaming(args.sign, args.name).run():
            raise PlainError(opened.census().missing(args.sign))


def store(args: argparse.Namespace) -> Store:
    """A visitor's."""
    return Store(choice.folder(args))
