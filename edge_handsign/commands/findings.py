"""Findings told: a line each for a person, one object for a program. The exit status is the worst of them."""

import json
from collections.abc import Iterable

from edge_handsign.doctor import Finding, Verdict

MARKS = {Verdict.OK: "ok", Verdict.WARNING: "warning", Verdict.FAULT: "FAULT"}
Found = Iterable[tuple[str, Finding]]  # what was looked at, and how it is


def print_lines(found: Found) -> Verdict:
    """Each as soon as it is there, what mends it below."""
    worst = Verdict.OK
    for name, finding in found:
        print(f"{MARKS[finding.verdict]:<8} {name:<10} {finding.says}", flush=True)
        if finding.mend:
            print(f"{'':<19} -> {finding.mend}", flush=True)
        worst = max(worst, finding.verdict)
    return worst


def print_json(found: Found) -> Verdict:
    """All of them at once."""
    lines = list(found)
    worst = max((finding.verdict for _, finding in lines), default=Verdict.OK)
    checks = [
        {"check": name, "verdict": finding.verdict.name.lower(), "says": finding.says, "mend": finding.mend}
        for name, finding in lines
    ]
    print(json.dumps({"worst": worst.name.lower(), "checks": checks}, ensure_ascii=False))
    return worst
