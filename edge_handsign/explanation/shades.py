"""A map in characters, for a terminal: the darker, the more covering takes away there."""

import numpy as np

from edge_handsign.explanation.occlusion import Map

COLUMNS = 40
BLOCKS, PLAIN = " ░▒▓█", " .+#@"
AGAINST = "-"  # where covering adds more than an eighth of the most
FRAMES = {BLOCKS: tuple("┌─┐│└┘"), PLAIN: tuple("+-+|++")}


def shaded(heat: Map, most: float, shades: str = BLOCKS) -> list[str]:
    """Lines of COLUMNS characters in a frame; a character is twice as high as wide. `most`, above 0, is the darkest."""
    height, width = heat.shape
    lines = max(1, round(COLUMNS * height / width / 2))
    rows, columns = (((np.arange(n) + 0.5) * side / n).astype(int) for n, side in ((lines, height), (COLUMNS, width)))
    strength = heat[np.ix_(rows, columns)] / most
    step = np.clip(np.round(strength * (len(shades) - 1)), 0, len(shades) - 1).astype(int)
    marks = np.where(strength < -1 / 8, AGAINST, np.array(list(shades))[step])
    left, flat, right, upright, low_left, low_right = FRAMES[shades]
    middle = [upright + "".join(row) + upright for row in marks.tolist()]
    return [left + flat * COLUMNS + right, *middle, low_left + flat * COLUMNS + low_right]
