"""The command line: one verb a module of `commands`, which alone chooses devices and hands them over.

A failure that a person can act on is one line on stderr and an exit status that systemd understands.
"""

import argparse
import sys
from collections.abc import Sequence

from edge_handsign import __version__
from edge_handsign.commands import (
    bench,
    classify,
    config,
    doctor,
    evaluate,
    explain,
    lab,
    model,
    report,
    rescue,
    run,
    samples,
    silence,
    simulate,
    status,
    teach,
    undo,
    watch,
)
from edge_handsign.errors import PlainError

VERBS = (
    run,
    simulate,
    status,
    watch,
    teach,
    undo,
    classify,
    evaluate,
    report,
    explain,
    lab,
    samples,
    model,
    config,
    doctor,
    bench,
    silence,
    rescue,
)
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; the process's exit status."""
    args = parser().parse_args(arguments)
    try:
        return int(args.run(args))
    except PlainError as error:
        print(f"edge-handsign: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def parser() -> argparse.ArgumentParser:
    """All verbs with their help."""
    whole = argparse.ArgumentParser(
        prog="edge-handsign",
        description="A camera box that learns hand signs at the press of a button: no screen, no cloud, no training.",
        epilog="To try it without a Raspberry Pi: edge-handsign simulate. Each verb explains itself: VERB -h.",
    )
    whole.add_argument("--version", action="version", version=f"edge-handsign {__version__}")
    verbs = whole.add_subparsers(metavar="VERB", required=True)
    for verb in VERBS:
        verb.add_to(verbs)
    return whole


if __name__ == "__main__":
    sys.exit(main())
