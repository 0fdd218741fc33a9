"""Every sign of a memory, examined to the last sample."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from edge_handsign.core.examination import Examination
from edge_handsign.core.finding import Finding, Verdict
from edge_handsign.core.memory import Memory

Watch = Callable[[Sequence[Examination]], Iterable[Examination]]  # shows how far a sequence is gone through


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of each sign, in the order in which they were first taught; at least one."""

    findings: tuple[Finding, ...]
    misses: frozenset[int]  # places in the memory of the samples that the other lessons do not recognise

    @property
    def advice(self) -> str:
        """One sentence: what to do next."""
        urgency = list(Verdict)
        worst = min(self.findings, key=lambda finding: (urgency.index(finding.verdict), finding.recall or 0.0))
        return "every sign is well taught" if worst.verdict is Verdict.WELL else worst.advice


def examined(memory: Memory, new_below: float, watch: Watch = iter) -> Report:
    """Ask everything; `memory` holds at least one sample. `new_below` as in `Examination`."""
    examinations = [Examination(memory, sign, new_below, len(memory)) for sign in memory.counts()]
    for examination in watch([one for one in examinations for _ in range(len(one))]):
        examination.ask()
    return Report(
        tuple(examination.finding() for examination in examinations),
        frozenset(place for examination in examinations for place in examination.misses),
    )
