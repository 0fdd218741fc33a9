"""The pretend board: as warm and as well fed as it is told to be."""

from edge_handsign.core.vitals import Vitals


class BenchBoard:
    """Implements `Board`. Any thread may set `vitals`."""

    def __init__(self) -> None:
        self.vitals = Vitals(celsius=45.0)

    def read(self) -> Vitals:
        """As it was told."""
        return self.vitals
