"""An explained answer in characters: lines for a person, an object for a program."""

from collections.abc import Iterator

from edge_handsign.explanation.answer import Explained
from edge_handsign.explanation.shades import AGAINST, BLOCKS, shaded


def lines(answer: Explained, shades: str = BLOCKS) -> Iterator[str]:
    """What a terminal shows."""
    yield f"{answer.picture}: {answer.title} ({answer.detail})"
    yield ""
    yield answer.evidence.sentence
    if answer.evidence.doubt:
        yield f"Beware: {answer.evidence.doubt}."
    yield from shaded(answer.heat, answer.full, shades)
    yield f"{shades[-1]} covered, it loses {answer.full:.2f}   {AGAINST} covered, it gains"
    yield ""
    yield "nearest samples:"
    for reason in answer.reasons:
        yield f"  {reason.neighbour.similarity:.3f}  {reason.neighbour.sign}  {reason.origin}"


def as_json(answer: Explained) -> dict[str, object]:
    """Every figure; what `explain -h` promises."""
    occlusion, evidence = answer.occlusion, answer.evidence
    return {
        "image": answer.picture,
        "backbone": answer.backbone,
        "sign": answer.match.sign,
        "nearest_sign": answer.match.closed,
        "similarity": answer.match.similarity,
        "margin": answer.match.margin,
        "nearest": [
            {
                "id": reason.neighbour.id,
                "sign": reason.neighbour.sign,
                "similarity": reason.neighbour.similarity,
                "lesson": reason.lesson,
                "taught": reason.taught,
                "picture": reason.picture,
            }
            for reason in answer.reasons
        ],
        "evidence": {
            "where": evidence.where,
            "most": evidence.most,
            "against": evidence.against,
            "half_on": evidence.half_on,
            "at_rim": evidence.at_rim,
            "doubt": evidence.doubt,
        },
        "occlusion": {
            "size": list(occlusion.size),
            "patch": occlusion.side,
            "tops": list(occlusion.tops),
            "lefts": list(occlusion.lefts),
            "score": occlusion.score,
            "drops": occlusion.drops.round(6).tolist(),
        },
    }
