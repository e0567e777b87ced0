"""What a file has of a fitted estimator: arrays, numbers and names.

Whoever reads a file with skops then has to trust no class but the estimator's own.
"""

import warnings
from importlib.metadata import version
from typing import Any

from sklearn.exceptions import InconsistentVersionWarning

from nnteach.architecture import Architecture
from nnteach.engine.training.problem import TrainingState
from nnteach.engine.training.snapshot import (
    state_content,
    unchecked_state_from_content,
)

# the only one that stored none
FIRST_VERSION = "0.1.0"


def to_stored(attributes: dict[str, Any]) -> dict[str, Any]:
    """The attributes of an estimator as a file is to have them.

    Parameters
    ----------
    attributes : dict of str to object

    Returns
    -------
    dict of str to object
        With the version of nnteach.
    """
    stored = {**attributes, "_nnteach_version": version("nnteach")}
    architecture = stored.get("architecture_")
    if isinstance(architecture, Architecture):
        stored["architecture_"] = {
            "layer_sizes": architecture.layer_sizes,
            "activations": architecture.activations,
        }
    state = stored.get("_training_state")
    if isinstance(state, TrainingState):
        stored["_training_state"] = state_content(state)
    return stored


def from_stored(stored: dict[str, Any], name: str) -> dict[str, Any]:
    """The attributes of an estimator from what a file has.

    Parameters
    ----------
    stored : dict of str to object
        Also that of a version which stored other objects.
    name : str
        The estimator's class, for a warning.

    Returns
    -------
    dict of str to object

    Warns
    -----
    sklearn.exceptions.InconsistentVersionWarning
        If another version of nnteach has stored it.
    """
    attributes = dict(stored)
    before, now = attributes.pop("_nnteach_version", FIRST_VERSION), version("nnteach")
    if before != now:
        warnings.warn(
            InconsistentVersionWarning(
                estimator_name=name,
                current_sklearn_version=f"nnteach {now}",
                original_sklearn_version=f"nnteach {before}",
            ),
            stacklevel=3,
        )
    if isinstance(attributes.get("architecture_"), dict):
        attributes["architecture_"] = Architecture(**attributes["architecture_"])
    if isinstance(attributes.get("_training_state"), dict):
        content = attributes["_training_state"]
        attributes["_training_state"] = unchecked_state_from_content(content)
    return attributes
