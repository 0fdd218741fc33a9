"""Takes what is asked over the control socket to the session and the store, and tells those who watch what happens.

A turn a tick. A lesson is answered when it is durable or refused, an errand when it is over, everything else at once.
"""

from collections import deque
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from itertools import islice

from edge_handsign import __version__
from edge_handsign.control import PROTOCOL, Caller, Code, Do, Server
from edge_handsign.control.protocol import refusal
from edge_handsign.core.feedback import Signal
from edge_handsign.core.messages import Forget, Sight
from edge_handsign.core.news import News
from edge_handsign.core.session import Session
from edge_handsign.reception.asking import Answer, Asking, Keep, Refused, answer_of
from edge_handsign.reception.samples import Samples
from edge_handsign.store import Store

FAULTS = 5  # the last refusals that are remembered
COUNTED = 50  # signs of which a status tells how many samples there are
SIGHTS = 20  # that the rate is told by

Reload = Callable[[Session], Answer]


class Reception:
    """Main thread only."""

    def __init__(self, server: Server, session: Session, store: Store, backbone: str, reload: Reload) -> None:
        """`backbone` is its name; `reload` makes the session obey the settings as they are written now."""
        self._server, self._session, self._store = server, session, store
        self._backbone, self._reload = backbone, reload
        self._lessons: dict[int, Caller] = {}
        self._faults: deque[tuple[float, str]] = deque(maxlen=FAULTS)
        self._seen: deque[float] = deque(maxlen=SIGHTS)
        self._samples = Samples(session, store)
        self._told: tuple[str | None, Signal] = (None, Signal.STARTING)
        self._began_at: float | None = None
        self._does: Mapping[Do, Callable[[Asking], Answer | None]] = {
            Do.STATUS: self._status,
            Do.WATCH: self._watch,
            Do.TEACH: self._teach,
            Do.UNDO: self._undo,
            Do.FORGET: self._forget,
            Do.SAMPLES: self._samples.list,
            Do.SHOW: self._samples.show,
            Do.RENAME: self._samples.rename,
            Do.IMPORT: self._samples.take,
            Do.BACKUP: self._samples.copy,
            Do.QUIET: self._quiet,
            Do.RELOAD: self._read_again,
        }

    def attend(self, keep: Keep, sight: Sight | None, now: float) -> None:
        """The turn: hear what the box has said, do what is asked, send what can be sent."""
        if self._began_at is None:
            self._began_at = now
        if sight:
            self._seen.append(sight.frame.taken_at)
        self._spread(now)
        self._samples.turn(now)
        if asked := self._server.request(now):
            self._reply(Asking(asked[1], asked[0], keep, now))
        self._tell_change(now)
        self._server.tidy(now)

    def _reply(self, asking: Asking) -> None:
        answer = answer_of(lambda: self._does[asking.request.do](asking))
        if answer is not None:
            asking.caller.answer(answer, asking.now)

    def _status(self, asking: Asking) -> Answer:
        session, now = self._session, asking.now
        seconds = self._seen[-1] - self._seen[0] if self._seen else 0.0
        return {
            "protocol": PROTOCOL,
            "version": __version__,
            "uptime_s": round(now - (self._began_at or now), 1),
            "backbone": self._backbone,
            "condition": session.condition.value,
            "decision": session.decision.sign,
            "selected": session.selected.name,
            "samples": dict(islice(session.samples.items(), COUNTED)),
            "frame_age_s": round(now - self._seen[-1], 3) if self._seen else None,
            "fps": round((len(self._seen) - 1) / seconds, 1) if seconds else None,
            "message": session.message,
            "faults": [{"ago_s": round(now - at, 1), "text": text} for at, text in self._faults],
        }

    def _watch(self, asking: Asking) -> Answer:
        asking.caller.watching = True
        return {"decision": self._session.decision.sign, "condition": self._session.condition.value}

    def _teach(self, asking: Asking) -> Answer | None:
        self._insist_on(asking.request.sign)
        lesson = self._session.teach(asking.request.sign, asking.now)
        if lesson is None:
            return self._outcome(asking)
        self._lessons[lesson] = asking.caller
        return None

    def _undo(self, asking: Asking) -> Answer:
        for change in self._session.undo(asking.now):
            asking.keep(change)
        return self._outcome(asking)

    def _forget(self, asking: Asking) -> Answer | None:
        name = asking.request.sign
        removed = self._store.orders.count(name)
        if not removed:
            return self._samples.missing(asking)
        asking.keep(Forget(name))
        return {**self._outcome(asking), "removed": removed}

    def _quiet(self, asking: Asking) -> Answer:
        self._session.quiet(asking.now)
        return self._outcome(asking)

    def _read_again(self, _: Asking) -> Answer:
        return self._reload(self._session)

    def _insist_on(self, sign: str) -> None:
        names = [sign.name for sign in self._session.box.signs]
        if sign not in names:
            nearest = get_close_matches(sign, names, 1)
            hint = f"did you mean {nearest[0]}?" if nearest else f"there are: {', '.join(names)}"
            raise Refused(Code.UNKNOWN_SIGN, f"the box has no sign {sign!r}; {hint}")

    def _outcome(self, asking: Asking) -> Answer:
        """What the box said to what it has just been asked."""
        said = self._spread(asking.now)[-1]
        if said.signal is Signal.NOT_SAVED:
            raise Refused(Code.REFUSED, said.text)
        return {"text": said.text}

    def _spread(self, now: float) -> list[News]:
        """The news, which go to whoever waits for them and to all who watch."""
        news = self._session.news()
        for said in news:
            done = said.signal is not Signal.NOT_SAVED
            if not done:
                self._faults.append((now, said.text))
            self._server.publish({"event": "said", "signal": said.signal.value, "text": said.text}, now)
            caller = self._lessons.pop(said.lesson, None) if said.lesson is not None else None
            if caller:
                answer = {"ok": True, "text": said.text, "lesson": said.lesson}
                caller.answer(answer if done else refusal(Code.REFUSED, said.text), now)
        return news

    def _tell_change(self, now: float) -> None:
        self._spread(now)
        sign, condition = self._session.decision.sign, self._session.condition
        if sign != self._told[0]:
            similarity = round(self._session.match.similarity, 3)
            self._server.publish({"event": "decision", "sign": sign, "similarity": similarity}, now)
        if condition is not self._told[1]:
            self._server.publish({"event": "condition", "signal": condition.value}, now)
        self._told = sign, condition
