"""The settings read again while the box runs: what may change does, the rest is named."""

import logging
from collections.abc import Callable

from edge_handsign.config import Config, reread
from edge_handsign.core.session import Habits, Session
from edge_handsign.reception import Answer

ReadSettings = Callable[[], Config]


class Reloading:
    """Implements the reception's `Reload`."""

    def __init__(self, running: Config, read: ReadSettings) -> None:
        self._running = running
        self._read = read

    def __call__(self, session: Session) -> Answer:
        """What changed, and what waits for a restart; ConfigError leaves everything as it was."""
        result = reread(self._running, self._read())
        config = self._running = result.config
        if result.changed:
            box = config.box() if any(key.startswith("signs.") for key in result.changed) else session.box
            habits = Habits(config.buttons, config.lesson, config.decider)
            session.adopt(box, habits, config.memory.false_alarms_per_hour)
            logging.getLogger().setLevel(config.log.level.upper())
        return {"changed": result.changed, "restart": result.restart}
