"""The training's promises: who may teach, what is remembered of it, and that the base weights arrive unharmed.

Most need the photographs ($EDGE_HANDSIGN_DATA or ../shared); some need what only the [train] extra brings.
"""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scripts.training import photographs, pose, signs, sources
from scripts.training.photographs import Photograph

ROOT = Path(__file__).resolve().parents[1]
FOLDER = photographs.data_folder()


@pytest.fixture(scope="module")
def index() -> list[Photograph]:
    if not (FOLDER / "data" / "INDEX.csv").exists():
        pytest.skip(f"no photographs in {FOLDER}/data: set EDGE_HANDSIGN_DATA")
    return photographs.read_index(FOLDER)


@pytest.fixture
def cv2() -> Any:
    return pytest.importorskip("cv2", reason="OpenCV comes with the [train] extra")


def picture(**changes: Any) -> Photograph:
    about: dict[str, Any] = dict.fromkeys(("path", "set", "sign", "person", "session", "sha256_16"), "x")
    return Photograph(**{**about, "role": "train", "licence": "MIT", "width": 4, "height": 3, **changes})


def test_nobody_is_both_taught_with_and_measured_on(index: list[Photograph]) -> None:
    taught = {(p.set, p.session) for p in photographs.hands_to_train(index)}
    measured = {(p.set, p.session) for p in index if p.role == "dev"}
    assert taught
    assert measured
    assert not taught & measured


def test_pictures_that_measure_never_train(index: list[Photograph]) -> None:
    used = {p.path for p in [*photographs.hands_to_train(index), *photographs.rooms_to_train(index)]}
    names = {p.set for p in index if p.role == "dev"} | photographs.MEASURED_ONLY
    for name in names:
        held = photographs.to_measure(index, name)
        assert held
        assert not used & {p.path for p in held}


def test_whole_sets_stay_out_of_training(index: list[Photograph]) -> None:
    used = {p.set for p in [*photographs.hands_to_train(index), *photographs.rooms_to_train(index)]}
    assert not used & {"rps_laya_webcam", "words_handy4tsuki4", *photographs.MEASURED_ONLY}


@pytest.mark.parametrize("licence", ["CC BY-SA 4.0", "CC-BY-SA-4.0"])
def test_share_alike_is_known_however_it_is_written(licence: str) -> None:
    for role in ("train", "negative"):
        alike, free = picture(licence=licence, role=role), picture(licence="CC-BY-4.0", role=role)
        chosen = photographs.hands_to_train([alike, free]) + photographs.rooms_to_train([alike, free])
        assert chosen == [free]


def test_no_share_alike_picture_trains(index: list[Photograph]) -> None:
    used = {p.set for p in [*photographs.hands_to_train(index), *photographs.rooms_to_train(index)]}
    assert not {name for name in used if name.startswith(("epsrc_", "rps_drgfreeman", "neg_epsrc"))}


def test_every_set_that_trains_has_somebody_to_thank(index: list[Photograph]) -> None:
    used = {p.set for p in [*photographs.hands_to_train(index), *photographs.rooms_to_train(index)]}
    assert used == set(sources.SOURCES)


def test_manifest_depends_on_the_pictures_alone(index: list[Photograph]) -> None:
    used = photographs.rooms_to_train(index)[:20]
    first = photographs.manifest(FOLDER, used)
    assert photographs.manifest(FOLDER, used[::-1]) == first
    assert photographs.manifest(FOLDER, used[1:])["digest"] != first["digest"]


def test_manifest_names_each_picture_as_the_index_does(index: list[Photograph]) -> None:
    used = sorted(photographs.rooms_to_train(index)[:20], key=lambda p: p.path)
    found = photographs.manifest(FOLDER, used)
    assert found["sets"] == {used[0].set: [p.sha256_16 for p in used]}


