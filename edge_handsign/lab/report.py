"""One experiment as a person or a program reads it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from edge_handsign.lab import table
from edge_handsign.lab.claims import judged
from edge_handsign.lab.curve import Record
from edge_handsign.lab.kinds import KINDS
from edge_handsign.lab.material import Material


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured, on what, and with what."""

    backbone: str  # in words
    source: str | None  # what was trained on, if there were pictures
    material: Material
    asked: int  # pictures or samples in a draw; their number varies a little where groups are drawn
    record: Record

    def text(self) -> str:
        """Heading, table, who is missing and why, and the two claims."""
        signs = self.material.signs
        missing = "\n".join(f"{KINDS[name].letter}  {why}" for name, why in self.record.ended.items())
        heading = (
            f"{self.backbone}\n{len(signs)} signs: {', '.join(signs)}\n"
            f"split by {self.material.apart.value}, about {self.asked} asked in a draw"
        )
        parts = (
            heading,
            "\n".join(table.lines(self.record.figures().values())),
            missing and f"missing:\n{missing}",
            *(f"{number}. {claim}" for number, claim in enumerate(self._claims(), 1)),
        )
        return "\n\n".join(part for part in parts if part)

    def json(self) -> Mapping[str, Any]:
        """The same, for json.dumps."""
        return {
            "backbone": self.backbone,
            "source": self.source,
            "signs": self.material.signs,
            "split_by": self.material.apart.value,
            "asked": self.asked,
            "figures": [asdict(figure) for figure in self.record.figures().values()],
            "missing": self.record.ended,
            "claims": [asdict(claim) for claim in self._claims()],
        }

    def _claims(self) -> tuple[Any, ...]:
        return judged(self.record.figures(), len(self.material.signs))
