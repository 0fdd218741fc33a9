"""What is read off a map, in numbers, words, characters and colours; the score behind it; and the units."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Embedding, Match, Neighbour, Sample
from edge_handsign.explanation.answer import Explained, Reason
from edge_handsign.explanation.evidence import PLACES, Evidence, half
from edge_handsign.explanation.heat import painted, tinted
from edge_handsign.explanation.margin import Margin
from edge_handsign.explanation.occlusion import Map, Occlusion
from edge_handsign.explanation.shades import COLUMNS, PLAIN, shaded
from edge_handsign.explanation.telling import as_json, lines
from edge_handsign.explanation.units import activations, liveliest, most_exciting

HEIGHT, WIDTH = 60, 90
NOWHERE = np.zeros((HEIGHT, WIDTH))


def spot(row: float, column: float, strength: float = 0.3, side: int = 10) -> Map:
    """A square of evidence around a place, in shares of the picture."""
    heat = NOWHERE.copy()
    top, left = int(row * HEIGHT) - side // 2, int(column * WIDTH) - side // 2
    heat[top : top + side, left : left + side] = strength
    return heat


@pytest.mark.parametrize(
    ("row", "column"), [(row, column) for row in range(3) for column in range(3)], ids=chain(*PLACES)
)
def test_each_ninth_of_the_picture_has_its_name(row: int, column: int) -> None:
    found = Evidence.of(spot((row + 0.5) / 3, (column + 0.5) / 3))
    assert found.where == PLACES[row][column]
    assert f"the {found.where} of the picture" in found.sentence


def test_evidence_in_a_spot_is_told_by_how_small_that_is() -> None:
    found = Evidence.of(spot(0.5, 0.5))
    assert found.half_on == pytest.approx(50 / (HEIGHT * WIDTH))
    assert (found.most, found.against, found.at_rim, found.doubt) == (0.3, 0.0, 0.0, None)


def test_what_speaks_against_is_no_evidence() -> None:
    found = Evidence.of(spot(0.2, 0.2) + spot(0.8, 0.8, -0.4))
    assert (found.where, found.most, found.against) == ("upper left", 0.3, 0.4)


def test_evidence_everywhere_is_nowhere() -> None:
    assert "whole picture" in Evidence.of(NOWHERE + 0.2).sentence


def test_when_no_part_matters_that_is_said() -> None:
    for heat in (NOWHERE, NOWHERE - 0.3, spot(0.5, 0.5, 0.001)):
        found = Evidence.of(heat)
        assert (found.where, found.doubt) == (None, None)
        assert "no part by itself" in found.sentence


def test_evidence_at_the_rim_is_doubted() -> None:
    found = Evidence.of(spot(0.1, 0.5, side=8))
    assert found.at_rim > 0.5
    assert "rim" in str(found.doubt)


@given(st.integers(0, 2**32 - 1))
def test_half_of_the_evidence_is_the_smallest_part_that_holds_it(seed: int) -> None:
    heat = np.random.default_rng(seed).normal(size=(7, 9))
    part, lost = half(heat), heat.clip(0)
    assert lost[part].sum() >= lost.sum() / 2
    assert lost[part].sum() - lost[part].min() < lost.sum() / 2
    assert lost[part].min() >= lost[~part].max()


def test_without_evidence_no_part_holds_half_of_it() -> None:
    assert not half(NOWHERE).any()


def test_a_map_in_characters_is_upright_and_dark_where_most_is_lost() -> None:
    top, *lines, bottom = shaded(spot(0.25, 0.8, side=16) + spot(0.75, 0.1, -0.3, side=16), 0.3, PLAIN)
    assert top == bottom == "+" + "-" * COLUMNS + "+"
    assert len(lines) == round(COLUMNS * HEIGHT / WIDTH / 2)
    assert {len(line) for line in lines} == {COLUMNS + 2}
    assert lines[3][int(0.8 * COLUMNS)] == "@"
    assert lines[9][int(0.1 * COLUMNS) + 1] == "-"
    assert lines[0].strip("|").isspace()


def test_orange_is_lost_blue_is_gained_and_the_rest_stays_grey() -> None:
    pixels = np.full((HEIGHT, WIDTH, 3), (90, 140, 30), np.uint8)
    seen = painted(pixels, spot(0.3, 0.3, side=20) + spot(0.7, 0.7, -0.3, side=20), 0.3).astype(int)
    assert (seen.shape, seen.min() >= 0) == (pixels.shape, True)
    lost, gained, grey = seen[18, 27], seen[42, 63], seen[5, 80]
    assert lost[0] - lost[2] > 80
    assert gained[2] - gained[0] > 80
    assert np.ptp(grey) == 0


def test_a_stronger_colour_is_darker_either_way() -> None:
    strength = np.array([np.linspace(0, 1, 11), np.linspace(0, -1, 11)])
    brightness = tinted(np.full(strength.shape, 235, np.float32), strength).sum(-1).astype(int)
    assert (np.diff(brightness) < 0).all()


def unit(rng: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    vectors = rng.normal(size=shape)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)


def taught(rng: np.random.Generator, signs: list[str]) -> Memory:
    memory = Memory(8, MemorySettings(k=3))
    for number, (sign, vector) in enumerate(zip(signs, unit(rng, len(signs), 8), strict=True)):
        memory.teach(Sample(number, sign, number, vector))
    return memory


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_the_margin_of_the_sign_that_won_is_the_memorys(seed: int, each: int) -> None:
    rng = np.random.default_rng(seed)
    signs = ["fist", "palm", "ok"] * each
    memory, seen = taught(rng, signs), unit(rng, 8)
    match = memory.match(seen)
    margins = {sign: Margin(memory, signs, sign)(seen) for sign in set(signs)}
    assert margins[str(match.closed)] == pytest.approx(match.margin, abs=1e-5)
    assert sum(margin > 0 for margin in margins.values()) == 1


def test_the_only_sign_is_compared_with_nothing() -> None:
    rng = np.random.default_rng(0)
    memory, seen = taught(rng, ["fist"] * 4), unit(rng, 8)
    match = memory.match(seen)
    assert Margin(memory, ["fist"] * 4, "fist")(seen) == pytest.approx(match.similarity + 1, abs=1e-5)


def test_units_are_ranked_by_how_they_vary_and_pictures_by_what_they_say_before_unit_length() -> None:
    raw = np.array([[1, 0, -4], [1, 2, 0], [1, 1, 5]], np.float32)
    norms = np.linalg.norm(raw, axis=1)
    said = activations(Embedding(row / norm, float(norm)) for row, norm in zip(raw, norms, strict=True))
    np.testing.assert_allclose(said, raw, rtol=1e-6)
    assert liveliest(said, 2) == [2, 1]
    assert most_exciting(said, 1, 2) == [1, 2]
    assert most_exciting(said, 2, 9) == [2, 1, 0]


def test_an_unknown_picture_is_called_so_and_still_has_reasons() -> None:
    heat = Occlusion((90, 60), 30, (0, 30), (0, 30, 60), 0.1, np.array([[0.1, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    match = Match(None, "fist", 0.41, 0.1, -2.0, (Neighbour(7, "fist", 0.43),))
    reason = Reason(match.nearest[0], lesson=3, taught="2026-05-01 12:10")
    answer = Explained("a/b.jpg", np.zeros((60, 90, 3), np.uint8), match, 2, (reason,), heat, "backbone")
    first, *rest = lines(answer)
    assert first == "a/b.jpg: unknown (nearest is fist, similarity 0.410, 0.100 before the next sign)"
    assert rest[-1] == "  0.430  fist  sample 7, lesson 3, taught 2026-05-01 12:10"
    assert (as_json(answer)["sign"], as_json(answer)["nearest_sign"]) == (None, "fist")
    assert answer.evidence.where == "upper left"