def test_manifest_notices_a_changed_picture(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.jpg").write_bytes(b"one")
    line = f"{hashlib.sha256(b'one').hexdigest()}  a.jpg\n"
    one = photographs.manifest(tmp_path, [picture(path="a.jpg")])
    assert one["digest"] == hashlib.sha256(line.encode()).hexdigest()
    (tmp_path / "data" / "a.jpg").write_bytes(b"two")
    assert photographs.manifest(tmp_path, [picture(path="a.jpg")]) != one


def test_letters_are_shared_between_sets_and_compete_within_one() -> None:
    a = picture(set="asl_hackmit", sign="A")
    b = picture(set="asl_t32rahman", sign="A")
    one = picture(set="subhi_hands", sign="1-hand")
    unsure = picture(set="count_dwivedi", sign="five")
    known = signs.read_signs([a, b, one, unsure])
    assert known.label[0] == known.label[1] != known.label[2]
    assert known.label[3] == -1
    assert known.among.sum(axis=1).tolist() == [1, 1, 0, 1]


@pytest.mark.usefixtures("cv2")
def test_windows_are_square_and_inside_the_photograph() -> None:
    from scripts.training import patches

    size = np.array([416, 312], np.float32)
    for place in ((10.0, 10.0, 60.0), (400.0, 300.0, 100.0), (200.0, 150.0, 300.0)):
        x, y, side = patches._window(np.array(place, np.float32), 2.0, size)
        assert min(x, y) >= 0
        assert x + side <= 416
        assert y + side <= 312


@pytest.mark.usefixtures("cv2")
def test_a_patch_has_its_size_and_type() -> None:
    from scripts.training import patches

    frame = np.zeros((300, 400, 3), np.uint8)
    found = patches.cut(frame, np.array([20, 10, 250], np.float32))
    assert found.shape == (patches.SIDE, patches.SIDE, 3)
    assert found.dtype == np.uint8


def test_a_set_that_is_left_out_is_no_room_either(tmp_path: Path, cv2: Any) -> None:
    pytest.importorskip("mediapipe", reason="MediaPipe comes with the [train] extra")
    from scripts.training import backgrounds

    (tmp_path / "data").mkdir()
    rooms = [picture(path=f"{name}.png", set=name, role="negative") for name in "ab"]
    for room, grey in zip(rooms, (100, 200), strict=True):
        cv2.imwrite(str(tmp_path / "data" / room.path), np.full((96, 128, 3), grey, np.uint8))

    def squares(*left_out: str) -> Any:
        return backgrounds.load(tmp_path, [], None, rooms, tmp_path, frozenset(left_out))  # type: ignore[arg-type]

    everything = squares()
    kept = squares("b")
    assert np.array_equal(kept, np.concatenate([everything[:2], everything[4:]]))
    assert np.all(everything[2:4] == 200)


def studio(cv2: Any) -> Any:
    """One red hand (a disc) before a black wall, the same drawn, one blue room, and one thing that nobody sees."""
    from scripts.training import patches, things
    from scripts.training.augmentation import Studio

    side = patches.SIDE
    mask = np.zeros((1, 2, side, side), np.uint8)
    for which, length in enumerate((112, 62)):
        cv2.circle(mask[0, which], (side // 2, side // 2), length // 2, 255, -1)
    pixels = np.stack([mask // 2, mask * 0, mask * 0], axis=-1)
    hands = np.array([[[side / 2, side / 2, 112], [side / 2, side / 2, 62]]], np.float32)
    yes = np.ones(1, bool)
    rooms = np.zeros((1, side, side, 3), np.uint8)
    rooms[..., 2] = 100
    disc = patches.Patches(pixels, mask, hands, yes, yes)
    nothing = things.Things(rooms, np.zeros((1, side, side), np.uint8))
    return Studio(disc, disc, ~yes, rooms, nothing, np.zeros((2, 2), np.float32), 160)


def test_neither_photographs_nor_poses_of_a_set_that_is_left_out_are_drawn(cv2: Any) -> None:
    from scripts.training.batches import plan
    from scripts.training.drawn import Drawings
    from scripts.training.landmarks import Landmarks

    taken = [picture(set="count_dwivedi", sign="one"), picture(set="asl_hackmit", sign="A")]
    one = studio(cv2)
    two = replace(one, patches=replace(one.patches, known=np.ones(2, bool)))
    nowhere = Landmarks(
        np.ones(2, bool), np.zeros((2, 21, 2), np.float32), np.zeros((2, 21, 3), np.float32), np.zeros(2, bool)
    )
    drawings = Drawings(one.drawn, np.zeros((6, 21, 3), np.float32), np.array([0, 0, 1, 1, -1, -1]))

    def course(*left_out: str) -> Any:
        return plan(taken, two, signs.read_signs(taken), nowhere, drawings, frozenset(left_out))

    assert np.all(course().odds > 0)
    assert course().pairs.tolist() == [2, 4, 6]
    assert course("asl_hackmit").odds.tolist() == [0, 1]  # sets in the order of their names
    assert course("asl_hackmit").pairs.tolist() == [2, 6]


def test_views_are_the_networks_size_and_repeat_with_the_seed(cv2: Any) -> None:
    from scripts.training.augmentation import view

    first, again, other = (view(studio(cv2), np.random.default_rng(seed), 0, 0.3)[0] for seed in (1, 1, 2))
    assert first.shape == (160, 160, 3)
    assert first.dtype == np.uint8
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("row", [0, 1], ids=["photographed", "drawn"])
def test_a_view_says_where_its_hand_is(cv2: Any, row: int) -> None:
    from scripts.training.augmentation import view

    for seed in range(20):
        picture, (x, y, length) = view(studio(cv2), np.random.default_rng(seed), row, 0.3)
        red = np.argwhere(picture[..., 0].astype(int) - picture[..., 2] > 60)
        if len(red) > 50 and np.ptp(red[:, 0]) < 150 > np.ptp(red[:, 1]):
            assert np.abs(red.mean(0) / 160 - (y, x)).max() < 0.25
            assert 0.5 * length < np.ptp(red[:, 0]) / 160 < 1.3 * length + 0.05


def test_drawn_hands_are_in_the_pose_they_are_said_to_be_in() -> None:
    pytest.importorskip("cv2", reason="OpenCV comes with the [train] extra")
    from scripts.training import anatomy, drawn

    for seed in range(5):
        joints = drawn.made_up(np.random.default_rng(seed))
        assert joints.shape == (21, 3)
        assert np.allclose(joints[0], 0)
        skin = anatomy.bones_through(joints, 1.0)
        ends = np.array([bone.end for bone in skin])
        for tip in (4, 8, 12, 16, 20):
            assert np.abs(ends - joints[tip]).max(axis=1).min() < 1e-6


@pytest.mark.usefixtures("cv2")
def test_compositing_puts_the_hand_in_another_room() -> None:
    from scripts.training.augmentation import over

    hand, room = np.full((4, 4, 3), 200, np.uint8), np.full((4, 4, 3), 20, np.uint8)
    alpha = np.zeros((4, 4), np.uint8)
    alpha[:2] = 255
    made = over(hand, alpha, room)
    assert (made[:2] == 200).all()
    assert (made[2:] == 20).all()


@pytest.mark.usefixtures("cv2")
@pytest.mark.parametrize("along", [(0.0, 1.0), (-1.0, 0.0), (0.6, -0.8)])
def test_an_arm_goes_from_the_hand_out_of_the_picture(cv2: Any, along: tuple[float, float]) -> None:
    from scripts.training import arms

    hand, black = studio(cv2).patches, np.zeros((224, 224, 3), np.uint8)
    towards, still = np.array(along, np.float32), np.array([[1.0, 0, 0], [0, 1.0, 0]])
    row, column = np.mgrid[:224, :224] - 112.0
    for seed in range(20):
        room = arms.held_out(np.random.default_rng(seed), black, hand, 0, towards, still)
        drawn = np.asarray(room.any(axis=2))
        ahead = column[drawn] * along[0] + row[drawn] * along[1]
        assert drawn[[0, -1]].any() or drawn[:, [0, -1]].any(), "it goes on beyond the picture"
        assert np.mean(ahead > 0) > 0.9
        assert not black.any(), "the room itself is left as it was"


def test_the_elbow_is_where_the_wrist_points_to() -> None:
    pytest.importorskip("cv2", reason="OpenCV comes with the [train] extra")
    from scripts.training import arms, landmarks

    world = np.zeros((3, 21, 3), np.float32)
    world[:, 9] = [[0, -1, 0], [3, 0, 4], [0, -1, 0]]
    known = landmarks.Landmarks(
        np.array([True, True, False]), np.zeros((3, 21, 2), np.float32), world, np.zeros(3, bool)
    )
    assert arms.towards_elbow(known).tolist() == [[0, 1], [-1, 0], [0, 0]]


def test_a_left_hand_has_the_pose_of_its_mirror_image() -> None:
    right = np.random.default_rng(5).normal(size=(1, 21, 3)).astype(np.float32)
    left = right * np.array([-1, 1, 1], np.float32)
    angle = np.array([0.4])
    as_right = pose.poses(right, np.array([False]), angle)
    assert np.allclose(as_right, pose.poses(left, np.array([True]), angle), atol=1e-5)
    assert not np.allclose(as_right, pose.poses(left, np.array([False]), angle), atol=0.1)


def test_fingers_are_told_alike_from_every_side() -> None:
    hand = np.random.default_rng(5).normal(size=(1, 21, 3)).astype(np.float32)
    turn, _ = np.linalg.qr(np.random.default_rng(6).normal(size=(3, 3)))
    turn *= np.sign(np.linalg.det(turn))  # no mirror
    still, bent = np.zeros(1), hand.copy()
    bent[:, 8] += 1
    seen, turned, other = (pose.poses(each, np.array([False]), still)[0] for each in (hand, hand @ turn, bent))
    assert len(seen) == pose.NUMBERS
    assert np.allclose(seen[pose.FINGERS], turned[pose.FINGERS], atol=1e-5)
    assert not np.allclose(seen[pose.BONES], turned[pose.BONES], atol=0.1)
    assert not np.allclose(seen[pose.FINGERS], other[pose.FINGERS], atol=0.1)


def test_what_is_nearer_to_the_camera_is_drawn_larger() -> None:
    pytest.importorskip("cv2", reason="OpenCV comes with the [train] extra")
    from edge_handsign.devices.drawing.skeleton import Bone
    from scripts.training import anatomy

    finger = Bone((0.0, 1.0, 0.0), (0.0, 1.0, 1.0), (0.2, 0.2), 0.1)  # it points at the camera
    (near,), (far,) = (anatomy.in_perspective([finger], away) for away in (2.0, 1000.0))
    assert near.start == (0.0, 1.0, 0.0), "as far away as the wrist"
    assert near.end == (0.0, 2.0, 1.0)
    assert near.radii == pytest.approx((0.2, 0.4))
    assert far.end == pytest.approx((0.0, 1.0, 1.0), abs=0.01)


@pytest.mark.filterwarnings("ignore")
def test_the_base_weights_arrive_unharmed() -> None:
    """The dequantised network sees nearly what the public 8-bit file sees; the rest is its 8-bit rounding."""
    tensorflow = pytest.importorskip("tensorflow", reason="TensorFlow comes with the [train] extra")
    path = FOLDER / "models" / "mobilenet_v1_0.5_160_quant.tflite"
    if not path.exists():
        pytest.skip(f"no {path}: set EDGE_HANDSIGN_DATA")
    from scripts.training import base, network

    public = base.read_base(path, 32)
    assert public.hand is None
    assert public.embedding is None
    backbone = network.build(public, 32, 5)
    shown = np.random.default_rng(1).integers(0, 256, (5, 5, 3), dtype=np.uint8).repeat(32, 0).repeat(32, 1)[None]
    last = backbone.get_layer("hand").input
    features = tensorflow.keras.Model(backbone.input, last)(shown.astype(np.float32) / 127.5 - 1).numpy()
    pooled = features.mean(axis=(1, 2)).ravel()
    theirs = _pooled(tensorflow, path, shown)
    assert np.corrcoef(pooled, theirs)[0, 1] > 0.9


@pytest.mark.filterwarnings("ignore")
def test_a_run_goes_on_from_our_own_file_with_its_embedding_and_its_map() -> None:
    tensorflow = pytest.importorskip("tensorflow", reason="TensorFlow comes with the [train] extra")
    from scripts.training import base, network

    path = ROOT / "models" / "handsign.tflite"
    backbone = network.build(base.read_base(path, 128), 128, 5)
    shown = np.random.default_rng(1).integers(0, 256, (5, 5, 3), dtype=np.uint8).repeat(32, 0).repeat(32, 1)[None]
    floats = [out.numpy().ravel() for out in backbone(shown.astype(np.float32) / 127.5 - 1)]
    interpreter = tensorflow.lite.Interpreter(str(path))
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], shown)
    interpreter.invoke()
    shipped = {out["shape"].tolist()[-1]: out for out in interpreter.get_output_details()}
    for ours, out in zip(floats, (shipped[128], shipped[2]), strict=True):
        assert np.corrcoef(ours, interpreter.get_tensor(out["index"]).ravel())[0, 1] > 0.95


@pytest.mark.filterwarnings("ignore")
def test_the_teachers_own_network_is_a_base_too() -> None:
    """It has branches and takes pixels from 0 to 1; as far as the mean of its features it says the same."""
    tensorflow = pytest.importorskip("tensorflow", reason="TensorFlow comes with the [train] extra")
    from scripts.training import base, journey, network

    path = journey.begun_from(FOLDER, journey.TEACHER)
    backbone = network.build(base.read_base(path, 32), 32, 12)
    assert sum(not layer.trainable for layer in backbone.layers) == 12
    shown = np.random.default_rng(1).random((1, 7, 7, 3), np.float32).repeat(32, 1).repeat(32, 2)
    last = backbone.get_layer("hand").input
    ours = tensorflow.keras.Model(backbone.input, last)(2 * shown - 1).numpy().mean(axis=(1, 2)).ravel()
    interpreter = tensorflow.lite.Interpreter(str(path), experimental_preserve_all_tensors=True)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], shown)
    interpreter.invoke()
    mean = next(op for op in interpreter._get_ops_details() if op["op_name"] == "MEAN")["outputs"][0]
    assert np.corrcoef(ours, interpreter.get_tensor(mean).ravel())[0, 1] > 0.99


def test_the_mean_of_two_networks_is_that_of_their_weights() -> None:
    from scripts.training.base import Base, Layer, UnlikeError, mean

    def network(value: float, depth: int = 1) -> Base:
        layer = Layer("CONV_2D", (-1,), 1, 3, np.full((1, 1, 3, 2), value, np.float32), np.full(2, value, np.float32))
        return Base([layer, Layer("ADD", (0, 0), 1, 0)] * depth, layer, None)

    middle = mean([network(1), network(4)])
    for each in (middle.trunk[0], middle.hand):
        assert each is not None
        assert (np.asarray(each.kernel) == 2.5).all()
        assert (np.asarray(each.bias) == 2.5).all()
    assert middle.trunk[1] == network(1).trunk[1]
    assert middle.embedding is None, "not one of ours"
    with pytest.raises(UnlikeError, match="different depth"):
        mean([network(1), network(1, 2)])


def _pooled(tensorflow: Any, path: Path, shown: np.ndarray[Any, np.dtype[np.uint8]]) -> Any:
    """What feeds the public file's classifier, dequantised: (512,)."""
    interpreter = tensorflow.lite.Interpreter(str(path), experimental_preserve_all_tensors=True)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], shown)
    interpreter.invoke()
    pool = next(op for op in interpreter._get_ops_details() if op["op_name"] == "AVERAGE_POOL_2D")["outputs"][0]
    scale, zero = next(t for t in interpreter.get_tensor_details() if t["index"] == pool)["quantization"]
    return (interpreter.get_tensor(pool).ravel().astype(np.float32) - zero) * scale


