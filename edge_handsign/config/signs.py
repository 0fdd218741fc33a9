"""A sign as the settings declare it, and what a sign may be called."""

import unicodedata
from dataclasses import dataclass

from edge_handsign.core.knob import knob

LONGEST_NAME = 64  # code points


@dataclass(frozen=True, slots=True)
class SignSettings:
    """One item of the `signs` section; the name is kept in Unicode's composed form (NFC)."""

    name: str = knob("", "what you call it")
    led: int | None = knob(None, "BCM pin of its LED; signs may share one; null: none", low=0, high=27)
    button: int | None = knob(None, "BCM pin of its own teach button; null: the common one teaches it", low=0, high=27)
    tune: str | None = knob(None, "notes when it appears, C3 to C8, - is a rest, :300 lasts 300 ms: C5 - G#5:300")
    background: bool = knob(False, "true: taught like a sign but never shown, for what is no sign at all")

    def __post_init__(self) -> None:
        """The same letters are the same name, however the keyboard composed them."""
        object.__setattr__(self, "name", unicodedata.normalize("NFC", self.name or ""))


DEFAULT_SIGNS = (
    SignSettings("fist", led=24),
    SignSettings("palm", led=25),
    SignSettings("peace", led=5),
    SignSettings("point", led=6),
    SignSettings("nothing", background=True),
)


def trouble_with(name: str) -> str | None:
    """Why a sign cannot be called so, None when it can: names become folders, log fields and words on a page."""
    if not name:
        return "it is empty"
    if len(name) > LONGEST_NAME:
        return f"it has {len(name)} characters, at most {LONGEST_NAME} are allowed"
    if not name.isprintable():
        return "it has characters that cannot be printed"
    if "/" in name or "\\" in name or name in (".", ".."):
        return "it would not do as the name of a folder: no / or \\, and not . or .."
    if name != name.strip():
        return "it begins or ends with a space"
    return None


def same_name(name: str) -> str:
    """Equal for names that a person would take for one another: Fist and fist."""
    return unicodedata.normalize("NFC", name.casefold())
