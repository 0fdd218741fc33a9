"""A question that somebody has asked, and why it is not done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from edge_handsign.control import Caller, Code, Request
from edge_handsign.control.protocol import refusal
from edge_handsign.core.messages import Change
from edge_handsign.errors import PlainError

Answer = Mapping[str, object]
Keep = Callable[[Change], None]


@dataclass(frozen=True, slots=True)
class Asking:
    """A request, who makes it, and when."""

    request: Request
    caller: Caller
    keep: Keep
    now: float  # s, monotonic


class Refused(Exception):
    """The sentence that a caller is told."""

    def __init__(self, code: Code, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def answer_of(do: Callable[[], Answer | None]) -> Answer | None:
    """What a caller is told of it; None when that comes later."""
    try:
        answer = do()
    except Refused as refused:
        return refusal(refused.code, str(refused))
    except PlainError as error:
        return refusal(Code.REFUSED, str(error))
    return None if answer is None else {"ok": True, **answer}