class TwoSigns:
    """A course of coloured squares, red or green, that a seed and a step decide."""

    hands, rooms = 3, 2

    signs = signs.Signs(["red", "green"], np.array([0, 1]), np.array([0, 0]), np.ones((1, 2), bool))

    def batch(self, seed: int, step: int) -> Any:
        from scripts.training.batches import Batch

        rng = np.random.default_rng((seed, step))
        label = np.array([0, 0, 1, 1, 0, 0, -1, -1], np.int32)
        pictures = rng.integers(0, 60, (8, 32, 32, 3), dtype=np.uint8)
        pictures[label == 0, ..., 0] += 150
        pictures[label == 1, ..., 1] += 150
        present = (label >= 0).astype(np.float32)
        held = np.repeat(rng.normal(size=(8, 1)), pose.NUMBERS, axis=1).astype(np.float32)
        twin = np.array([0, 0, 1, 1, 2, 2, -1, -1], np.int32)
        where = np.full((8, 3), 0.5, np.float32) * present[:, None]
        return Batch(pictures, held, present, label, np.zeros(8, np.int32), present, twin, where)


def trained(folder: Path, *stops: int) -> list[Any]:
    """Weights of a very small network trained in `folder`, stopped and begun again at each of `stops`."""
    import keras

    from scripts.training.fit import Run
    from scripts.training.losses import Heads
    from scripts.training.network import Attention
    from scripts.training.ticket import Recipe, Weights

    run = None
    for stop in stops:
        keras.utils.set_random_seed(4)
        picture = keras.Input((None, None, 3))
        features = keras.layers.Conv2D(4, 3, activation="relu")(picture)
        hand = keras.layers.Conv2D(2, 1)(features)
        backbone = keras.Model(picture, [keras.layers.Dense(8)(Attention()(features, hand)), hand])
        recipe = Recipe(6, 1, 8e-4, warm_steps=2, said_every=1, kept_every=1)
        run = Run(backbone, Heads(8, 2), recipe, Weights(), folder)
        run.go(TwoSigns(), until=stop)
    assert run is not None
    run.settle()
    return [*run.backbone.get_weights(), np.array(run.history)]


