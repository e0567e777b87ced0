"""What tables, equations and displays check before they start."""

from collections.abc import Collection, Sized
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from nnteach.architecture import Architecture


def fitted_attribute(estimator: BaseEstimator, attribute: str, owner: str) -> Any:
    """Read an attribute that fitting has set.

    Parameters
    ----------
    estimator : estimator instance
        A fitted estimator of nnteach.
    attribute : str
        The attribute's name, such as ``"architecture_"``.
    owner : str
        Who asks, for the error message.

    Returns
    -------
    object
        The attribute's value.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        If the estimator is not fitted.
    TypeError
        If it is fitted and has no such attribute.
    """
    check_is_fitted(estimator)
    if not hasattr(estimator, attribute):
        raise TypeError(
            f"{owner} needs a fitted MLPClassifierNet or MLPRegressorNet, which has "
            f"the attribute '{attribute}'. Got {type(estimator).__name__} instead; for "
            "a pipeline, pass its last step, pipeline[-1]."
        )
    return getattr(estimator, attribute)


def check_option(
    name: str, value: object, options: Collection[object], owner: str
) -> None:
    """Raise a ValueError unless ``value`` is one of ``options``."""
    if value not in options:
        raise ValueError(
            f"The '{name}' parameter of {owner} must be one of "
            f"{', '.join(map(repr, options))}. Got {value!r} instead."
        )


def check_not_empty(name: str, values: Sized, owner: str) -> None:
    """Raise a ValueError unless ``values`` has an element."""
    if len(values) == 0:
        raise ValueError(
            f"The '{name}' parameter of {owner} must have at least one element. Got "
            f"{values!r} instead."
        )


def check_architecture(architecture: object, owner: str) -> None:
    """Raise a TypeError unless it is an Architecture."""
    if not isinstance(architecture, Architecture):
        raise TypeError(
            f"{owner} needs an Architecture. Got {architecture!r} instead; for a "
            f"fitted estimator, use {owner}.from_estimator."
        )
