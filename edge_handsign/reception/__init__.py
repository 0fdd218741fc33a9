"""What is asked over the control socket, taken to the session and the store. The page for others is docs/control.md.

reception: who comes, what they ask, what everybody who watches is told. samples: what is asked about samples, most of
which takes longer than a tick. asking: a question, and how it is refused.
"""

from edge_handsign.reception.asking import Answer
from edge_handsign.reception.reception import Reception

__all__ = ["Answer", "Reception"]