@pytest.mark.filterwarnings("ignore")
def test_attention_of_equal_cells_is_the_plain_mean() -> None:
    pytest.importorskip("tensorflow", reason="TensorFlow comes with the [train] extra")
    from scripts.training.network import Attention

    features = np.random.default_rng(2).random((2, 5, 4, 6), np.float32)
    hand = np.ones((2, 5, 4, 2), np.float32)
    assert np.allclose(Attention()(features, hand), features.mean(axis=(1, 2)), atol=1e-5)
    hand[:, 3, 1, 0] = 40
    assert np.allclose(Attention()(features, hand), features[:, 3, 1], atol=1e-5)


@pytest.mark.filterwarnings("ignore")
def test_a_cell_shows_the_hand_that_is_in_it() -> None:
    pytest.importorskip("tensorflow", reason="TensorFlow comes with the [train] extra")
    from scripts.training.losses import _shown

    shown = np.array(_shown(np.array([[0.7, 0.3, 0.2], [0.5, 0.5, 1.0]], np.float32), 5))
    assert np.unravel_index(shown[0].argmax(), (5, 5)) == (1, 3)
    assert shown.max(axis=(1, 2)).tolist() == [1, 1]
    assert shown[1].mean() > 3 * shown[0].mean()


@pytest.mark.filterwarnings("ignore")
def test_a_face_as_sure_as_the_hand_draws_its_place_away() -> None:
    pytest.importorskip("tensorflow", reason="TensorFlow comes with the [train] extra")
    from scripts.training.losses import _place

    logits = np.full((1, 5, 5), -9, np.float32)
    logits[0, 1, 3] = 5
    truth = {"where": np.array([[0.7, 0.3, 0.4]], np.float32)}
    assert float(_place(logits, truth)) == pytest.approx(0, abs=0.01)
    logits[0, 1, 1] = 5
    assert float(_place(logits, truth)) == pytest.approx(0.5, abs=0.01), "half of the 0.4 between them, in lengths"
    assert float(_place(logits, {"where": np.zeros((1, 3), np.float32)})) == 0, "nobody knows where it is"


def test_a_stopped_run_goes_on_as_if_it_had_not_been_stopped(tmp_path: Path) -> None:
    pytest.importorskip("tensorflow", reason="TensorFlow comes with the [train] extra")
    for name in ("straight", "stopped"):
        (tmp_path / name).mkdir()
    straight = trained(tmp_path / "straight", 6)
    stopped = trained(tmp_path / "stopped", 2, 5, 6)
    assert all(np.allclose(one, other, atol=1e-5) for one, other in zip(straight, stopped, strict=True))
    assert straight[-1][:, 0].tolist() == [1, 2, 3, 4, 5, 6]
