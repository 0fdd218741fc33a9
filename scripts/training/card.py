"""The model card: written from what was measured in the run that made the file, so that no figure is typed by hand."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from math import prod
from pathlib import Path
from textwrap import fill

from edge_handsign.models.info import describe
from scripts.measures.results import Results
from scripts.measures.sitting import Measure

from .descent import descent
from .photographs import Photograph
from .sources import SOURCES
from .ticket import Ticket

WEAK = 70.0  # per cent under which a measure is named among the failures


@dataclass(frozen=True, slots=True)
class Findings:
    """What was measured in one sitting."""

    results: Results  # the first column is the shipped file
    mistakes: list[str]  # sentences about the shipped file


def write(path: Path, ticket: Ticket, content: bytes, findings: Findings, used: list[Photograph], digest: str) -> None:
    """Write the card of the model `content` to `path`."""
    parts = (
        _what(path.stem, content),
        _measured(findings.results),
        _fails(findings),
        _times(findings.results),
        _trained(content, used, digest),
        _made(ticket),
    )
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _what(name: str, content: bytes) -> str:
    model = describe(content)
    given, made = model.input, model.output
    pixels, numbers = given.shape[1], prod(made.shape)
    return f"""\
# {name}.tflite: a backbone that describes the hand, not the room

{fill(f"A network without a classifier, {descent(content).build}.", 118)}

A picture goes in, {numbers} numbers come out; pictures of the same sign give vectors in nearly the same direction. It
names no sign by itself: a nearest-neighbour search over what a person taught does that. A second, small output says for
each cell of the picture whether a hand covers it, and how long the hand is; the embedding is the mean of the cells,
weighed by that.

| | |
|---|---|
| file | {len(content):,} bytes, SHA-256 `{hashlib.sha256(content).hexdigest()}` |
| input | uint8 RGB, 1 x {pixels} x {pixels} x 3; scale {given.scale:.8f}, zero point {given.zero_point} |
| give it | a frame, 4:3 squeezed into the square, shrunk by averaging; no other preprocessing |
| output | {made.dtype}, {numbers} numbers; scale {made.scale:.8f}, **zero point {made.zero_point}** |
| hand map | the other output, 1 x cells x cells x 2: logit that a hand is there; log2 of its length in sides |
| before a cosine | (number - {made.zero_point}) x {made.scale:.8f}: with the zero point left in, angles are wrong |
| licence | Apache-2.0, as the base weights; the photographs' licences are below |"""


def _measured(results: Results) -> str:
    head = f"| measure | {' | '.join(results.columns)} |\n|---|{'---|' * len(results.columns)}"
    rows = [
        f"| {_named(measure)} | {' | '.join(str(measure.counts(name)) for name in results.columns)} |"
        for measure in results.measures
    ]
    return f"""\
## Measured

Per cent, mean ± standard deviation over five draws of what is taught. Cosine KNN, k = 3. Where hands are told from
none, AUROC: for this file of what the product goes by to say "unknown", for the others of the nearest cosine. The
whole int8 file was measured through the product, on LiteRT. "Shots" are photographs taught per sign. *Unseen set*:
nothing of that set was trained on. *Unseen people*: the set was, these persons or recordings were not. *Seen*: these
very pictures were trained on, so the row only shows that nothing broke. The runs were chosen by the rows of unseen
sets, so those rows are not a final judgement either. `scripts/accuracy` measures them again.

{head}
""" + "\n".join(rows)


def _named(measure: Measure) -> str:
    return f"{measure.row.name} ({measure.evidence.value})"


def _fails(findings: Findings) -> str:
    first = findings.results.first
    found = [(_named(measure), measure.counts(first)) for measure in findings.results.measures]
    weak = [f"- {name}: {figure}" for name, figure in found if figure.mean < WEAK]
    return f"""\
## Where it fails, and whom it was tested on

Measures under {WEAK:.0f} %:

{chr(10).join(weak) or "- none of the above, which says how few people and rooms the above are"}

The commonest mistakes among the ten words, 20 shots:

{chr(10).join(f"- {mistake}" for mistake in findings.mistakes)}

By design: a sign that is a motion is one still picture to it; left and right hands count as the same, so two signs that
are each other's mirror images are one; a hand shorter than a sixth of the frame was never trained. It always gives a
vector, also for an empty room: the hand map says whether there is a hand.

Tested on few people: the digits on 60, the three signs on three to five, the ten words on one man in two rooms, the
fingers on one man. Those who published the pictures did not record skin tone, age or impairment, so no figure can be
given by group. Not tested: children, gloves, tattoos, missing fingers, darkness, infrared cameras, signs made with two
hands, any Raspberry Pi camera."""


def _times(results: Results) -> str:
    rows = "\n".join(f"| {name} | {timing} |" for name, timing in results.times.items())
    return f"""\
## Time

Median of one invoke, one thread, measured in turn on the computer that trained it. It is not a Pi: read the ratio.

| model | milliseconds |
|---|---|
{rows}"""


def _trained(content: bytes, used: list[Photograph], digest: str) -> str:
    counts = Counter(p.set for p in used)
    licences = {p.set: p.licence.replace("CC-BY-", "CC BY ") for p in used}
    rows = "\n".join(
        f"| {name} | {counts[name]:,} | {SOURCES[name].shows} | {SOURCES[name].project} | {licences[name]} |"
        for name in sorted(counts)
    )
    return f"""\
## Trained on

{sum(counts.values()):,} photographs; their hashes are in the manifest beside this card, whose digest is `{digest}`.
They were cropped, recoloured and put in front of other rooms. Pictures without a hand served as rooms only. Thanks
to their authors, whom CC BY asks to be named.

| set | pictures | shows | by | licence |
|---|---|---|---|---|
{rows}

Sets under a share-alike licence, and two whose author is not recorded, were left out. The joints that taught it were
found by MediaPipe's hand landmark model, the faces by its face detector (Google, Apache-2.0).

{fill(descent(content).source, 118)}"""


def _made(ticket: Ticket) -> str:
    recipe, weights = ticket.recipe, ticket.weights
    return f"""\
## Made with

```
scripts/train_backbone --steps {recipe.steps} --seed {recipe.seed} --rate {recipe.rate} \\
    --pixels {ticket.pixels} --embedding {ticket.embedding} --frozen {ticket.frozen} \\
    --base {" ".join(ticket.base)} \\
    --label-weight {weights.label} --likeness-weight {weights.likeness}
```

Its first {ticket.frozen} convolutions never trained; Adam at {recipe.rate}, up over {recipe.warm_steps} steps and down
along a cosine; a step shows two views each of 24 photographed hands and of 8 drawn ones, and 12 rooms without a hand,
some with drawn things or arms in them; of hands before another room half are held out on a drawn arm, and four views in
ten are as the second look has them; the first {recipe.coarse:.0%} of the steps at four fifths of the pixels and in
harsher light; the running mean of the weights is what was exported. The drawn hands hold poses of the photographs,
turned about the axes that a picture hides, and poses that nobody held, seen from any side and from near or far. Loss:
{weights.pose} x pose (Huber, 21 joints, 20 bones, 16 of them in the palm's own axes too), {weights.likeness} x
likeness (cosines should rank as poses do, seven tenths of it in the palm's axes, twins first), {weights.label} x label
(cosine softmax within a set), {weights.presence} x presence (which cells show a hand, how long it is, by how many
lengths its place is missed, and a price on cosines between hands and rooms). Quantised after training, weights per
channel. What was tried on the way is in RUNS.md.

{fill(ticket.note, 118, break_on_hyphens=False)}""".rstrip()
