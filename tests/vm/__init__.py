"""A Pi in a box: the product from its package on a real kernel, systemd, libcamera and GPIO, without a board.

`tests/vm/run` builds the machine, boots it and prints what was proved; docs/a-pi-in-a-box.md says what that is worth.
Everything here but `inside`, `proofs` and what they stand on runs outside the machine.
"""
