"""Make the statistics of non-signs beside a backbone: what "nothing" looks like to it, and how far right answers reach.

  scripts/nonsigns [MODEL.tflite] [--seed S]   photographs: $EDGE_HANDSIGN_DATA/data, else ../shared/data

Writes MODEL.nonsigns.json (default: models/handsign.nonsigns.json), about a minute. To be run again for every backbone:
the file names the one it belongs to. It holds embedded pictures, no pictures, of train and negative role only:

  near      a spread of rooms without hands: a picture like these shows nothing
  trials    other rooms, and parts of photographs beside the hands: on these thresholds are tried
  right     evidence that right answers have, other people and rooms teaching, 5 pictures a sign: its quantiles, from
            sets that no backbone of ours is trained on, so that it is not flattered
  presence_weight   how much the backbone's presence counts: of a few weights the least that tells right answers as well
            as any from squares beside the hands of those sets; and how sure the backbone is of those hands
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from edge_handsign.core.doubt import SHARES, Prior
from edge_handsign.core.memory import Memory, MemorySettings
from edge_handsign.core.messages import Embedding, NonSigns, Sample
from edge_handsign.devices.tflite import BackboneSettings, TfliteBackbone
from edge_handsign.evaluation import auroc
from edge_handsign.models import nonsigns, shelf
from scripts.streams.photographs import (
    ROOT,
    Photograph,
    View,
    data_folder,
    embedded,
    read_index,
    without_hands,
)

ROOMS = "neg_emre_body"
BESIDE = ("subhi_hands", "count_dwivedi")
STRANGERS = (("epsrc_human_set1", "epsrc_human_set2"), ("words_shikha", "words_mandalor"))  # teach and ask, both ways
SAME = {"I_love_u": "I_Love_You", "Thank_You": "Thanks"}  # the same sign in two spellings
NEAR, TRIALS, SHOTS, DRAWS = 128, 128, 5, 10
WEIGHTS = (1.0, 1.5, 2.0, 3.0, 4.0)  # of presence; the least that tells apart as well as the best, but for ALIKE
ALIKE = 0.001  # of AUROC
MOST = 0.99  # presence that can be usual, so that it has finite odds

Shown = tuple[str, Embedding]


def main() -> None:
    """Measure, say what came out, write."""
    args = _arguments()
    rng, folder = np.random.default_rng(args.seed), data_folder()
    photographs = read_index(folder)
    model = shelf.load(str(args.model))
    backbone = TfliteBackbone(model.content, model.path.name, BackboneSettings(), model.fingerprint)

    def seen(views: list[View], doing: str) -> list[Embedding]:
        return embedded(views, folder, backbone, doing)

    rooms = seen([View(one) for one in photographs if one.set == ROOMS], "rooms")
    beside = seen(without_hands(_of(photographs, *BESIDE)), "beside hands")
    lots = _lots(rooms, beside, rng)
    pairs = [[_shown(_of(photographs, name), seen) for name in pair] for pair in STRANGERS]
    faces = seen(without_hands(_of(photographs, *(name for pair in STRANGERS for name in pair))), "beside strangers'")
    hands = np.array([one.presence for pair in pairs for shown in pair for _, one in shown])
    priors = [
        Prior(lots, np.empty(0), weight, np.minimum(np.quantile(hands, SHARES), MOST)) for weight in sorted(WEIGHTS)
    ]
    told = [_separation(prior, pairs, faces, args.seed) for prior in priors]
    prior, separation = next(pair for pair in zip(priors, told, strict=True) if pair[1] > max(told) - ALIKE)
    rights = [_rights(prior, *way, seed=args.seed) for pair in pairs for way in (pair, pair[::-1])]
    prior = replace(prior, right=np.mean([np.quantile(right, SHARES) for right in rights], axis=0))
    about = {"made_by": "scripts/nonsigns", "rooms": ROOMS, "beside_hands_of": BESIDE, "right_answers_of": STRANGERS}
    path = nonsigns.beside(args.model)
    path.write_text(nonsigns.written(backbone.fingerprint, prior, about), encoding="utf-8")
    print(f"right answers have {' '.join(f'{one:.1f}' for one in prior.right)} nats")
    print(f"presence counts {prior.presence_weight:g} times, AUROC {separation:.1%}; {path} written")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="scripts/nonsigns"
    )
    parser.add_argument("model", nargs="?", type=Path, default=ROOT / "models" / "handsign.tflite", metavar="MODEL")
    parser.add_argument("--seed", type=int, default=0, metavar="S")
    return parser.parse_args()


def _of(photographs: list[Photograph], *sets: str) -> list[Photograph]:
    return [one for one in photographs if one.set in sets and one.role == "train"]


def _lots(rooms: list[Embedding], beside: list[Embedding], rng: np.random.Generator) -> NonSigns:
    near = _spread(np.stack([one.vector for one in rooms]), NEAR)
    others = np.setdiff1d(np.arange(len(rooms)), near)
    tried = [rooms[place] for place in rng.permutation(others)[:TRIALS]]
    tried += [beside[place] for place in rng.permutation(len(beside))[:TRIALS]]
    presence = np.array([one.presence for one in tried], np.float32)
    return NonSigns(np.stack([rooms[i].vector for i in near]), np.stack([one.vector for one in tried]), presence)


def _spread(vectors: np.ndarray, count: int) -> list[int]:
    """Places of vectors far from each other: each the farthest from those before (Gonzalez, 1985)."""
    places, nearest = [0], vectors @ vectors[0]
    while len(places) < count:
        places.append(int(nearest.argmin()))
        nearest = np.maximum(nearest, vectors @ vectors[places[-1]])
    return places


def _shown(photographs: list[Photograph], seen: Callable[[list[View], str], list[Embedding]]) -> list[Shown]:
    embeddings = seen([View(one) for one in photographs], photographs[0].set)
    return [(SAME.get(one.sign, one.sign), shown) for one, shown in zip(photographs, embeddings, strict=True)]


def _rights(prior: Prior, teach: list[Shown], ask: list[Shown], *, seed: int) -> np.ndarray:
    """Evidence, in nats, of the right answers to `ask` after a few pictures of `teach`."""
    found = []
    for draw in range(DRAWS):
        memory = _taught(prior, teach, np.random.default_rng((seed, draw)))
        found += [evidence for sign, one in ask for closed, evidence in [_answer(memory, one)] if closed == sign]
    return np.array(found)


def _separation(prior: Prior, pairs: list[list[list[Shown]]], nothing: list[Embedding], seed: int) -> float:
    found = []
    for teach, ask in [way for pair in pairs for way in (pair, pair[::-1])]:
        memory = _taught(prior, teach, np.random.default_rng(seed))
        none = np.array([_answer(memory, one)[1] for one in nothing])
        found.append(auroc(_rights(prior, teach, ask, seed=seed), none))
    return float(np.mean(found))


def _taught(prior: Prior, shown: list[Shown], rng: np.random.Generator) -> Memory:
    memory = Memory(len(shown[0][1].vector), MemorySettings(), prior)
    for sign in sorted({sign for sign, _ in shown}):
        own = [one for other, one in shown if other == sign]
        for place in rng.permutation(len(own))[:SHOTS]:
            memory.teach(Sample(len(memory), sign, len(memory), own[place].vector))
    return memory


def _answer(memory: Memory, one: Embedding) -> tuple[str | None, float]:
    match = memory.match(one.vector, one.presence)
    return match.closed, match.evidence + memory.threshold.level


if __name__ == "__main__":
    main()
