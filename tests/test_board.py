"""The Pi's voltage and heat, from files like its kernel's; and what follows from them."""

from pathlib import Path

import pytest

from edge_handsign.core.faults import FAULTS, Fault
from edge_handsign.core.feedback import Signal
from edge_handsign.core.vitals import Checkup, Vitals
from edge_handsign.devices.bench import BenchBoard
from edge_handsign.devices.board import PiBoard
from edge_handsign.hardware import Board

THROTTLED = "devices/platform/soc/soc:firmware/get_throttled"
ON_A_PI_5 = "devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled"
THERMAL = "class/thermal/thermal_zone0/temp"


def write(sys: Path, name: str, text: str) -> None:
    (sys / name).parent.mkdir(parents=True, exist_ok=True)
    (sys / name).write_text(text)


@pytest.mark.parametrize(
    ("bits", "vitals"),
    [
        ("0", Vitals()),
        ("50005", Vitals(low_voltage=True)),
        ("50000", Vitals()),  # it was so since boot, and is not now
        ("1", Vitals(low_voltage=True)),
        ("e0008", Vitals(slowed=True)),
        ("4", Vitals(slowed=True)),
        ("9", Vitals(low_voltage=True, slowed=True)),
        ("", Vitals()),
        ("nonsense", Vitals()),
    ],
)
@pytest.mark.parametrize("name", [THROTTLED, ON_A_PI_5])
def test_what_the_firmware_says_is_read(tmp_path: Path, name: str, bits: str, vitals: Vitals) -> None:
    write(tmp_path, name, f"{bits}\n")
    assert PiBoard(tmp_path).read() == vitals


def test_the_temperature_is_read_again_each_time(tmp_path: Path) -> None:
    write(tmp_path, THERMAL, "48312\n")
    board = PiBoard(tmp_path)
    assert board.read() == Vitals(celsius=48.312)
    write(tmp_path, THERMAL, "81000\n")
    assert board.read().celsius == 81.0
    (tmp_path / THERMAL).unlink()
    assert board.read() == Vitals()


def test_where_the_kernel_says_nothing_nothing_is_wrong(tmp_path: Path) -> None:
    assert wrong(Checkup(), PiBoard(tmp_path).read()) == []


def wrong(checkup: Checkup, vitals: Vitals) -> list[Fault]:
    return [fault for fault, text in checkup.judge(vitals).items() if text]


def test_it_is_hot_from_80_degrees_on_until_it_is_below_75_and_rests_meanwhile() -> None:
    checkup = Checkup()
    told = [(wrong(checkup, Vitals(celsius=degrees)), checkup.rest_s > 0) for degrees in (79.9, 80, 76, 79, 74.9, 79)]
    hot = ([Fault.HEAT], True)
    assert told == [([], False), hot, hot, hot, ([], False), ([], False)]


def test_low_voltage_is_no_heat_and_slowing_down_is() -> None:
    assert wrong(Checkup(), Vitals(low_voltage=True, celsius=50)) == [Fault.POWER]
    assert wrong(Checkup(), Vitals(slowed=True)) == [Fault.HEAT]


def test_both_are_shown_as_power_and_told_once_an_hour() -> None:
    for fault in (Fault.POWER, Fault.HEAT):
        assert FAULTS[fault].signal is Signal.POWER
        assert FAULTS[fault].again_s == 3600


def test_the_board_is_looked_at_seldom() -> None:
    checkup = Checkup()
    assert [now for now in range(60) if checkup.due(float(now))] == list(range(0, 60, 5))


def test_the_pretend_board_stands_in_for_the_real_one(tmp_path: Path) -> None:
    boards: list[Board] = [BenchBoard(), PiBoard(tmp_path)]
    assert [wrong(Checkup(), board.read()) for board in boards] == [[], []]
