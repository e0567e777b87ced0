"""The multilayer perceptron as a classifier."""

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import check_array
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import type_of_target, unique_labels
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from nnteach.engine.scores import accuracy, multiclass_accuracy
from nnteach.estimators.base import BaseMLPNet, _is_stochastic
from nnteach.estimators.many import train_estimators, unchanged_on_error
from nnteach.estimators.parameters import PARAMETER_CONSTRAINTS
from nnteach.estimators.sklearn_private import (
    StrOptions,
    _check_partial_fit_first_call,
)


class MLPClassifierNet(ClassifierMixin, BaseMLPNet):
    """Multilayer perceptron for classification."""

    _parameter_constraints = {
        **PARAMETER_CONSTRAINTS,
        "out_activation": [StrOptions({"auto", "logistic", "softmax"})],
    }

    def __init__(
        self,
        hidden_layer_sizes=(100,),
        activation="relu",
        *,
        solver="adam",
        alpha=0.0001,
        batch_size="auto",
        learning_rate="constant",
        learning_rate_init=0.001,
        power_t=0.5,
        max_iter=200,
        shuffle=True,
        random_state=None,
        tol=1e-4,
        verbose=False,
        warm_start=False,
        momentum=0.9,
        nesterovs_momentum=True,
        early_stopping=False,
        validation_fraction=0.1,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        n_iter_no_change=10,
        max_fun=15000,
        out_activation="auto",
        weight_init="auto",
        bias_init="auto",
        scoring=None,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.out_activation = out_activation
        self.weight_init = weight_init
        self.bias_init = bias_init
        self.scoring = scoring

    def predict(self, X):
        """Predict the classes of X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_classes)
            The likeliest class of each sample; for multilabel targets a one for each
            label whose probability is above 1/2.
        """
        outputs = self._compute_outputs(X)
        if self.n_outputs_ == 1:
            outputs = outputs.ravel()
        return self._label_binarizer.inverse_transform(outputs)

    def predict_proba(self, X):
        """Predict the probability of each class.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities, the classes in the order of ``classes_``.
        """
        outputs = self._compute_outputs(X)
        if self.n_outputs_ == 1:
            return np.hstack([1 - outputs, outputs])
        if self._target_type == "multiclass" and self.out_activation_ == "logistic":
            return outputs / outputs.sum(axis=1, keepdims=True)
        return outputs

    def predict_log_proba(self, X):
        """Predict the logarithm of the probability of each class.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Equal to ``np.log(predict_proba(X))``.
        """
        return np.log(self.predict_proba(X))

    @available_if(_is_stochastic)
    def partial_fit(self, X, y, sample_weight=None, classes=None):
        """Train for one more epoch, going on from the present weights.

        The optimizer's moving averages go on too.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Training targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the training samples.
        classes : array-like of shape (n_classes,), default=None
            All classes that any call will see. Needed at the first call.

        Returns
        -------
        self : object
            The estimator after the epoch.
        """
        with unchanged_on_error([self]):
            if _check_partial_fit_first_call(self, classes):
                multilabel = type_of_target(y).startswith("multilabel")
                self._label_binarizer = LabelBinarizer().fit(y if multilabel else classes)
            train_estimators(
                [self], incremental=True, X=X, y=y, sample_weight=sample_weight
            )
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    @property
    def _target_type(self):
        return self._label_binarizer.y_type_

    def _check_data(self, X, y, *, reset):
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse="csr",
            multi_output=True,
            dtype=(np.float64, np.float32),
            reset=reset,
        )
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        return X, y

    def _encode_targets(self, y, goes_on, incremental):
        # the first call of partial_fit has set classes_ already
        if not goes_on and not incremental:
            self._label_binarizer = LabelBinarizer().fit(y)
            self.classes_ = self._label_binarizer.classes_
        else:
            classes = unique_labels(y)
            if self.warm_start and set(classes) != set(self.classes_):
                raise ValueError(
                    "warm_start can only be used where `y` has the same classes as in "
                    f"the previous call to fit. Previously got {self.classes_}, `y` "
                    f"has {classes}"
                )
            if len(np.setdiff1d(classes, self.classes_, assume_unique=True)):
                raise ValueError(
                    "`y` has classes not in `self.classes_`. `self.classes_` has "
                    f"{self.classes_}. 'y' has {classes}."
                )
        return self._label_binarizer.transform(y)

    def _encode_further_targets(self, y, name):
        y = check_array(y, ensure_2d=False, dtype=None, input_name=name)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if y.ndim == 2 and y.shape[1] != self.n_outputs_:
            raise ValueError(
                f"{name} has {y.shape[1]} columns, but the targets of "
                f"MLPClassifierNet have {self.n_outputs_}."
            )
        unknown = np.setdiff1d(unique_labels(y), self.classes_)
        if len(unknown):
            raise ValueError(
                f"{name} has labels that the training targets do not have: "
                f"{unknown.tolist()}. The classes are {self.classes_.tolist()}."
            )
        return self._label_binarizer.transform(y)

    def _choose_output(self):
        multiclass = self._target_type == "multiclass"
        own = "softmax" if multiclass else "logistic"
        activation = own if self.out_activation == "auto" else self.out_activation
        if activation == "softmax" and not multiclass:
            raise ValueError(
                "The 'out_activation' parameter of MLPClassifierNet must be 'auto' or "
                f"'logistic' for {self._target_type} targets, since softmax needs one "
                f"output for each of at least three classes. Got 'softmax' instead."
            )
        return activation, "log_loss" if activation == "softmax" else "binary_log_loss"

    def _choose_score(self):
        return multiclass_accuracy if self._target_type == "multiclass" else accuracy
