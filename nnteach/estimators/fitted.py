"""What a fitted estimator has, and the one assignment in which it gets it."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from nnteach.architecture import Architecture
from nnteach.engine.network.layout import FLOATS, WAY_OUT, check_weights, pack, unpack
from nnteach.engine.training.optimizers import OPTIMIZERS
from nnteach.engine.training.problem import Outcome, TrainingState
from nnteach.engine.training.snapshot import state_content, state_from_content
from nnteach.estimators.annotations import FloatArray
from nnteach.estimators.parameters import stops_early

# what the data have told, before any training
DATA_ATTRIBUTES = (
    "n_features_in_",
    "feature_names_in_",
    "classes_",
    "_label_binarizer",
    "n_outputs_",
    "n_layers_",
    "out_activation_",
    "architecture_",
)
TRAINING_ATTRIBUTES = (
    "coefs_",
    "intercepts_",
    "n_iter_",
    "t_",
    "loss_",
    "loss_curve_",
    "best_loss_",
    "validation_scores_",
    "best_validation_score_",
    "history_",
    "interrupted_",
    "_training_state",
)
FITTED_ATTRIBUTES = DATA_ATTRIBUTES + TRAINING_ATTRIBUTES


Estimator = TypeVar("Estimator")


class FittedAttributes:
    """The types of what a fitted estimator has; its own docstring says what it is."""

    n_features_in_: int
    feature_names_in_: NDArray[Any]
    n_outputs_: int
    n_layers_: int
    out_activation_: str
    architecture_: Architecture
    coefs_: list[FloatArray]
    intercepts_: list[FloatArray]
    n_iter_: int
    t_: int
    loss_: float
    best_loss_: float | None
    validation_scores_: list[float] | None
    best_validation_score_: float | None
    interrupted_: bool
    _training_state: TrainingState

    # made of the state whenever they are asked for: if each call of partial_fit made
    # them, it would take the longer the more there were before
    @property
    def loss_curve_(self) -> list[float]:
        """Mean loss of each epoch, ``history_["loss"]``, as in scikit-learn.

        Returns
        -------
        list of float

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from nnteach import MLPClassifierNet
        >>> X, y = load_iris(return_X_y=True)
        >>> net = MLPClassifierNet((10,), solver="lbfgs", random_state=0).fit(X, y)
        >>> len(net.loss_curve_) == net.n_iter_
        True
        """
        return list(self._state_for("loss_curve_").history.get("loss", ()))

    @property
    def history_(self) -> dict[str, FloatArray]:
        """What was measured in every epoch of all fits, by its name.

        "loss" is the mean of the objective over the epoch's batches, each before its
        update, and "learning_rate" is the rate. With a validation set there are three
        more, measured with the weights at the epoch's end: "val_loss", the mean loss on
        the validation set without the penalty, and "score" and "val_score" on the
        training and the validation set. "lbfgs" has the objective at the end of every
        iteration, and no learning rate.

        Returns
        -------
        dict of str to ndarray of shape (n_epochs,)

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from nnteach import MLPClassifierNet
        >>> X, y = load_iris(return_X_y=True)
        >>> net = MLPClassifierNet((10,), random_state=0)
        >>> sorted(net.partial_fit(X, y, classes=[0, 1, 2]).history_)
        ['learning_rate', 'loss']
        """
        history = self._state_for("history_").history
        return {key: np.array(values) for key, values in history.items()}

    def _state_for(self, name: str) -> TrainingState:
        state = vars(self).get("_training_state")
        if not isinstance(state, TrainingState):
            kind = type(self).__name__
            raise AttributeError(f"{kind!r} object has no attribute {name!r}")
        return state


def as_it_is(estimator: Estimator) -> Estimator:
    """An estimator as it is now, while another thread may be fitting it.

    A fit that ends meanwhile gives the estimator other attributes, not this one.
    """
    present = object.__new__(type(estimator))
    present.__dict__ = estimator.__dict__
    return present


def parameters_of(estimator):
    """The parameters of a fitted network in one array of shape (P,).

    Raises
    ------
    ValueError
        As ``weights_of`` does.
    """
    return pack(estimator.architecture_, *weights_of(estimator))


def weights_of(estimator):
    """The arrays of ``coefs_`` and of ``intercepts_`` themselves, once checked.

    Raises
    ------
    ValueError
        If ``architecture_`` was replaced by one of another number of inputs or outputs,
        or an array of ``coefs_`` or ``intercepts_`` no longer fits the architecture.
    """
    architecture = estimator.architecture_
    expected = (estimator.n_features_in_, estimator.n_outputs_)
    if not isinstance(architecture, Architecture) or expected != (
        architecture.n_inputs,
        architecture.n_outputs,
    ):
        raise ValueError(
            f"architecture_ must be the Architecture of a network of {expected[0]} "
            f"inputs and {expected[1]} outputs, as n_features_in_ and n_outputs_ "
            f"say. Got {architecture!r} instead. {WAY_OUT}"
        )
    check_weights(architecture, estimator.coefs_, estimator.intercepts_)
    return estimator.coefs_, estimator.intercepts_


def fitted_attributes(estimator, outcome):
    """The fitted attributes of an estimator whose training has come to an outcome.

    Parameters
    ----------
    estimator : BaseMLPNet
        It has the attributes that the data have told.
    outcome : Outcome

    Returns
    -------
    dict of str to object
        Its values have no arrays and lists in common with the outcome, except for the
        training state.
    """
    state = outcome.state
    early, scores = stops_early(estimator), list(state.monitored_scores)
    losses = state.history.get("loss")
    coefs, intercepts = unpack(estimator.architecture_, outcome.parameters)
    values = {
        name: vars(estimator)[name]
        for name in DATA_ATTRIBUTES
        if name in vars(estimator)
    }
    return {
        **values,
        "coefs_": coefs,
        "intercepts_": intercepts,
        "n_iter_": outcome.n_iter,
        "t_": state.n_samples_seen,
        "loss_": losses[-1] if losses else state.loss_at_start,
        "best_loss_": None if early else state.best_loss,
        "validation_scores_": scores if early and scores else None,
        "best_validation_score_": state.best_score if early and scores else None,
        "interrupted_": outcome.is_interrupted,
        "_training_state": state,
    }


def network_content(estimator):
    """What a checkpoint is to hold of a fitted network: nested dicts and arrays."""
    return {
        "parameters": parameters_of(estimator),
        "n_iter": estimator.n_iter_,
        "state": state_content(estimator._training_state),
    }


def attributes_from_content(estimator, content):
    """The fitted attributes of a network that a checkpoint holds.

    Parameters
    ----------
    estimator : BaseMLPNet
        It has the attributes that the data have told.
    content : dict
        What ``network_content`` has returned.

    Returns
    -------
    dict of str to object

    Raises
    ------
    KeyError, TypeError, ValueError
        If the content is another one.
    """
    n_parameters = estimator.architecture_.n_parameters
    rule = OPTIMIZERS.get(estimator.solver)
    state = state_from_content(
        content["state"], rule.n_buffers if rule else 0, n_parameters
    )
    parameters = content["parameters"]
    if parameters.shape != (n_parameters,) or parameters.dtype not in FLOATS:
        raise ValueError(f"it has a network of {parameters.shape} parameters")
    outcome = Outcome(parameters, state, int(content["n_iter"]))
    return fitted_attributes(estimator, outcome)


def become(estimator, fitted):
    """Replace all fitted attributes of an estimator.

    It happens in one assignment, so that whoever reads the estimator in another thread
    meets the old network or the new one.

    Parameters
    ----------
    estimator : BaseMLPNet
    fitted : dict of str to object
    """
    others = {
        name: value
        for name, value in vars(estimator).items()
        if name not in FITTED_ATTRIBUTES
    }
    estimator.__dict__ = others | fitted
