"""What was taught, durably: one SQLite file, one process, and nothing is called saved before its commit returned.

```
folder/                  0700
├── samples.db           the truth
├── samples.bak.db       the last good copy of it: deleting both forgets everything
├── thumbs.db            pictures of samples, only where `store.pictures` is on; may be lost
├── samples.v1.bak.db    as it was before a newer release changed its format
├── quarantine/          damaged files, whole
└── lock                 held by the one process that may keep samples here
```

Knows nothing of cameras, pins or time limits. Main thread only.
"""

from edge_handsign.store.answers import Census, Dated, LessonCount, Loaded, SignCount
from edge_handsign.store.contents import parcel_of
from edge_handsign.store.errand import Errand
from edge_handsign.store.parcel import Parcel
from edge_handsign.store.restoration import restore
from edge_handsign.store.rewriting import Taken
from edge_handsign.store.settings import StoreSettings
from edge_handsign.store.shelf import Store
from edge_handsign.store.unpacking import MOST_BYTES, ParcelError, Unpacking

__all__ = [
    "MOST_BYTES",
    "Census",
    "Dated",
    "Errand",
    "LessonCount",
    "Loaded",
    "Parcel",
    "ParcelError",
    "SignCount",
    "Store",
    "StoreSettings",
    "Taken",
    "Unpacking",
    "parcel_of",
    "restore",
]
