"""Targets: how classes and numbers become a network's outputs, and outputs those."""

from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from scipy import sparse
from sklearn.base import is_classifier
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import check_array
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import type_of_target, unique_labels
from sklearn.utils.validation import column_or_1d

from nnteach.engine.network.losses import LOSSES
from nnteach.engine.samples.samples import compact
from nnteach.engine.training.scores import (
    accuracy,
    multiclass_accuracy,
    r2,
    single_class_accuracy,
)
from nnteach.estimators.numeric_data import check_numeric
from nnteach.estimators.parameters import check_class_weight
from nnteach.estimators.sklearn_private import _check_partial_fit_first_call

# what keeps the Poisson loss defined
POSITIVE_ACTIVATIONS = {"exp", "softplus", "logistic"}


class ClassTargets:
    """The classes of a classifier, or its labels, each of which is there or not.

    Parameters
    ----------
    estimator : MLPClassifierNet
        Fitted, or a copy that is about to learn its classes.
    """

    def __init__(self, estimator):
        self.estimator = estimator

    def learn(self, y, *, goes_on, one_epoch, classes=None):
        """Learn the classes of y, or check it against those that are known.

        Parameters
        ----------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        goes_on : bool
            Whether the estimator is fitted and trains on from there.
        one_epoch : bool
            Whether this is `partial_fit`.
        classes : array-like or None
            What `partial_fit` was given.
        """
        estimator = self.estimator
        if y.dtype.kind in "mM" and np.isnat(y).any():
            raise ValueError("y has missing labels: NaT. Leave these samples out.")
        with _naming_wrong_targets(y, "y"):
            if one_epoch and _check_partial_fit_first_call(estimator, classes):
                multilabel = type_of_target(y).startswith("multilabel")
                binarizer = LabelBinarizer().fit(y if multilabel else classes)
                estimator._label_binarizer = binarizer
            if one_epoch or goes_on:
                self._check_known(y, all_of_them=not one_epoch)
            else:
                estimator._label_binarizer = LabelBinarizer().fit(y)
                estimator.classes_ = estimator._label_binarizer.classes_

    def _check_known(self, y, *, all_of_them):
        if not all_of_them and self._find(y) is not None:
            return
        classes, known = unique_labels(y), self.estimator.classes_
        if all_of_them and set(classes) != set(known):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in "
                f"the previous call to fit. Previously got {known}, `y` has {classes}"
            )
        if len(np.setdiff1d(classes, known, assume_unique=True)):
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {known}. "
                f"'y' has {classes}."
            )

    @property
    def kind(self):
        """scikit-learn's name of the kind of targets."""
        return self.estimator._label_binarizer.y_type_

    @property
    def is_multilabel(self):
        """Whether there are several labels."""
        return self.kind.startswith("multilabel")

    def encode(self, y):
        """Make of checked targets an array of shape (n_samples, n_outputs)."""
        positions, n_classes = self._find(y), len(self.estimator.classes_)
        if positions is None:
            with _naming_wrong_targets(y, "y"):
                return self.estimator._label_binarizer.transform(y)
        positions = positions[:, np.newaxis]
        return positions if n_classes <= 2 else positions == np.arange(n_classes)

    def _find(self, y):
        """Where each label of y is among the classes.

        None if not all are there, or y is no plain array of labels: then scikit-learn's
        functions are to be asked, each of which finds out anew what kind y is of.
        """
        classes, kind = self.estimator.classes_, y.dtype.kind
        if y.ndim != 1 or kind != classes.dtype.kind or kind not in "biufU":
            return None
        positions = np.searchsorted(classes[1:], y, side="right")
        return positions if (classes[positions] == y).all() else None

    def in_samples(self, encoded, dtype):
        """Encoded targets as samples hold them, for inputs of a dtype."""
        return compact(encoded, dtype)

    def check_and_encode(self, y, name):
        """Encode targets of this name, on which nothing is trained."""
        n_outputs = self.estimator.n_outputs_
        y = check_array(
            y, accept_sparse="csr", ensure_2d=False, dtype=None, input_name=name
        )
        if sparse.issparse(y):
            y = y.toarray()
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        shape = f"(n_samples, {n_outputs})" if self.is_multilabel else "(n_samples,)"
        if (y.ndim == 2) != self.is_multilabel or (
            self.is_multilabel and y.shape[1] != n_outputs
        ):
            raise ValueError(
                f"{name} must have the shape {shape}, like the training targets, which "
                f"are {self.kind}. Got an array of shape {y.shape} instead."
            )
        with _naming_wrong_targets(y, name):
            unknown = np.setdiff1d(unique_labels(y), self.estimator.classes_)
        if len(unknown):
            raise ValueError(
                f"{name} has labels that the training targets do not have: "
                f"{unknown.tolist()}. The classes are "
                f"{self.estimator.classes_.tolist()}."
            )
        return self.estimator._label_binarizer.transform(y)

    def output_activation(self):
        """Name of the output layer's activation."""
        name, multiclass = self.estimator.out_activation, self.kind == "multiclass"
        if name == "auto":
            return "softmax" if multiclass else "logistic"
        if name == "softmax" and not multiclass:
            raise ValueError(
                "The 'out_activation' parameter of MLPClassifierNet must be 'auto' or "
                f"'logistic' for {self.kind} targets, since softmax needs one output "
                "for each of at least three classes. Got 'softmax' instead."
            )
        return name

    def loss(self):
        """The loss that training makes small."""
        softmax = self.output_activation() == "softmax"
        return LOSSES["log_loss" if softmax else "binary_log_loss"]

    @property
    def score(self):
        """The default score, a function of a whole stack's outputs and targets."""
        if not self.is_multilabel and len(self.estimator.classes_) == 1:
            return single_class_accuracy
        return multiclass_accuracy if self.kind == "multiclass" else accuracy

    def weigh(self, y, sample_weight):
        """Sample weights times the weights of their classes; None if there are none."""
        class_weight = self.estimator.class_weight
        if class_weight is None:
            return sample_weight
        if class_weight == "balanced":
            weight = _balance_classes(y, sample_weight)
        else:
            weight = self._weigh_listed_classes(class_weight, y)
        if sample_weight is not None:
            weight = weight * sample_weight
        if not weight.any():
            raise ValueError(
                "The 'class_weight' parameter of MLPClassifierNet must leave a sample "
                f"with a weight above 0. Got {class_weight!r} instead."
            )
        return weight

    def _weigh_listed_classes(self, class_weight, y):
        if self.is_multilabel:
            weights = check_class_weight(class_weight, [0, 1], y.shape[1])
            return np.prod(np.where(y == 1, weights[:, 1], weights[:, 0]), axis=1)
        # of all classes, since a batch of partial_fit need not have each of them
        (weights,) = check_class_weight(class_weight, self.estimator.classes_.tolist())
        y = np.asarray(y, dtype=self.estimator.classes_.dtype)
        return weights[np.searchsorted(self.estimator.classes_, y)]

    def decode(self, outputs):
        """The likeliest classes at outputs of shape (n_samples, n_outputs)."""
        classes = self.estimator._label_binarizer.classes_
        if self.is_multilabel:
            return (outputs > 0.5).astype(int)
        if outputs.shape[1] > 1:
            return classes[outputs.argmax(axis=1)]
        # of a single class there is nothing to decide
        is_second = (outputs[:, 0] > 0.5) & (len(classes) > 1)
        return classes[is_second.astype(int)]

    def probabilities(self, outputs):
        """Probabilities of the classes at outputs of shape (n_samples, n_outputs)."""
        if outputs.shape[1] == 1:
            return np.hstack([1 - outputs, outputs])
        if self.kind == "multiclass" and self.estimator.out_activation_ == "logistic":
            return outputs / outputs.sum(axis=1, keepdims=True)
        if self.is_multilabel:
            # rounding makes 0 and 1 of probabilities that are near them
            limits = np.finfo(outputs.dtype)
            return outputs.clip(limits.tiny, 1 - limits.epsneg)
        return outputs


