"""The way in: from an estimator and the arguments of ``fit`` to a problem."""

import copy
from dataclasses import dataclass, fields, replace

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, is_regressor
from sklearn.utils import check_random_state
from sklearn.utils.validation import column_or_1d, validate_data

from nnteach.architecture import Architecture
from nnteach.engine.network.initializers import draw_parameters
from nnteach.engine.network.layout import pack
from nnteach.engine.samples.samples import Samples
from nnteach.engine.training.optimizers import OPTIMIZERS
from nnteach.engine.training.problem import Problem, Settings, TrainingState
from nnteach.estimators.checkpoint import begin, plan_checkpoint
from nnteach.estimators.fitted import parameters_of
from nnteach.estimators.inputs import are_plain
from nnteach.estimators.numeric_data import check_numeric
from nnteach.estimators.parameters import (
    batch_size_for,
    check_constraints,
    check_device,
    check_dropout,
    check_hidden_activations,
    check_hidden_layer_sizes,
    check_magnitudes,
    check_schedule,
    check_until_epoch,
    score_name,
    starts_from_best,
    stops_early,
)
from nnteach.estimators.targets import targets_of
from nnteach.estimators.validation_set import (
    check_given_together,
    check_weight,
    choose_rows,
    set_rows_aside,
    use_given_set,
)


@dataclass(frozen=True)
class FitArguments:
    """The arguments of ``fit`` and ``partial_fit``, as the user passed them."""

    X: object
    y: object
    sample_weight: object = None
    X_val: object = None
    y_val: object = None
    sample_weight_val: object = None
    groups: object = None
    classes: object = None
    until_epoch: int | None = None


@dataclass(frozen=True)
class Posed:
    """An estimator's problem.

    Attributes
    ----------
    estimator : BaseMLPNet
        The user's own, untouched.
    draft : BaseMLPNet
        A copy of it that has the attributes that the data have told.
    problem : Problem
    """

    estimator: BaseEstimator
    draft: BaseEstimator
    problem: Problem


def pose(estimator, given, *, name="", one_epoch=False):
    """Check everything, and make of an estimator and its data a problem.

    Parameters
    ----------
    estimator : BaseMLPNet
        It is not changed.
    given : FitArguments
    name : str, default=""
        What each line begins with that the training prints.
    one_epoch : bool, default=False
        Whether for ``partial_fit``.

    Returns
    -------
    Posed

    Raises
    ------
    ValueError
        If a parameter or the data are not valid.
    """
    draft = copy.copy(estimator)
    goes_on = hasattr(draft, "coefs_") and (draft.warm_start or one_epoch)
    check_given_together(given.X_val, given.y_val, given.sample_weight_val)
    check_until_epoch(given.until_epoch)
    checkpoint = None if one_epoch else begin(draft)
    network = prepare_network(draft, given, goes_on=goes_on, one_epoch=one_epoch)
    samples = _weigh_samples(draft, given, network)
    rows, validation = _choose_validation(draft, given, network, samples)
    state = _choose_state(draft, network.parameters, goes_on)
    if not one_epoch:
        state.forget_the_best()
    if validation is not None:
        state.score_name = score_name(draft.scoring)
    if any(network.dropout) and state.dropout_seed is None:
        # drawn last, and only then: without it the draws are scikit-learn's
        state.dropout_seed = network.random_state.randint(2**31)
    settings = _read_settings(draft, len(rows), network)
    check_schedule(draft, settings, len(rows), network.parameters.dtype)
    problem = Problem(
        architecture=draft.architecture_,
        loss=targets_of(draft).loss(),
        parameters=network.parameters,
        settings=settings,
        state=state,
        random_state=network.random_state,
        samples=samples,
        rows=rows,
        validation=validation,
        name=name,
        one_epoch=one_epoch,
        starts_from_best=starts_from_best(draft),
        until_epoch=given.until_epoch,
    )
    if checkpoint is not None:
        plan = plan_checkpoint(draft, checkpoint, problem)
        problem = replace(problem, checkpoint=plan)
    return Posed(estimator, draft, problem)


@dataclass(frozen=True)
class UntrainedNetwork:
    """A network before training, with the data that gave it its shape.

    Attributes
    ----------
    X, y : ndarray or CSR matrix
        Checked inputs and targets.
    encoded : ndarray of shape (n_samples, n_outputs)
        The targets as the network's outputs.
    parameters : ndarray of shape (P,)
    random_state : numpy.random.RandomState
        Where the parameters came from, and all else is to be drawn from.
    dropout : tuple of float
        The fraction of each hidden layer that is left out.
    device : str
        Where it is to be trained, as torch knows it.
    """

    X: object
    y: np.ndarray
    encoded: np.ndarray
    parameters: np.ndarray
    random_state: np.random.RandomState
    dropout: tuple
    device: str


