"""A little of what scripts/powercut, kills, syscalls, damage and mutants do at any size, and that they can tell."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from shutil import copy

import pytest

from edge_handsign.errors import StoreError
from tests.conftest import ROOT
from tests.faults import syscalls
from tests.faults.card import memory
from tests.faults.card import missing as card_missing
from tests.faults.cuts import Cut, cuts, spread, stretches
from tests.faults.damage import cut_short, flipped, outcome, taught, zeroed
from tests.faults.disk import Acknowledged, Event, Flush, Write
from tests.faults.kept import plan, states
from tests.faults.mutant import Mutant, mutated
from tests.faults.powercut import judged, run
from tests.faults.seeded import CONTROLS, DATABASE, MUTANTS
from tests.faults.work import make, opened, served

SAMPLES, MANY = 40, 400


def alone(module: str, *arguments: str) -> str:
    """What it prints, in a process of its own, because it forks."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", f"tests.faults.{module}", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# --- what a cut may leave


def block(letter: str, count: int = 1) -> bytes:
    return letter.encode() * 4096 * count


def cards(events: Sequence[Event], size: int) -> dict[Cut, tuple[bytes, range]]:
    """Every state and what had been acknowledged."""
    before = block(".", size)
    found, content, result = stretches(events, before), bytearray(before), {}
    for number, stretch in enumerate(found):
        for cut in (cut for cut in cuts(found) if cut.stretch == number):
            card = bytearray(content)
            for at, data in cut.left(stretch):
                card[at : at + len(data)] = data
            result[cut] = (bytes(card), cut.acknowledged(stretch))
        for sent in stretch.blocks:
            content[sent.at : sent.at + len(sent.data)] = sent.data
    return result


def by_block(card: bytes) -> str:
    """A letter a block; `~` where it is torn."""
    parts = [card[at : at + 4096] for at in range(0, len(card), 4096)]
    return "".join(chr(part[0]) if part == part[:1] * 4096 else "~" for part in parts)


def test_between_two_flushes_anything_may_be_missing_and_each_state_comes_once() -> None:
    sent: list[Event] = [Write(0, block("a", 2)), Acknowledged(), Write(8192, block("c")), Flush(), Acknowledged()]
    found = cards(sent, 3)
    images = [card for card, _ in found.values()]
    assert len(images) == len(set(images))
    assert sorted({by_block(card) for card in images}) == sorted(
        ["...", "a..", "aa.", ".a.", ".ac", "a.c", "aac", "~..", "a~.", "aa~"]
    )
    assert sum("~" in by_block(card) for card in images) == 3 * 7
    required = {by_block(card): acknowledged for card, acknowledged in found.values()}
    assert required["aa."] == range(2)  # the power may have gone before or after the change was acknowledged
    assert required["aac"] == range(1, 3)


def test_what_was_flushed_is_there_in_every_later_state() -> None:
    sent: list[Event] = [Write(0, block("a")), Flush(), Acknowledged(), Write(4096, block("b", 2)), Flush(), Flush()]
    later = [card for cut, (card, _) in cards(sent, 3).items() if cut.stretch > 0]
    assert len(later) == 1 + 2 * 7 + 1 + 1 + 1
    assert {by_block(card)[0] for card in later} == {"a"}


def test_a_write_that_changes_nothing_makes_no_state() -> None:
    assert [by_block(card) for card, _ in cards([Write(0, block("."))], 1).values()] == ["."]


def test_states_are_drawn_evenly_and_none_twice() -> None:
    events = [event for number in range(50) for event in (Write(number * 4096, block("x")), Flush())]
    states_of_all = list(cuts(stretches(events, block(".", 50))))
    drawn = spread(states_of_all, 33)
    assert len(set(drawn)) == 33
    assert drawn[0].stretch == 0
    assert drawn[-1].stretch == 48
    assert spread(states_of_all, 10**6) == states_of_all


def test_the_judge_sees_what_is_lost_and_what_is_too_much(tmp_path: Path) -> None:
    expected = states(1, 6)
    steps = plan(1)
    with opened(tmp_path / "box") as store:
        for _ in range(5):
            make(store, next(steps))
    assert "are lost" in str(judged(tmp_path, expected, range(6, 7)))
    assert "too many" in str(judged(tmp_path, expected, range(3)))
    assert judged(tmp_path, expected, range(4, 6)) is None


# --- power


@pytest.fixture(scope="module")
def power() -> None:
    reason = card_missing()
    if reason:
        pytest.skip(f"no power cuts: {reason}")


@pytest.mark.usefixtures("power")
def test_power_cuts_lose_nothing_that_was_acknowledged() -> None:
    report = run(ROOT, 1, 12, 40)
    assert report.lost == []
    assert report.images == 40


