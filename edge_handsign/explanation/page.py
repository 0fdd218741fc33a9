"""An explained answer as a page: what the box saw, what it rests on, and beside it the nearest samples."""

from edge_handsign.explanation.answer import Explained, Reason
from edge_handsign.explanation.heat import painted
from edge_handsign.explanation.paper import FAINT, WARNING, Paper, enlarged, spread, within

EDGE, GAP = 40, 28  # px
PANEL, TILE, NOTE = 440, 132, 208  # px wide: a picture, a sample's picture, what is written beside that
TOP = 154  # px, where pictures begin
WIDTH = 2 * (EDGE + PANEL) + 2 * GAP + TILE + 16 + NOTE


def page(answer: Explained) -> Paper:
    """Painted; a picture that is not square makes it higher or lower."""
    width, height = answer.occlusion.size
    size = PANEL, round(PANEL * height / width)
    below = TOP + max(size[1], len(answer.reasons) * (TILE + 22) - 22)
    paper = Paper(WIDTH, below + 160)
    second, third = EDGE + PANEL + GAP, EDGE + 2 * (PANEL + GAP)
    paper.words((EDGE, 28), answer.title, 38, room=WIDTH - 2 * EDGE)
    paper.words((EDGE, 82), f"{answer.detail}  ·  {answer.picture.split('/')[-1]}", 19, FAINT, WIDTH - 2 * EDGE)
    for x, heading in ((EDGE, "What it saw"), (second, "What it rests on"), (third, "Nearest samples")):
        paper.words((x, TOP - 30), heading, 19)
    paper.picture((EDGE, TOP), enlarged(answer.pixels, size))
    heat = spread(answer.heat, size)
    paper.picture((second, TOP), painted(enlarged(answer.pixels, size), heat, answer.full))
    paper.scale((second, TOP + size[1] + 12), PANEL, answer.scale)
    for number, reason in enumerate(answer.reasons):
        _sample(paper, (third, TOP + number * (TILE + 22)), reason)
    _foot(paper, below + 66, answer)
    return paper


def _sample(paper: Paper, at: tuple[int, int], reason: Reason) -> None:
    x, y = at
    if reason.pixels is None:
        paper.tile(at, TILE)
        paper.words((x + 12, y + TILE // 2 - 14), reason.neighbour.sign, 22, FAINT, TILE - 24)
    else:
        paper.picture(at, enlarged(reason.pixels, within(reason.pixels, TILE)))
    x += TILE + 16
    paper.words((x, y), reason.neighbour.sign, 22, room=NOTE)
    paper.words((x, y + 34), f"similarity {reason.neighbour.similarity:.3f}", 16, FAINT)
    paper.bar((x, y + 60), NOTE, reason.neighbour.similarity)
    for line, words in enumerate(_origin(reason)):
        paper.words((x, y + 76 + 22 * line), words, 15, FAINT, NOTE)


def _origin(reason: Reason) -> list[str]:
    if reason.picture:
        return reason.picture.split("/")[-1:]
    return [f"sample {reason.neighbour.id}, lesson {reason.lesson}", str(reason.taught)]


def _foot(paper: Paper, y: int, answer: Explained) -> None:
    room = WIDTH - 2 * EDGE
    told = answer.evidence.sentence + " The line runs round that part." * (answer.evidence.where is not None)
    paper.words((EDGE, y), told, 19, room=room)
    if answer.evidence.doubt:
        paper.words((EDGE, y + 28), f"Beware: {answer.evidence.doubt}.", 17, WARNING, room)
    paper.words((EDGE, y + 58), f"{answer.method}; {answer.backbone}", 14, FAINT, room)
