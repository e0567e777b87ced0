"""What the estimators' constructor parameters may be, and what they mean."""

import math
from contextlib import suppress
from functools import lru_cache
from numbers import Integral, Real

import numpy as np
from sklearn.metrics import get_scorer_names

from nnteach.engine.machine.device import find_device
from nnteach.engine.network.activations import HIDDEN_ACTIVATIONS
from nnteach.engine.network.initializers import WEIGHT_RULES
from nnteach.engine.training.optimizers import OPTIMIZERS
from nnteach.engine.training.schedules import scheduled_learning_rate
from nnteach.estimators.sklearn_private import (
    HasMethods,
    Interval,
    Options,
    StrOptions,
    validate_parameter_constraints,
)

FLOAT_MAX = float(np.finfo(np.float64).max)
# what the engine calculates with in the precision of X
TENSOR_PARAMETERS = {"alpha", "learning_rate_init", "epsilon", "huber_delta"}
PARAMETER_CONSTRAINTS = {
    "hidden_layer_sizes": [
        "array-like",
        Interval(Integral, 1, None, closed="left"),
    ],
    "activation": [StrOptions(set(HIDDEN_ACTIVATIONS)), "array-like"],
    "solver": [StrOptions({"lbfgs", *OPTIMIZERS})],
    "alpha": [Interval(Real, 0, None, closed="left")],
    "batch_size": [
        StrOptions({"auto"}),
        Interval(Integral, 1, None, closed="left"),
    ],
    "learning_rate": [
        StrOptions({"constant", "invscaling", "adaptive", "cosine", "one_cycle"})
    ],
    "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
    "power_t": [Interval(Real, 0, None, closed="left")],
    "max_iter": [Interval(Integral, 1, None, closed="left")],
    "shuffle": ["boolean"],
    "random_state": ["random_state"],
    "tol": [Interval(Real, 0, None, closed="left")],
    "verbose": ["verbose"],
    "warm_start": ["boolean"],
    "momentum": [Interval(Real, 0, 1, closed="both")],
    "nesterovs_momentum": ["boolean"],
    "early_stopping": ["boolean"],
    "validation_fraction": [
        Interval(Real, 0, 1, closed="left"),
        # as scikit-learn knows a splitter: a str has a method split as well
        HasMethods(["split", "get_n_splits"]),
    ],
    "beta_1": [Interval(Real, 0, 1, closed="left")],
    "beta_2": [Interval(Real, 0, 1, closed="left")],
    "epsilon": [Interval(Real, 0, None, closed="neither")],
    "n_iter_no_change": [
        Interval(Integral, 1, None, closed="left"),
        Options(Real, {np.inf}),
    ],
    "max_fun": [Interval(Integral, 1, None, closed="left")],
    "weight_init": [StrOptions({"auto", *WEIGHT_RULES})],
    "bias_init": [StrOptions({"auto", "zeros"})],
    "dropout": [Interval(Real, 0, 1, closed="left"), "array-like"],
    "device": [str],
    "scoring": [StrOptions({"loss", *get_scorer_names()}), callable, None],
}


# values that never change, so that what was found of them stays true
PLAIN_TYPES = {str, int, float, bool, tuple, type(None)}


def check_constraints(estimator):
    """Check parameters as scikit-learn does, equal ones of plain types only once.

    A stream of small batches would else spend more time on this than on training.
    """
    kind = type(estimator)
    names = tuple(kind._parameter_constraints)
    values = tuple(getattr(estimator, name) for name in names)
    types = tuple(map(type, values))
    if not PLAIN_TYPES.issuperset(types) or not _is_hashable(values):
        estimator._validate_params()
    else:
        _check_once(kind, names, types, values)


def _is_hashable(values):
    try:
        hash(values)
    except TypeError:  # a tuple may hold anything
        return False
    return True


@lru_cache(maxsize=256)
def _check_once(kind, names, types, values):
    validate_parameter_constraints(
        kind._parameter_constraints,
        dict(zip(names, values, strict=True)),
        caller_name=kind.__name__,
    )