@pytest.mark.usefixtures("power")
@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_power_cuts_would_show_a_loss(control: Mutant) -> None:
    with mutated(control) as tree:
        assert run(tree, 1, 12, 20).lost


# --- kills and errors


def test_kills_lose_nothing_that_was_acknowledged() -> None:
    assert "0 lost" in alone("kills", "40")


def test_system_calls_that_fail_lose_nothing_that_was_acknowledged() -> None:
    reason = syscalls.missing()
    if reason:
        pytest.skip(f"no system call can fail: {reason}")
    told = alone("syscalls", "fdatasync", "pwrite64", "--every", "37")
    assert "after 0 of them" in told


def test_of_a_refused_change_both_ends_are_possible_and_of_an_acknowledged_one_not() -> None:
    assert syscalls.possible(b"..x") == {frozenset({1, 2}), frozenset({1})}
    assert syscalls.possible(b"...") == {frozenset({1})}
    assert syscalls.strict(b".x.") == {1}


# --- damage


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return taught(tmp_path_factory.mktemp("whole") / "box", SAMPLES)


def test_flipped_bits_are_never_served_and_never_silent(file: bytes) -> None:
    found = outcome(SAMPLES, flipped(file, 800, 7))
    assert found.wrong == []
    assert found.counts["loss counted"] > 50


def test_a_file_that_ends_too_soon_is_never_served_wrong_and_never_silent(file: bytes) -> None:
    found = outcome(SAMPLES, cut_short(file, 97))
    assert found.wrong == []
    assert found.counts.total() == 254
    assert found.counts["all served"] < 254


def test_a_block_of_zeros_is_never_served_and_never_silent(file: bytes) -> None:
    found = outcome(SAMPLES, (damage for size in (4096, 65536) for damage in zeroed(file, size)))
    assert found.wrong == []
    assert found.counts["loss counted"] > 5


def test_of_a_block_of_zeros_a_copy_brings_back_what_it_holds(file: bytes, tmp_path: Path) -> None:
    copy = taught(tmp_path / "copy", SAMPLES - 10)
    found = outcome(SAMPLES, (damage for size in (4096, 65536) for damage in zeroed(file, size)), copy, SAMPLES - 10)
    assert found.wrong == []
    assert found.fewest >= SAMPLES - 10


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: mounts")
@pytest.mark.parametrize("hot", [False, True])
def test_on_a_read_only_card_a_half_done_change_is_not_shown(tmp_path: Path, hot: bool) -> None:
    box, card = tmp_path / "box", tmp_path / "card"
    taught(box, MANY)
    card.mkdir()
    with memory(card):
        half_done(box, card) if hot else copy(box / "samples.db", card)
        (card / "lock").touch()
        remount(card, "ro")
        with suppress(StoreError), opened(card) as store:  # it may refuse the card, but not show it as it lies there
            assert served(store) == frozenset(range(1, MANY + 1))
        remount(card, "rw")
        with opened(card) as store:
            assert served(store) == frozenset(range(1, MANY + 1))


def half_done(box: Path, card: Path) -> None:
    """The file and its journal in the middle of a change that is larger than SQLite's memory."""
    connection = sqlite3.connect(box / "samples.db", isolation_level=None)
    connection.execute("PRAGMA cache_size = 3")
    connection.execute("BEGIN")
    connection.execute("UPDATE sample SET emb = zeroblob(length(emb))")
    for name in ("samples.db", "samples.db-journal"):
        copy(box / name, card)
    connection.close()
    copied = sqlite3.connect(f"file:{card / 'samples.db'}?immutable=1", uri=True)
    (zeros,) = copied.execute("SELECT count(*) FROM sample WHERE emb = zeroblob(length(emb))").fetchone()
    copied.close()
    assert zeros, "the change is not even half done, so nothing is tested"


def remount(card: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", card], check=True)


# --- seeded bugs


@pytest.mark.parametrize("mutant", [*MUTANTS, *CONTROLS], ids=lambda mutant: mutant.name)
def test_a_seeded_bug_still_has_its_place(mutant: Mutant) -> None:
    for path, old, new in mutant.replaced:
        assert (ROOT / path).read_text().count(old) == 1
        assert old != new


def test_there_are_enough_of_them_each_with_its_own_name() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 15


def test_a_tree_with_a_bug_is_a_copy() -> None:
    before = (ROOT / DATABASE).read_text()
    with mutated(CONTROLS[1]) as tree:
        assert "OFF" in (tree / DATABASE).read_text()
    assert (ROOT / DATABASE).read_text() == before
    assert not tree.exists()
