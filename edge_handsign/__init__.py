"""edge-handsign: a camera box that is taught hand signs by pressing a button.

           eye thread                                   main thread
Camera ──Frame──> Backbone ──Sight──> [newest only] ──> Session.step(now, levels, sight) ──Feedback──> Pins
                                                              │
  Pins ──levels─────────────────────────────────────────────> │ Gestures → Command → Teaching → Change
                                                              │ Memory → Match → Decider → Decision → Face → Feedback
                                                              └─ Change → Store → then, and only then, "saved"
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # of small matrices, threads that wait cost more than they bring

__version__ = "0.1.0"