def batch_size_for(estimator, n_samples):
    """Number of samples in a batch, of so many training samples."""
    batch_size = 200 if estimator.batch_size == "auto" else estimator.batch_size
    return min(batch_size, n_samples)


def stops_early(estimator):
    """Whether a score on a validation set decides when training stops."""
    return estimator.early_stopping and estimator.solver != "lbfgs"


def starts_from_best(estimator):
    """Whether ``fit`` takes the present weights as the first best of early stopping."""
    goes_on = estimator.warm_start and hasattr(estimator, "coefs_")
    return goes_on and stops_early(estimator)


def check_magnitudes(estimator, dtype):
    """Raise a ValueError if a parameter is too large to calculate with in a dtype."""
    for name, value in estimator.get_params(deep=False).items():
        largest = np.finfo(dtype if name in TENSOR_PARAMETERS else np.float64).max
        if isinstance(value, Real) and value != np.inf and value > float(largest):
            raise ValueError(
                f"The {name!r} parameter of {type(estimator).__name__} must be at most "
                f"{largest:.2g}, the largest number of {largest.dtype}. Got about "
                f"10**{int(math.log10(value))} instead."
            )


def check_schedule(estimator, settings, n_samples, dtype):
    """Raise a ValueError if nothing is left of the learning rate after an epoch."""
    if settings.solver == "lbfgs" or settings.learning_rate != "invscaling":
        return
    rate = scheduled_learning_rate(settings, 1, n_samples, settings.learning_rate_init)
    if rate < np.finfo(dtype).tiny:
        raise ValueError(
            f"The 'power_t' parameter of {type(estimator).__name__} must leave a "
            f"learning rate above 0 after the first epoch of {n_samples} samples. "
            f"Got {settings.power_t} instead; scikit-learn's default is 0.5."
        )


def _unwrapped(value):
    """The number or name in an array without dimensions; anything else as it is."""
    is_wrapped = isinstance(value, np.ndarray) and value.ndim == 0
    return value.item() if is_wrapped else value


def check_hidden_layer_sizes(estimator):
    """The number of neurons in each hidden layer, as a list of int."""
    sizes = _unwrapped(estimator.hidden_layer_sizes)
    sizes = list(sizes) if hasattr(sizes, "__iter__") else [sizes]
    if not all(isinstance(n, Integral) and not isinstance(n, bool) for n in sizes):
        raise ValueError(
            f"The 'hidden_layer_sizes' parameter of {type(estimator).__name__} must be "
            f"an int or a sequence of int. Got {estimator.hidden_layer_sizes!r} "
            "instead."
        )
    if any(size <= 0 for size in sizes):
        raise ValueError(f"hidden_layer_sizes must be > 0, got {sizes}.")
    return sizes


def check_hidden_activations(estimator, n_hidden_layers):
    """The name of each hidden layer's activation, as a list of str."""
    activations = _unwrapped(estimator.activation)
    one_for_all = isinstance(activations, str)
    activations = [activations] * n_hidden_layers if one_for_all else list(activations)
    wrong = [name for name in activations if name not in HIDDEN_ACTIVATIONS]
    if wrong:
        raise ValueError(
            f"The 'activation' parameter of {type(estimator).__name__} must name one "
            f"of {sorted(HIDDEN_ACTIVATIONS)} for each hidden layer. Got {wrong[0]!r} "
            "instead."
        )
    if len(activations) != n_hidden_layers:
        raise ValueError(
            f"The 'activation' parameter of {type(estimator).__name__} must be one "
            "name, or a sequence with one name for each hidden layer. Got "
            f"{len(activations)} names for {n_hidden_layers} hidden layers."
        )
    return activations


