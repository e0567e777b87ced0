"""Colours of the dark theme, made from those of the light one by one rule.

A colour keeps its hue. A grey has its lightness turned round: white becomes the dark
page, black its text. A vivid colour becomes a little lighter, and what lies between the
two goes between, so that a scale that fades into a white page fades into a dark one.
All this in Oklab, where equal steps look equal.

Oklab: B. Ottosson, "A perceptual color space for image processing", 2020,
https://bottosson.github.io/posts/oklab/.
"""

import numpy as np
from matplotlib.colors import to_rgba_array

BACKGROUND = "#14181E"  # of the theme's dark pages
TEXT = "#E6E9EE"
VIVID_CHROMA = 0.1  # in Oklab, from which on a colour counts as vivid

RGB_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
CONES_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def to_linear(rgb):
    """Convert sRGB in [0, 1] to amounts of light."""
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def to_oklab(rgb):
    """Convert sRGB in [0, 1], shape (n, 3), to lightness and two hue axes."""
    return np.cbrt(to_linear(rgb) @ RGB_TO_CONES.T) @ CONES_TO_LAB.T


def from_oklab(lab):
    """Convert back to sRGB, clipped to [0, 1]."""
    cones = (lab @ np.linalg.inv(CONES_TO_LAB).T) ** 3
    linear = np.clip(cones @ np.linalg.inv(RGB_TO_CONES).T, 0, 1)
    return np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055
    )


def darkened(colors):
    """Return what the colours of a light page become on a dark one.

    Parameters
    ----------
    colors : matplotlib color or sequence of them
        Colours as drawn on white.

    Returns
    -------
    ndarray of shape (n, 4)
        RGBA in [0, 1], with the opacity unchanged.
    """
    rgba = to_rgba_array(colors)
    background, text = to_oklab(to_rgba_array([BACKGROUND, TEXT])[:, :3])
    lab = to_oklab(rgba[:, :3])
    lightness, hue = lab[:, :1], lab[:, 1:]
    # the greys take over the faint blue of the page and its text
    grey = background + (text - background) * (1 - lightness) ** 0.8
    vivid = np.hstack([0.66 + 0.5 * (lightness - 0.53), hue])
    vividness = np.minimum(1, np.hypot(*hue.T) / VIVID_CHROMA)[:, None]
    return np.column_stack([from_oklab(grey + (vivid - grey) * vividness), rgba[:, 3]])
