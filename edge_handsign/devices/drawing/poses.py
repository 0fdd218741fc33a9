"""Which hands can be drawn: one row a pose.

Every angle is in degrees and belongs to a hand that stands upright, its palm towards the camera and its thumb on the
left; whoever draws it turns, tilts, mirrors and moves it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finger:
    """How one finger is held."""

    curl: float  # 0 straight .. 1 folded into the palm
    aside: float = 0.0  # degrees away from the pose's own fan, positive to the little finger's side
    lean: float = 0.0  # degrees by which it folds towards the thumb rather than towards the camera


@dataclass(frozen=True, slots=True)
class Thumb:
    """Where its three bones point: degrees from upright (positive: away from the fingers) and towards the camera."""

    away: tuple[float, float, float]
    forward: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Pose:
    """One hand; `fingers` is index, middle, ring, little."""

    name: str
    fingers: tuple[Finger, Finger, Finger, Finger]
    thumb: Thumb
    fan: float = 4.0  # degrees between neighbouring fingers
    turn: float = 0.0  # degrees, clockwise in the picture, before whoever draws it turns it further
    swing: float = 0.0  # degrees about the upright axis: shows the thumb's side (positive) or the other


STRAIGHT, FOLDED = Finger(0.04), Finger(0.97)
ACROSS = Thumb(away=(22, -50, -88), forward=(58, 38, -2))  # lies over the folded fingers
OVER_TWO = Thumb(away=(2, -62, -78), forward=(52, 40, 4))  # holds ring and little finger down
OUT = Thumb(away=(52, 62, 58), forward=(8, 4, 0))
ASIDE = Thumb(away=(66, 84, 92), forward=(14, 6, 0))

POSES: dict[str, Pose] = {
    pose.name: pose
    for pose in (
        Pose("fist", (FOLDED, FOLDED, FOLDED, FOLDED), ACROSS, fan=1.0),
        Pose("palm", (STRAIGHT, STRAIGHT, STRAIGHT, STRAIGHT), OUT, fan=9.0),
        Pose("peace", (Finger(0.03, -9), Finger(0.03, 9), FOLDED, FOLDED), OVER_TWO, fan=5.0),
        Pose("point", (Finger(0.02), FOLDED, FOLDED, FOLDED), OVER_TWO, fan=2.0),
        Pose("thumb", (FOLDED, FOLDED, FOLDED, FOLDED), ASIDE, fan=1.0, turn=82.0),
        Pose(
            "ok",
            (Finger(0.54, -6, 70), Finger(0.10), Finger(0.07), Finger(0.04, 5)),
            Thumb(away=(60, 44, 16), forward=(24, 14, 8)),
            fan=9.0,
        ),
        Pose("three", (Finger(0.03, -5), STRAIGHT, Finger(0.03, 5), FOLDED), OVER_TWO, fan=6.0),
        Pose("rock", (Finger(0.03, -3), FOLDED, FOLDED, Finger(0.03, 5)), ACROSS, fan=5.0),
        Pose("call", (FOLDED, FOLDED, FOLDED, Finger(0.03, 14)), ASIDE, fan=4.0),
    )
}
NONE = "none"  # no hand: only the room
