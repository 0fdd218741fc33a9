"""What light and a camera do to a picture: all of it drawn by chance, none of it moves the hand."""

# mypy: disable-error-code="no-any-return"
import cv2  # noqa: TID253 - only the training environment imports this module
import numpy as np
from numpy.typing import NDArray


def light(rng: np.random.Generator, picture: NDArray[np.uint8], strength: float) -> NDArray[np.uint8]:
    """Gamma, contrast, brightness, white balance and saturation, all at once for each colour."""
    levels = np.linspace(0, 1, 256)[:, None]
    gamma = np.exp(rng.normal(0, 0.3 * strength))
    gain = np.exp(rng.normal(0, 0.2 * strength) + rng.normal(0, 0.09 * strength, 3))
    curve = levels**gamma * gain + rng.normal(0, 0.06 * strength)
    lit = cv2.LUT(picture, (np.clip(curve, 0, 1) * 255).astype(np.uint8)[:, None, :])
    if rng.random() < 0.35 * strength:
        grey = cv2.cvtColor(cv2.cvtColor(lit, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        keep = rng.uniform(0, 1.3)
        lit = cv2.addWeighted(lit, keep, grey, 1 - keep, 0)
    return lit


def lens(rng: np.random.Generator, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Blur, noise, low resolution and JPEG, each sometimes."""
    side = picture.shape[0]
    if rng.random() < 0.25:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.6))
    if rng.random() < 0.12:
        small = int(side * rng.uniform(0.35, 0.8))
        picture = cv2.resize(cv2.resize(picture, (small, small), interpolation=cv2.INTER_AREA), (side, side))
    if rng.random() < 0.3:
        noise = np.empty(picture.shape, np.int8)
        cv2.setRNGSeed(int(rng.integers(2**31)))
        cv2.randn(noise, 0, rng.uniform(1, 12))
        picture = cv2.add(picture, noise, dtype=cv2.CV_8U)
    if rng.random() < 0.25:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 90))]
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_COLOR)
    return picture
