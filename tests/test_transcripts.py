"""Every transcript is played; a bug begins as one more."""

from pathlib import Path

import pytest

from tests.transcript import Play

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_box_does_what_the_transcript_says(path: Path) -> None:
    Play(path).play()
