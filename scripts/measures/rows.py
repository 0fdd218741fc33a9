"""The rows of the table: each stands for one of the project's aims, or for the nearest thing that is at hand.

The aims are about other photographs, by other people in other rooms, which are kept for judging.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from scripts.training.photographs import Photograph, to_measure

from . import shots
from .protocols import Protocol, across_groups, across_people, across_time, and_none, same_session
from .shots import Shot

RPS, WORDS, FINGERS, DIGITS = ("rps_laya_webcam",), ("words_handy4tsuki4",), ("subhi_hands",), ("ardamavi_digits",)
LETTERS = ("asl_hawkcodesz", "asl_t32rahman", "asl_hackmit")
GREY_WALL, PAIR = ("epsrc_human_set1", "epsrc_human_set2"), ("words_shikha", "words_mandalor")
FACES, ROOMS, THINGS = ("neg_faces_office",), ("neg_epsrc_backgrounds",), ("neg_google_testdata",)
FOUR = frozenset({"0-hand", "1-hand", "2-hand", "3-hand", "4-hand"})  # what both recordings kept for measuring show
FIVE = frozenset("12345")
CLOSE = 1.8  # hand lengths: the crop in which a hand fills the frame

SAME = "same room, same person, 4-6 signs"
ROOM = "other room and person, 3 signs"
PEOPLE = "six people teach, a seventh uses"
BACKGROUND = "26 letters, other background"
STRANGER = "26 letters, other person and room"
VIDEO = "10 signs, other video and light"
CLUTTER = "26 letters in clutter, several people"
NOTHING = "frames without a sign told from signs, AUROC"
AIMS = {  # in the order in which they are read, and what stands for each here
    SAME: "Two recordings each of two men, and a grey wall on two occasions. Within a recording the hand moves, also "
    "out of the middle square, and in the second one of the words arm and hand turn on the way; the cut in time asks "
    "about just that.",
    ROOM: "Two people in about eight rooms, and several more on green cloth, their hands turned upright.",
    PEOPLE: "Sixty people, one photograph of each digit each, pale wall, the hand fills the frame.",
    BACKGROUND: "No letters before two backgrounds are at hand. One man's fingers in two recordings stand for them, so "
    "the row says little about 26 letters.",
    STRANGER: "Three sets, a hand or two each, another room each. All trained the shipped network; a row says "
    "something for a network that was trained without the set that is asked (`--leave-out`).",
    VIDEO: "One man, two recordings; half of the signs change the room as well.",
    CLUTTER: 'No letters in clutter are at hand. Five fingers stand for them, with noisy labels ("five" holds what is '
    "none of the others); persons are not recorded, so one may be on both sides of the cut in time.",
    NOTHING: "Hands against faces at a webcam, empty offices, things, and what the same photographs show beside hands.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One measure, in per cent: answered right, or AUROC where there are photographs without a hand."""

    name: str
    stands_for: str  # the aim's own words
    aim: float | None  # None: beside the row that stands for the aim
    sets: tuple[str, ...]
    by: str  # session, person or set: what is never on both sides
    protocol: Protocol
    signs: frozenset[str] = frozenset()  # only these, if given
    crop: float = 0.0  # hand lengths around the box; 0: as the product sees it
    nones: tuple[str, ...] = ()  # sets without a hand; of sets with hands, what is beside the hand
    most: int = 100  # photographs of one sign in one group
    asked: str = ""  # the one group that is asked, where it is one

    def shots(self, photographs: list[Photograph]) -> list[Shot]:
        """The photographs of this row: those that never train, where the set has such."""
        hands = [shots.hand(p, self.by, self.crop) for p in _of(photographs, self.sets)]
        chosen = [shot for shot in hands if not self.signs or shot.sign in self.signs]
        nones = [shot for p in _of(photographs, self.nones) if (shot := shots.none(p))]
        return shots.evenly([*chosen, *nones], self.most)


