"""The multilayer perceptron as a regressor."""

from numbers import Real
from typing import get_args

from sklearn.base import RegressorMixin
from sklearn.neural_network import MLPRegressor
from sklearn.utils import Tags

from nnteach.engine.network.activations import HIDDEN_ACTIVATIONS
from nnteach.estimators.annotations import (
    Activation,
    BatchSize,
    BiasInit,
    Dropout,
    FloatArray,
    HiddenLayerSizes,
    Inputs,
    LearningRate,
    RandomState,
    RegressionLoss,
    RegressorOutput,
    Scorer,
    Solver,
    Splitter,
    WeightInit,
)
from nnteach.estimators.base import BaseMLPNet
from nnteach.estimators.fitted import as_it_is
from nnteach.estimators.parameters import PARAMETER_CONSTRAINTS
from nnteach.estimators.sklearn_private import Interval, StrOptions
from nnteach.estimators.targets import targets_of


class MLPRegressorNet(RegressorMixin, BaseMLPNet):
    """Multilayer perceptron for regression.

    It has the parameters, defaults and attributes of
    :class:`sklearn.neural_network.MLPRegressor` and gives the same network for the
    same seed; the parameters from `out_activation` on are its own.

    Parameters
    ----------
    loss : str, default="squared_error"
        What training makes small. "squared_error" is half the squared error, and
        "poisson" half the Poisson deviance, which needs targets of at least 0.
        "absolute_error" is smallest at the median. "huber" is squared for small errors
        and absolute for large ones. "quantile" is the pinball loss, smallest at the
        quantile `quantile`.

    hidden_layer_sizes : int or array-like of shape (n_layers - 2,), default=(100,)
        Number of neurons in each hidden layer, from the first to the last.

    activation : str or sequence of str, default="relu"
        Activation of the hidden layers: one name for all of them, or one for each.
        "identity", "logistic", "tanh", "relu", "leaky_relu" (slope 0.01 below zero),
        "elu", "gelu", "silu" or "softplus".

    solver : {"adam", "adamw", "sgd", "rmsprop", "adagrad", "lbfgs"}, default="adam"
        How the weights are found. "adam" is the method of Kingma and Ba [1]_. "adamw"
        is the same, but its penalty shrinks the weights directly [3]_. "sgd" is
        stochastic gradient descent with momentum. "rmsprop" divides the gradient by the
        root of its mean square, which decays by `beta_2`, and "adagrad" by the root of
        the sum of its squares [4]_. "lbfgs" is a quasi-Newton method that looks at all
        samples at once, in float64: often the best on small data.

    alpha : float, default=0.0001
        Strength of the L2 penalty, at least 0. The objective of a batch is the mean
        loss of its n samples plus ``alpha / 2 * (sum of squared weights) / n``. With
        "adamw" the weights instead lose the fraction `alpha` times learning rate at
        each step, and the losses in ``history_`` have no penalty.

    batch_size : int or "auto", default="auto"
        Samples in a batch. "auto" is ``min(200, n_samples)``.

    learning_rate : str, default="constant"
        Schedule of the learning rate, the same for every stochastic solver.
        (scikit-learn ignores it for "adam".) "constant" stays at `learning_rate_init`.
        "invscaling" falls as ``learning_rate_init / (t_ + 1) ** power_t`` from epoch to
        epoch. "adaptive" divides the rate by 5 where training would otherwise stop for
        lack of improvement, and stops when it is below 1e-6. "cosine" falls to 0 along
        half a cosine in `max_iter` epochs. "one_cycle" rises from 1/25 of
        `learning_rate_init` in the first 30 % of the epochs and then falls to nothing.

    learning_rate_init : float, default=0.001
        Learning rate at the start, above 0.

    power_t : float, default=0.5
        Exponent of "invscaling", at least 0.

    max_iter : int, default=200
        Largest number of epochs (passes over the training samples); for "lbfgs", of
        iterations.

    shuffle : bool, default=True
        Whether the samples are shuffled before every epoch.

    random_state : int, RandomState instance or None, default=None
        Source of the starting weights, of the validation split and of the shuffles. An
        int gives the same network every time: the one that
        :class:`sklearn.neural_network.MLPRegressor` gives for it.

    tol : float, default=1e-4
        What counts as an improvement, at least 0: the training loss must fall by more
        than this; under early stopping the watched score must rise by at least this.
        "lbfgs" stops when no entry of the gradient is larger.

    verbose : bool, default=False
        Whether the loss of every epoch is printed, on a validation set as well. In
        :func:`fit_many` and in searches each line names its network.

    warm_start : bool, default=False
        Whether a further `fit` goes on from the present weights and keeps the
        optimizer's state, instead of starting anew. It counts epochs without
        improvement anew; early stopping takes the present weights as the first best.

    momentum : float, default=0.9
        Momentum of "sgd", in [0, 1].

    nesterovs_momentum : bool, default=True
        Whether the momentum of "sgd" is Nesterov's.

    early_stopping : bool, default=False
        Whether training stops when the score on a validation set no longer improves,
        and the weights of the best epoch are kept. The set is `X_val` and `y_val` if
        they are passed to `fit`, otherwise what `validation_fraction` sets aside of the
        training data. Not for "lbfgs".

    validation_fraction : float or splitter, default=0.1
        What early stopping sets aside of the training data. A fraction in [0, 1) is
        drawn at random, with at least two samples. A scikit-learn splitter, such as
        :class:`sklearn.model_selection.PredefinedSplit` or `GroupShuffleSplit`, names
        the samples in its first split; it gets X, y and, if passed to `fit`, `groups`.

    beta_1 : float, default=0.9
        Decay rate of the mean of the gradients, in [0, 1); for "adam" and "adamw".

    beta_2 : float, default=0.999
        Decay rate of the mean of the squared gradients, in [0, 1); for "adam", "adamw"
        and "rmsprop".

    epsilon : float, default=1e-8
        Number that is added to the root by which the gradient is divided, above 0.

    n_iter_no_change : int or numpy.inf, default=10
        Training stops when more than this many epochs in a row bring no improvement:
        at the epoch `n_iter_no_change` + 1. (Keras stops one earlier: its patience of 4
        is 3 here.) With ``numpy.inf`` training always lasts `max_iter` epochs, and does
        not warn that it has not converged.

    max_fun : int, default=15000
        Largest number of evaluations of the loss by "lbfgs".

    out_activation : str, default="auto"
        Activation of the output layer: "auto", "exp" or any of the hidden layers'.
        "auto" is "identity", and "exp" for ``loss="poisson"``.

    weight_init : str, default="auto"
        Starting weights. "auto" is scikit-learn's rule, uniform within
        ``±sqrt(6 / (fan_in + fan_out))`` [2]_, with 2 in place of 6 for "logistic".
        "glorot_uniform" is Keras's: always 6. "glorot_normal" has the same variance
        ``2 / (fan_in + fan_out)``; "he_uniform" and "he_normal" have ``2 / fan_in``,
        "lecun_uniform" and "lecun_normal" ``1 / fan_in``. "orthogonal" keeps lengths.
        With "zeros" all neurons of a layer stay equal: a mistake worth seeing once.

    bias_init : {"auto", "zeros"}, default="auto"
        Starting biases. "auto" is scikit-learn's rule, drawn like the layer's weights;
        "zeros" is Keras's.

    scoring : "loss", str, callable or None, default=None
        What early stopping watches, and what ``history_`` has under "score" and
        "val_score". None is R². "loss" watches the loss on the validation set, and
        leaves R² in the history. Otherwise the name of a scorer
        (:func:`sklearn.metrics.get_scorer_names`) or a scorer
        ``scorer(estimator, X, y)``.

    dropout : float or sequence of float, default=0.0
        Fraction of each hidden layer's neurons that are left out at random in every
        batch of the training, in [0, 1): one for all hidden layers, or one for each.
        Equal samples of a batch lose the same neurons, as one sample of twice the
        weight would. Not for "lbfgs".

    quantile : float, default=0.5
        Quantile that ``loss="quantile"`` estimates, in (0, 1).

    huber_delta : float, default=1.0
        Error from which ``loss="huber"`` grows as a straight line, above 0, in units
        of the target.

    device : str, default="cpu"
        Where training and prediction are computed: "cpu", "cuda", "cuda:1", …, or
        "auto" for a GPU where there is one. Fitted attributes are numpy arrays, so
        that a network trained on a GPU predicts on a machine without one once
        `device` is set to "cpu" or "auto".

    Attributes
    ----------
    coefs_ : list of ndarray of shape (fan_in, fan_out)
        Weights of each layer, from the first hidden layer to the output.

    intercepts_ : list of ndarray of shape (fan_out,)
        Biases of each layer.

    architecture_ : Architecture
        Layer sizes and activations.

    history_ : dict of str to ndarray of shape (n_epochs,)
        What was measured in every epoch. "loss" is the mean of the objective over the
        epoch's batches, each before its update, and "learning_rate" is the rate. With a
        validation set there are three more, measured with the weights at the epoch's
        end: "val_loss", the mean loss on the validation set without the penalty, and
        "score" and "val_score" on the training and the validation set. "lbfgs" has the
        objective at the end of every iteration, and no learning rate.

    loss_curve_ : list of float
        ``history_["loss"]``, as in scikit-learn.

    loss_ : float
        The last value of `loss_curve_`.

    best_loss_ : float or None
        The smallest loss of any epoch since the last `fit` began; None under early
        stopping.

    validation_scores_ : list of float or None
        What early stopping watched in every epoch: the validation score, or with
        ``scoring="loss"`` the negative validation loss. None without early stopping.

    best_validation_score_ : float or None
        The largest of `validation_scores_`, reached by the weights that were kept.

    n_iter_ : int
        Number of epochs of the last `fit`.

    interrupted_ : bool
        Whether the last `fit` ended before the training did: by Ctrl-C, by SIGTERM or
        at `until_epoch`.

    t_ : int
        Number of training samples seen, counted once for every epoch.

    n_layers_ : int
        Number of layers, including the input.

    n_outputs_ : int
        Number of outputs.

    out_activation_ : str
        Activation of the output layer.

    n_features_in_ : int
        Number of features seen during `fit`.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had names and all of them were strings.

    See Also
    --------
    MLPClassifierNet : The same network for classification.
    fit_many : Fit many of these at once.
    VectorizedGridSearchCV : Find the best parameters.
    EarlyStopping : A callback that watches any score.

    Notes
    -----
    Inputs are trained on as they are: bring all features, and the targets, to a scale
    of about 1 first, for example with :class:`sklearn.preprocessing.StandardScaler` and
    :class:`sklearn.compose.TransformedTargetRegressor`.

    float32 inputs are trained in float32, all others in float64.

    With several outputs the squared error in `loss_curve_` is a mean over them. The
    solvers step along the gradient of the sum, as scikit-learn's do.

    References
    ----------
    .. [1] D. P. Kingma and J. Ba, Adam: A method for stochastic optimization,
           ICLR 2015.
    .. [2] X. Glorot and Y. Bengio, Understanding the difficulty of training deep
           feedforward neural networks, AISTATS 2010.
    .. [3] I. Loshchilov and F. Hutter, Decoupled weight decay regularization,
           ICLR 2019.
    .. [4] J. Duchi, E. Hazan and Y. Singer, Adaptive subgradient methods for online
           learning and stochastic optimization, JMLR 12, 2011.

    Examples
    --------
    >>> import numpy as np
    >>> from nnteach import MLPRegressorNet
    >>> X = np.linspace(0, 1, 200)[:, np.newaxis]
    >>> y = 0.2 + 0.4 * X[:, 0] ** 2
    >>> net = MLPRegressorNet(
    ...     hidden_layer_sizes=(20,),
    ...     activation="tanh",
    ...     learning_rate_init=0.01,
    ...     max_iter=300,
    ...     n_iter_no_change=np.inf,
    ...     random_state=0,
    ... )
    >>> net.fit(X, y).score(X, y) > 0.9
    True
    >>> net.architecture_.layer_sizes
    (1, 20, 1)

    Quantile regression: the value that nine tenths of the targets lie below.

    >>> noisy = y + 0.1 * np.random.RandomState(0).normal(size=len(y))
    >>> upper = MLPRegressorNet(
    ...     loss="quantile",
    ...     quantile=0.9,
    ...     hidden_layer_sizes=(20,),
    ...     learning_rate="one_cycle",
    ...     learning_rate_init=0.05,
    ...     n_iter_no_change=np.inf,
    ...     random_state=0,
    ... )
    >>> below = noisy < upper.fit(X, noisy).predict(X)
    >>> bool(0.85 < below.mean() < 0.95)
    True

    A loss that outliers hardly move, and dropout in the first of two hidden layers:

    >>> noisy[::20] += 5
    >>> net = MLPRegressorNet(
    ...     loss="huber",
    ...     huber_delta=0.1,
    ...     hidden_layer_sizes=(50, 20),
    ...     dropout=(0.1, 0.0),
    ...     n_iter_no_change=np.inf,
    ...     random_state=0,
    ... )
    >>> net.fit(X, noisy).score(X, y) > 0.5
    True

    The network as it was after chosen epochs:

    >>> from nnteach import Snapshots
    >>> film = Snapshots([1, 10, 100])
    >>> net = net.set_callbacks(film).fit(X, y)
    >>> sorted(film.estimators_)
    [1, 10, 100]
    """

    _sklearn_class = MLPRegressor
    _parameter_constraints = {
        **PARAMETER_CONSTRAINTS,
        "loss": [StrOptions(set(get_args(RegressionLoss)))],
        "quantile": [Interval(Real, 0, 1, closed="neither")],
        "huber_delta": [Interval(Real, 0, None, closed="neither")],
        "out_activation": [StrOptions({"auto", "exp", *HIDDEN_ACTIVATIONS})],
    }

    def __init__(
        self,
        loss: RegressionLoss = "squared_error",
        hidden_layer_sizes: HiddenLayerSizes = (100,),
        activation: Activation = "relu",
        *,
        solver: Solver = "adam",
        alpha: float = 0.0001,
        batch_size: BatchSize = "auto",
        learning_rate: LearningRate = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: RandomState = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float | Splitter = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        out_activation: RegressorOutput = "auto",
        weight_init: WeightInit = "auto",
        bias_init: BiasInit = "auto",
        scoring: str | Scorer | None = None,
        dropout: Dropout = 0.0,
        quantile: float = 0.5,
        huber_delta: float = 1.0,
        device: str = "cpu",
    ) -> None:
        self.loss = loss
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
        self.dropout = dropout
        self.quantile = quantile
        self.huber_delta = huber_delta
        self.device = device

    def predict(self, X: Inputs) -> FloatArray:
        """Predict the targets of X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            The network's outputs.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If neither ``fit`` nor ``initialize`` has been called.
        ValueError
            If X is not valid or has other features than in ``fit``, if ``coefs_`` or
            ``intercepts_`` was edited and no longer fits the architecture, or if there
            is no such `device`.
        TypeError
            If X has entries that are not numbers, or if only some names of its columns
            are strings.

        Examples
        --------
        >>> import numpy as np
        >>> from nnteach import MLPRegressorNet
        >>> X = np.linspace(0, 1, 100)[:, np.newaxis]
        >>> net = MLPRegressorNet(
        ...     hidden_layer_sizes=(10,), solver="lbfgs", random_state=0
        ... )
        >>> net.fit(X, X[:, 0] ** 2).predict([[0.0], [0.5], [1.0]]).shape
        (3,)
        """
        net = as_it_is(self)
        return targets_of(net).decode(net._compute_outputs(X))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = self.loss == "poisson"
        return tags
