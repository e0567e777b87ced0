"""Where exported exercises come from, and what others may do with them."""

from nnteach.estimators.html_repr import WEBSITE

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
SOURCE = f"[nnteach]({WEBSITE})" if WEBSITE else "nnteach"
CREDIT = f"From {SOURCE}, by the nnteach developers, [CC BY 4.0]({LICENCE})."
