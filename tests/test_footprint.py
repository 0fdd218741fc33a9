"""How much memory the process holds, and when that is too much."""

import os

from edge_handsign.footprint import AT_ONCE, EVERY_S, MOST, STATM, Footprint, resident
from tests.test_deploy import keys

MIB = 2**20


def test_it_is_what_the_kernel_says() -> None:
    before = resident()
    held = bytearray(os.urandom(64 * MIB))
    assert before > 5 * MIB
    assert resident() - before > 60 * MIB
    assert len(held) == 64 * MIB


def test_the_limits_are_those_of_the_unit() -> None:
    assert keys()["MemoryHigh"] == [f"{MOST // MIB}M"]
    assert keys()["MemoryMax"] == [f"{MOST * 10 // 8 // MIB}M"]
    assert MOST < AT_ONCE < MOST * 10 // 8


def test_a_busy_box_is_let_go_on_for_longer() -> None:
    watched = Footprint(lambda: 80 * MIB)
    assert not watched.too_big(1.0, idle=True)
    watched.held = MOST + 1
    assert watched.too_big(1.5, idle=True)
    assert not watched.too_big(1.5, idle=False)
    watched.held = AT_ONCE + 1
    assert watched.too_big(1.5, idle=False)
    assert not watched.too_big(1.0 + EVERY_S, idle=False)  # looked at again


def test_where_nobody_can_tell_nothing_is_too_big() -> None:
    assert resident(STATM.with_name("nothing")) == 0
