"""What a box must survive, done to the real store: power cuts, kills, failing system calls, damage, seeded bugs.

`scripts/powercut`, `kills`, `syscalls`, `damage` and `mutants` do it at any size; `tests/test_faults.py` does a
little of each.
"""