class NumberTargets:
    """The numbers that a regressor predicts: the network's outputs as they are.

    Parameters
    ----------
    estimator : MLPRegressorNet
    """

    def __init__(self, estimator):
        self.estimator = estimator

    def learn(self, y, **_):
        """Check that the loss is defined at y."""
        self._check_range(y, "y")

    def _check_range(self, y, name):
        if self.estimator.loss == "poisson" and np.min(y) < 0:
            raise ValueError(
                f"Some value(s) of {name} are out of the valid range of the loss "
                f"'poisson', which needs {name} >= 0. The smallest is {np.min(y)}."
            )

    def encode(self, y):
        """Make of checked targets an array of shape (n_samples, n_outputs)."""
        return y.reshape(len(y), -1)

    def in_samples(self, encoded, dtype):
        """Encoded targets as samples hold them, for inputs of a dtype."""
        return encoded.astype(dtype, copy=False)

    def check_and_encode(self, y, name):
        """Encode targets of this name, on which nothing is trained."""
        check_numeric(y, name)
        y = check_array(
            y, ensure_2d=False, dtype=(np.float64, np.float32), input_name=name
        )
        y = y.reshape(len(y), -1)
        if y.shape[1] != self.estimator.n_outputs_:
            raise ValueError(
                f"{name} has {y.shape[1]} columns, but the targets of "
                f"{type(self.estimator).__name__} have {self.estimator.n_outputs_}."
            )
        self._check_range(y, name)
        return y

    def output_activation(self):
        """Name of the output layer's activation."""
        is_poisson = self.estimator.loss == "poisson"
        name = self.estimator.out_activation
        if name == "auto":
            return "exp" if is_poisson else "identity"
        if is_poisson and name not in POSITIVE_ACTIVATIONS:
            raise ValueError(
                "The 'out_activation' parameter of MLPRegressorNet must be 'auto' or "
                f"one of {sorted(POSITIVE_ACTIVATIONS)} for loss='poisson', which "
                f"needs positive outputs. Got {name!r} instead."
            )
        return name

    def loss(self):
        """The loss that training makes small."""
        estimator = self.estimator
        parameters = {"quantile": estimator.quantile, "huber": estimator.huber_delta}
        return replace(LOSSES[estimator.loss], parameter=parameters.get(estimator.loss))

    @property
    def score(self):
        """The default score, a function of a whole stack's outputs and targets."""
        return r2

    def weigh(self, y, sample_weight):
        """The sample weights: numbers have no classes that weigh."""
        return sample_weight

    def decode(self, outputs):
        """The numbers at outputs of shape (n_samples, n_outputs)."""
        return outputs.ravel() if outputs.shape[1] == 1 else outputs


