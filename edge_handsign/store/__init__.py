"""What was taught, durably: one SQLite file, one process, and nothing is called saved before its commit returned.

```
folder/            0700
├── samples.db     the truth; deleting it forgets everything
└── lock           held by the one process that may keep samples here
```

Knows nothing of cameras, pins or time limits. Main thread only.
"""

from edge_handsign.store.answers import Census, Dated, Loaded, SignCount
from edge_handsign.store.settings import StoreSettings
from edge_handsign.store.shelf import Store

__all__ = ["Census", "Dated", "Loaded", "SignCount", "Store", "StoreSettings"]
