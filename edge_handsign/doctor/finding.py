"""One line of a diagnosis. What is not in order says what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum


class Verdict(IntEnum):
    """How bad it is; the worst one is the verb's exit status."""

    OK = 0
    WARNING = 1  # the box works, but not as it could, or nobody could look
    FAULT = 2  # the box does not work, or does not keep what it promises


@dataclass(frozen=True, slots=True)
class Finding:
    """`mend` is a command to type, empty only where all is well."""

    verdict: Verdict
    says: str
    mend: str = ""


Findings = Mapping[str, Finding]  # by the name of what was looked at


def ok(says: str) -> Finding:
    """Nothing to do."""
    return Finding(Verdict.OK, says)


def warning(says: str, mend: str) -> Finding:
    """Worth mending."""
    return Finding(Verdict.WARNING, says, mend)


def fault(says: str, mend: str) -> Finding:
    """Has to be mended."""
    return Finding(Verdict.FAULT, says, mend)
