"""The colours of all displays, to be told apart by colour-blind readers too.

They are Okabe and Ito's, with two changes: purple, orange and sky blue are darker, so
that a line of any of them has a contrast of at least 3 to white, and yellow, which
cannot have it, is left out. What a colour stands for, it stands for in every figure.
"""

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

BLUE = "#0072B2"
VERMILION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#A83D92"
ORANGE = "#B87800"
SKY_BLUE = "#3A9BD9"
BLACK = "#000000"
GREY = "#7F7F7F"

COLOR_CYCLE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY_BLUE, BLACK)

CLASS_COLORS = (VERMILION, BLUE)  # of class 0 and class 1
TRAINING_COLOR = GREEN
VALIDATION_COLOR = PURPLE
PREDICTION_COLOR = ORANGE
TARGET_COLOR = GREY

BAND_NAME_COLOR = GREY  # of the legend entry that stands for all bands
BAND_OPACITY = 0.2

# from class 0 to class 1, and from negative weights to positive ones
DIVERGING_COLORMAP = "class_0_to_class_1"

mpl.colormaps.register(
    LinearSegmentedColormap.from_list(
        DIVERGING_COLORMAP, [CLASS_COLORS[0], "#FFFFFF", CLASS_COLORS[1]]
    ),
    force=True,
)


def start_color_cycle(ax: Axes) -> None:
    """Give axes on which nothing is drawn yet the colours of the palette."""
    if not ax.has_data():
        ax.set_prop_cycle(color=COLOR_CYCLE)