def targets_of(estimator):
    """The targets of an estimator: ClassTargets or NumberTargets."""
    return (
        ClassTargets(estimator)
        if is_classifier(estimator)
        else NumberTargets(estimator)
    )


@contextmanager
def _naming_wrong_targets(y, name):
    """Say of targets that are no classes what they are, and the way out."""
    try:
        yield
    except (TypeError, ValueError):
        problem = _explain(y, name)
        if problem is None:
            raise
        # scikit-learn's own errors print the whole array
        raise ValueError(problem) from None


def _explain(y, name):
    try:
        target_type = type_of_target(y, input_name=name)
    except TypeError:  # labels that cannot be sorted
        target_type = "unknown"
    if target_type == "unknown":
        types = ", ".join(sorted({type(label).__name__ for label in y.ravel()}))
        return (
            f"Unknown label type: unknown. The labels of {name} must all be numbers or "
            f"all be str, without missing ones. Got an array of dtype {y.dtype} with "
            f"elements of type {types} instead; where these are numbers, convert it "
            f"with {name}.astype(int)."
        )
    if target_type.startswith("continuous"):
        return (
            f"Unknown label type: {target_type}. The labels of {name} must be classes, "
            "but it has continuous values. To predict numbers, use MLPRegressorNet."
        )
    if target_type == "multiclass-multioutput":
        return (
            f"Unknown label type: {target_type}. {name} must have one column of "
            "classes, or several of 0 and 1. For several columns of classes, wrap "
            "MLPClassifierNet in sklearn.multioutput.MultiOutputClassifier."
        )
    return None


def _balance_classes(y, sample_weight):
    """Weight of each sample with which all classes weigh the same in every column."""
    if sample_weight is None:
        sample_weight = np.ones(len(y))
    # a class whose samples all have weight zero is as good as not there
    present = sample_weight != 0
    weight = np.ones(len(y))
    for column in y.reshape(len(y), -1)[present].T:
        classes, indices = np.unique(column, return_inverse=True)
        weight[present] *= compute_class_weight(
            "balanced",
            classes=classes,
            y=column,
            sample_weight=sample_weight[present],
        )[indices]
    return weight