def prepare_network(draft, given, *, goes_on=False, one_epoch=False):
    """Check parameters and data; find the network's shape and its starting weights.

    Parameters
    ----------
    draft : BaseMLPNet
        A copy of the user's estimator; it gets the attributes that the data tell.
    given : FitArguments
    goes_on : bool, default=False
        Whether the present weights are the starting weights.
    one_epoch : bool, default=False

    Returns
    -------
    UntrainedNetwork
    """
    check_constraints(draft)
    sizes = check_hidden_layer_sizes(draft)
    activations = check_hidden_activations(draft, len(sizes))
    dropout, device = check_dropout(draft, len(sizes)), check_device(draft)
    X, y = _check_data(draft, given.X, given.y, reset=not goes_on)
    check_magnitudes(draft, X.dtype)
    targets = targets_of(draft)
    targets.learn(y, goes_on=goes_on, one_epoch=one_epoch, classes=given.classes)
    encoded = targets.in_samples(targets.encode(y), X.dtype)
    draft.n_outputs_ = encoded.shape[1]
    draft.n_layers_ = len(sizes) + 2
    draft.out_activation_ = targets.output_activation()
    architecture = Architecture(
        (X.shape[1], *sizes, draft.n_outputs_), (*activations, draft.out_activation_)
    )
    random_state = check_random_state(draft.random_state)
    if goes_on:
        _check_same_architecture(draft.architecture_, architecture)
        parameters = parameters_of(draft).astype(X.dtype, copy=False)
    else:
        parameters = _draw_parameters(draft, architecture, random_state, X.dtype)
    draft.architecture_ = architecture
    return UntrainedNetwork(X, y, encoded, parameters, random_state, dropout, device)


def _check_data(draft, X, y, *, reset):
    check_numeric(X, "X")
    if is_regressor(draft):
        check_numeric(y, "y")
    if not reset and are_plain(draft, X, y):
        return X, y
    X, y = validate_data(
        draft,
        X,
        y,
        accept_sparse="csr",
        multi_output=True,
        y_numeric=is_regressor(draft),
        dtype=(np.float64, np.float32),
        reset=reset,
    )
    if sparse.issparse(y):
        y = y.toarray()
    if y.ndim == 2 and y.shape[1] == 1:
        y = column_or_1d(y, warn=True)
    return X, y


def _check_same_architecture(present, asked_for):
    if asked_for != present:
        raise ValueError(
            "warm_start and partial_fit go on with the present weights, whose "
            f"architecture is {present}; the parameters and the data now ask for "
            f"{asked_for}. Set warm_start=False and call fit to start anew."
        )


def _draw_parameters(draft, architecture, random_state, dtype):
    hidden = list(architecture.activations[:-1])
    fallback = draft.activation if isinstance(draft.activation, str) else None
    try:
        drawn = draw_parameters(
            architecture,
            [*hidden, hidden[-1] if hidden else fallback],
            draft.weight_init,
            draft.bias_init,
            random_state,
            dtype,
        )
        return pack(architecture, *drawn)
    except (MemoryError, ValueError) as error:
        raise MemoryError(
            f"The 'hidden_layer_sizes' parameter of {type(draft).__name__} must give a "
            f"network that fits into memory. Got {draft.hidden_layer_sizes!r} instead, "
            f"with {architecture.n_parameters} parameters: {error}"
        ) from error


def _weigh_samples(draft, given, network):
    """The samples with their weights in training and in validation."""
    X, weight = network.X, given.sample_weight
    if weight is not None:
        weight = check_weight(weight, X)
    training_weight = targets_of(draft).weigh(network.y, weight)
    if training_weight is not None:
        training_weight = training_weight.astype(X.dtype, copy=False)
    # classes weigh in a set that is split off, not in one that is handed over
    score_weight = training_weight if given.X_val is None else weight
    return Samples(X, network.encoded, training_weight, score_weight, network.device)


def _choose_validation(draft, given, network, samples):
    """The rows to train on, and the validation set if there is one."""
    if given.X_val is not None:
        return use_given_set(draft, samples, given, network.y)
    if stops_early(draft):
        rows = choose_rows(
            draft, network.y, draft.n_outputs_, given, network.random_state
        )
        return set_rows_aside(draft, samples, given, network.y, *rows)
    return np.arange(len(network.y)), None


def _choose_state(draft, parameters, goes_on):
    """The state to go on from."""
    if not goes_on:
        return TrainingState.at_start(draft)
    if not isinstance(draft._training_state, TrainingState):
        raise ValueError(
            "_training_state must be what a training has left there. Got "
            f"{draft._training_state!r} instead; call fit with warm_start=False."
        )
    # its lists are shared with the fitted estimator, and replaced but never changed
    state = replace(draft._training_state)
    solver_changes = state.solver != draft.solver
    if solver_changes:
        state.change_solver(draft.solver)
    rule = OPTIMIZERS.get(draft.solver)
    state.check_arrays(rule.n_buffers if rule else 0, parameters.size)
    state.cast(parameters.dtype)
    begins_anew = state.learning_rate_init not in (None, draft.learning_rate_init)
    if solver_changes or begins_anew or draft.learning_rate != "adaptive":
        state.learning_rate = draft.learning_rate_init
    state.learning_rate_init = draft.learning_rate_init
    return state


def _read_settings(draft, n_samples, network):
    values = {field.name: getattr(draft, field.name) for field in fields(Settings)}
    values.update(
        dropout=network.dropout,
        device=network.device,
        batch_size=batch_size_for(draft, n_samples),
        early_stopping=stops_early(draft),
    )
    return Settings(**values)


def share_samples(posed):
    """Let problems with equal samples hold them once.

    Parameters
    ----------
    posed : list of Posed
        Of the same data, checked and encoded for each of them.

    Returns
    -------
    list of Posed
    """
    firsts, shared = {}, []
    for one in posed:
        problem = one.problem
        kind = (
            type(one.draft),
            problem.parameters.dtype,
            problem.architecture,
            problem.settings.device,
            str(getattr(one.draft, "class_weight", None)),
        )
        problem = problem.with_samples(firsts.setdefault(kind, problem))
        shared.append(replace(one, problem=problem))
    return shared
