"""The rows of the table in docs/when-something-fails.md: `python -m scripts.faults`."""

import sys

from edge_handsign.core.faults import FAULTS, Advice
from edge_handsign.core.feedback import SIGNALS
from scripts.signals import lasting


def table() -> str:
    """The rows, as Markdown, without a heading."""
    return "\n".join(
        f"| {fault.value} | {shown(advice)} | {advice.failed} | {advice.do or 'nothing'} |"
        for fault, advice in FAULTS.items()
    )


def shown(advice: Advice) -> str:
    """How the status LED tells of it."""
    return lasting(SIGNALS[advice.signal].status) if advice.signal else "-"


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
