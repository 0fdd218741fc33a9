"""Which pixels are hand: what lets a hand be put in front of another room.

GrabCut, told by the joints where flesh surely is and where it cannot be; where it fails (the area says so) a hand drawn
from capsules along the bones stands in. Without joints only a bare wall can be trusted.
"""

# mypy: disable-error-code="no-any-return"
import cv2  # noqa: TID253 - only the training environment imports this module
import numpy as np
from numpy.typing import NDArray

from .pose import ROOTS, TIPS

WORK_PX = 112  # GrabCut runs at this size
PALM = [0, 1, 5, 9, 13, 17]


def of_joints(patch: NDArray[np.uint8], joints: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Mask (side, side), 0-255 with a soft edge, of the hand whose 21 `joints` are at (x, y) pixels of `patch`."""
    side = patch.shape[0]
    small = cv2.resize(patch, (WORK_PX, WORK_PX), interpolation=cv2.INTER_AREA)
    places = joints * (WORK_PX / side)
    flesh = _draw(places, 0.22)
    found = _grab(small, _guess(places))
    share = int(np.count_nonzero(found)) / max(int(np.count_nonzero(flesh)), 1)
    return _soften(found if 0.75 < share < 2.2 else flesh, side)


def of_bare_wall(patch: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Mask (side, side) of the one thing in front of a bare wall, or None where that does not come out plausibly."""
    small = cv2.resize(patch, (WORK_PX, WORK_PX), interpolation=cv2.INTER_AREA)
    trimap = np.full((WORK_PX, WORK_PX), cv2.GC_PR_BGD, np.uint8)
    trimap[:4] = trimap[:, :4] = trimap[:, -4:] = cv2.GC_BGD
    cv2.circle(trimap, (WORK_PX // 2, WORK_PX * 55 // 100), WORK_PX * 32 // 100, cv2.GC_PR_FGD, -1)
    found = _grab(small, trimap)
    return _soften(found, patch.shape[0]) if 0.08 < found.mean() < 0.6 else None


def _guess(places: NDArray[np.float32]) -> NDArray[np.uint8]:
    """What GrabCut starts from: surely flesh, probably, probably not, surely not."""
    trimap = np.full((WORK_PX, WORK_PX), cv2.GC_BGD, np.uint8)
    trimap[_draw(places, 0.75, arm=True) > 0] = cv2.GC_PR_BGD
    trimap[_draw(places, 0.30, arm=True) > 0] = cv2.GC_PR_FGD
    trimap[_draw(places, 0.08) > 0] = cv2.GC_FGD
    return trimap


def _draw(places: NDArray[np.float32], width: float, arm: bool = False) -> NDArray[np.uint8]:  # noqa: FBT001, FBT002
    """Capsules along the bones and the palm between them; `width` in lengths of the palm (wrist to middle root)."""
    canvas = np.zeros((WORK_PX, WORK_PX), np.uint8)
    palm = max(float(np.linalg.norm(places[9] - places[0])), float(np.linalg.norm(places[17] - places[5])), 4.0)
    thick = max(1, round(width * palm))
    points = np.round(places).astype(int)
    for root, tip in zip(ROOTS, TIPS, strict=True):
        cv2.line(canvas, points[root].tolist(), points[tip].tolist(), 1, thick)
    cv2.fillConvexPoly(canvas, cv2.convexHull(points[PALM]), 1)
    if arm:
        elbow = np.round(places[0] + 1.2 * (places[0] - places[9])).astype(int)
        cv2.line(canvas, points[0].tolist(), elbow.tolist(), 1, max(1, round((width + 0.25) * palm)))
    return canvas


def _grab(small: NDArray[np.uint8], trimap: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The largest connected piece that GrabCut finds, as 0 and 1."""
    if not (trimap == cv2.GC_BGD).any() or not ((trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)).any():
        return np.zeros_like(trimap)
    cv2.setRNGSeed(0)
    cv2.grabCut(small, trimap, None, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_MASK)
    found = ((trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)).astype(np.uint8)
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(found)
    return (pieces == 1 + np.argmax(stats[1:, cv2.CC_STAT_AREA])).astype(np.uint8) if len(stats) > 1 else found


def _soften(found: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Half a pixel in against halos, then feathered."""
    large = cv2.resize(found * np.uint8(255), (side, side), interpolation=cv2.INTER_CUBIC)
    blurred = cv2.GaussianBlur(large, (0, 0), 2.0).astype(np.float32)
    return np.clip((blurred - 110) * 2.2, 0, 255).astype(np.uint8)
