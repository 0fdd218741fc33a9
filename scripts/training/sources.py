"""Whose pictures these are: what a model card has to say of every set that trained."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Where a set was published, by whom (CC BY asks for the name), and who is to be seen."""

    project: str  # on GitHub, or the name under which it was published
    shows: str


SOURCES = {
    "ardamavi_digits": Source(
        "ardamavi/Sign-Language-Digits-Dataset (arXiv:2011.08927)", "160 people, ten digits, pale wall"
    ),
    "subhi_hands": Source("SubhiH/HandsDataset", "one man, 14 recordings, 0-5 fingers, whole webcam frame"),
    "count_dwivedi": Source("dwivedi1997/Hand-Gesture-YOLOv8", "several people, 1-5 fingers, clutter"),
    "gest_emrecandir": Source(
        "emrecandir9/custom-gesture-dataset", "three people, three rooms, 14 commands, small hands"
    ),
    "asl_hawkcodesz": Source("HawkCodesZ/SignLang.AI", "one man, one room, letters A-Z"),
    "asl_hackmit": Source("helloparthshah/HackMIT", "two hands, one dark and one light, 25 letters"),
    "asl_t32rahman": Source("t32rahman/ASL-ML", "one person, pale wall, letters A-Z"),
    "openhand_roboflow": Source(
        "ragadag621/hand-tracking-project-using-YOLOv5", "four to six people, about 60 places, open hand"
    ),
    "neg_emre_body": Source("emrecandir9/custom-gesture-dataset", "no hands: rooms and a person 3-5 m away"),
}
