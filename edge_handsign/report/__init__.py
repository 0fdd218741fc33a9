"""How well everything is taught: each lesson of each sign left out in turn, as a table, a sentence and a picture."""

from edge_handsign.report.picture import draw
from edge_handsign.report.report import Report, examined

__all__ = ["Report", "draw", "examined"]
