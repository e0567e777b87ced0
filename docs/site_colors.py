"""The colours of the pages, made from those of the figures.

``write_style_sheet`` writes what each colour stands for as CSS variables, such as
``--nnteach-training``, for the light and for the dark theme, and gives the theme's own
variables the same colours. Colours of words have a contrast of at least 4.5 to the
page, as WCAG 2.2 asks (success criterion 1.4.3).
"""

import numpy as np
from matplotlib.colors import to_hex, to_rgba_array

from dark_colors import darkened, from_oklab, to_linear, to_oklab
from nnteach.displays.palette import (
    BLUE,
    CLASS_COLORS,
    PREDICTION_COLOR,
    PURPLE,
    TARGET_COLOR,
    TRAINING_COLOR,
    VALIDATION_COLOR,
    VERMILION,
)

ROLES = {
    "class-0": CLASS_COLORS[0],
    "class-1": CLASS_COLORS[1],
    "training": TRAINING_COLOR,
    "validation": VALIDATION_COLOR,
    "prediction": PREDICTION_COLOR,
    "target": TARGET_COLOR,
}
THEME = {
    "primary": BLUE,
    "link": BLUE,
    "link-hover": VERMILION,
    "link-higher-contrast": BLUE,
    "secondary": VERMILION,
    "accent": PURPLE,
    "inline-code": "text-base",
}
TEXT_CONTRAST = 4.55  # a little more than 4.5, since colours are rounded
SURFACES = {"light": "#F3F4F5", "dark": "#29313D"}  # the theme's shaded boxes


def luminance(colors):
    """Return the relative luminance of colours, as WCAG defines it."""
    return to_linear(to_rgba_array(colors)[:, :3]) @ [0.2126, 0.7152, 0.0722]


def contrast(color, background):
    """Return the contrast of two colours, from 1 to 21."""
    dark, light = np.sort(np.concatenate([luminance(color), luminance(background)]))
    return (light + 0.05) / (dark + 0.05)


def readable(color, background, lighter):
    """Make a colour darker, or lighter, until words of it can be read."""
    lab = to_oklab(to_rgba_array(color)[:, :3])
    while contrast(from_oklab(lab), background) < TEXT_CONTRAST:
        lab[:, 0] += 0.005 if lighter else -0.005
    return to_hex(from_oklab(lab)[0])


def variables(theme):
    """Return the CSS variables of a theme, by name."""
    dark, background = theme == "dark", SURFACES[theme]
    values = {}
    for role, color in ROLES.items():
        shown = to_hex(darkened(color)[0]) if dark else color.lower()
        values[f"nnteach-{role}"] = shown
        values[f"nnteach-{role}-text"] = readable(shown, background, dark)
    for name, color in THEME.items():
        if color.startswith("#"):
            shown = to_hex(darkened(color)[0]) if dark else color
            values[f"pst-color-{name}"] = readable(shown, background, dark)
        else:
            values[f"pst-color-{name}"] = f"var(--pst-color-{color})"
    return values


def write_style_sheet(path):
    """Write the variables of both themes."""
    lines = ["/* made by docs/site_colors.py from nnteach/displays/palette.py */"]
    for theme in ("light", "dark"):
        lines.append(f'html[data-theme="{theme}"] {{')
        lines += [f"  --{n}: {c};" for n, c in variables(theme).items()]
        lines.append("}")
    for role in ROLES:
        lines.append(f".{role} {{ color: var(--nnteach-{role}-text); }}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