def check_dropout(estimator, n_hidden_layers):
    """The fraction of each hidden layer that is left out, as a tuple of float."""
    rates = _unwrapped(estimator.dropout)
    if isinstance(rates, Real):
        rates = (rates,) * n_hidden_layers
    rates = tuple(rates)
    if not all(isinstance(rate, Real) and 0 <= rate < 1 for rate in rates):
        raise ValueError(
            f"The 'dropout' parameter of {type(estimator).__name__} must be a rate in "
            "the range [0, 1), or one for each hidden layer. Got "
            f"{estimator.dropout!r} instead."
        )
    if len(rates) != n_hidden_layers:
        raise ValueError(
            f"The 'dropout' parameter of {type(estimator).__name__} must be one rate, "
            f"or a sequence with one for each hidden layer. Got {len(rates)} rates for "
            f"{n_hidden_layers} hidden layers."
        )
    if any(rates) and estimator.solver == "lbfgs":
        raise ValueError(
            "solver='lbfgs' cannot train with dropout, which makes the loss random; "
            "use a stochastic solver, or dropout=0."
        )
    return tuple(float(rate) for rate in rates)


def check_class_weight(class_weight, classes, n_labels=None):
    """The weights that a dict lists for classes, 1 for those that it leaves out.

    Parameters
    ----------
    class_weight : dict or list of dict
    classes : list
    n_labels : int or None
        Number of labels of multilabel targets, which need a dict each; None for others.

    Returns
    -------
    ndarray of shape (1, n_classes) or (n_labels, n_classes)
    """
    parameter = "The 'class_weight' parameter of MLPClassifierNet must"
    if n_labels is None:
        needed, fits = "a dict from class to weight", isinstance(class_weight, dict)
        class_weight = [class_weight]
    else:
        needed = f"a list of {n_labels} dicts, one for each label"
        fits = isinstance(class_weight, list) and len(class_weight) == n_labels
    if not (fits and all(isinstance(weights, dict) for weights in class_weight)):
        came = class_weight[0] if n_labels is None else class_weight
        raise ValueError(
            f"{parameter} be 'balanced', None or {needed}. Got {came!r} instead."
        )
    for weights in class_weight:
        for weight in weights.values():
            if not (isinstance(weight, Real) and 0 <= weight <= FLOAT_MAX):
                raise ValueError(
                    f"{parameter} list finite weights of at least 0. Got {weight!r} "
                    "instead."
                )
        # a part of the samples may lack a class that has a weight
        unknown = [name for name in weights if name not in classes]
        if unknown and not all(name in weights for name in classes):
            raise ValueError(
                f"{parameter} name classes of y, which are {classes}. Got "
                f"{unknown[0]!r} instead."
            )
    return np.array(
        [[weights.get(name, 1.0) for name in classes] for weights in class_weight]
    )


def score_name(scoring):
    """Name of the scores that ``history_`` has, None for accuracy or R²."""
    if scoring is None or scoring == "loss":
        return None
    return (
        scoring if isinstance(scoring, str) else getattr(scoring, "__name__", "score")
    )


def check_score(score, name):
    """The number that the ``scoring`` of what has this name gave, NaN if not finite."""
    with suppress(ValueError, RuntimeError):  # of several numbers in an array, a tensor
        score = score.item() if hasattr(score, "item") else score
    if not isinstance(score, Real):
        raise ValueError(
            f"The 'scoring' parameter of {name} must give a number. Got {score!r} "
            "instead."
        )
    score = float(score)
    return score if math.isfinite(score) else math.nan


def check_until_epoch(until_epoch):
    """Raise if this is no number of an epoch."""
    is_number = isinstance(until_epoch, Integral) and not isinstance(until_epoch, bool)
    if until_epoch is not None and not (is_number and until_epoch >= 1):
        raise ValueError(
            "until_epoch must be None or an int of at least 1, the number of the epoch "
            f"after which fit ends for now. Got {until_epoch!r} instead."
        )


def check_device(estimator):
    """The device's name as torch knows it; "auto" is a GPU where there is one."""
    try:
        return find_device(estimator.device)
    except (RuntimeError, ValueError) as error:
        raise ValueError(
            f"The 'device' parameter of {type(estimator).__name__} must be 'cpu', "
            f"'cuda', 'cuda:N' or 'auto'. Got {estimator.device!r} instead: {error}"
        ) from error