def _of(photographs: list[Photograph], sets: tuple[str, ...]) -> Iterator[Photograph]:
    for name in sets:
        yield from to_measure(photographs, name) or [p for p in photographs if p.set == name]


def _shots(count: int, same: float | None = None) -> tuple[Row, ...]:
    """The rows that are measured with few and with many photographs a sign."""
    row, five, others = f"{count} shots", same_session(count, 5), across_groups(count)
    return (
        Row(f"words, same session, {row}", SAME, same, WORDS, "session", five),
        Row(f"fingers, same session, {row}", SAME, same, FINGERS, "session", five, FOUR),
        Row(f"fingers, same session, grey wall, {row}", SAME, same, GREY_WALL, "set", five, FIVE),
        Row(f"rock paper scissors, other person, {row}", ROOM, 97, RPS, "person", across_groups(count, 3)),
        Row(
            f"rock paper scissors, other set, {row}", ROOM, 97, (*RPS, "rps_drgfreeman"), "set", across_groups(count, 3)
        ),
        Row(f"words, other video and light, {row}", VIDEO, 60, WORDS, "session", others),
        Row(f"six words, other person and room, {row}", VIDEO, None, PAIR, "set", others),
        Row(f"fingers, other recording, hand crop, {row}", BACKGROUND, 92, FINGERS, "session", others, FOUR, CLOSE),
        Row(f"fingers, other recording, whole frame, {row}", BACKGROUND, None, FINGERS, "session", others, FOUR),
    )


_ALL = (
    *_shots(5, 98),
    *_shots(20, 99),
    Row("digits, six people teach", PEOPLE, 98, DIGITS, "person", across_people(6)),
    Row("digits, one person teaches", PEOPLE, None, DIGITS, "person", across_people(1)),
    Row("digits, five people teach", PEOPLE, None, DIGITS, "person", across_people(5)),
    Row("digits, twenty people teach", PEOPLE, None, DIGITS, "person", across_people(20)),
    *(
        Row(
            f"letters, {each} asked, 10 shots",
            STRANGER,
            70,
            LETTERS,
            "set",
            across_groups(10, asked=each),
            most=30,
            asked=each,
        )
        for each in LETTERS
    ),
    Row("fingers in clutter, later pictures, 5 shots", CLUTTER, 75, ("count_dwivedi",), "set", across_time(5)),
    Row("fingers in clutter, later pictures, 15 shots", CLUTTER, 85, ("count_dwivedi",), "set", across_time(15)),
    *(
        Row(f"{what} or face", NOTHING, 99, sets, by, and_none(protocol), signs, nones=FACES)
        for what, sets, by, protocol, signs in (
            ("rock paper scissors", RPS, "person", across_groups(5), frozenset[str]()),
            ("words", WORDS, "session", across_groups(5), frozenset[str]()),
            ("fingers", FINGERS, "session", across_groups(5), FOUR),
            ("digits", DIGITS, "person", across_people(5), frozenset[str]()),
        )
    ),
    Row("hand or empty office", NOTHING, 99, (*RPS, *WORDS), "session", and_none(across_groups(5)), nones=ROOMS),
    Row("rock paper scissors or the room beside", NOTHING, 99, RPS, "person", and_none(across_groups(5)), nones=RPS),
    Row("hand or thing", NOTHING, 99, (*RPS, *WORDS), "session", and_none(across_groups(5)), nones=THINGS),
)
ROWS = tuple(sorted(_ALL, key=lambda row: list(AIMS).index(row.stands_for)))

COUNTS = (1, 2, 5, 10, 20)
CURVES = {  # how accuracy grows with what is taught
    name: [row for count in COUNTS for row in _shots(count) if row.name == f"{name}, {count} shots"]
    for name in (
        "words, same session",
        "words, other video and light",
        "rock paper scissors, other set",
        "fingers, other recording, whole frame",
    )
}
