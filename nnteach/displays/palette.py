"""The colours of all displays, to be told apart by colour-blind readers too."""

from matplotlib.axes import Axes

# Okabe and Ito's colours, less the yellow, which is too pale for a line on white
OKABE_ITO = (
    "#0072B2",  # blue
    "#D55E00",  # vermilion
    "#009E73",  # bluish green
    "#CC79A7",  # reddish purple
    "#E69F00",  # orange
    "#56B4E9",  # sky blue
    "#000000",  # black
)
TARGET_COLOR = "#7F7F7F"
BAND_NAME_COLOR = "#7F7F7F"  # of the legend entry that stands for all bands
BAND_OPACITY = 0.2
DIVERGING_COLORMAP = "RdBu"


def start_color_cycle(ax: Axes) -> None:
    """Give axes on which nothing is drawn yet the colours of the palette."""
    if not ax.has_data():
        ax.set_prop_cycle(color=OKABE_ITO)
